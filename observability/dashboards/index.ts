/** A system's dashboards: from its settings, its objectives and its alerts, the same for equal ones. Pure. */
import { createHash } from "node:crypto";
import { KUBE_STATE_METRICS } from "../metrics/kube-state-metrics";
import { PROMETHEUS } from "../metrics/prometheus";
import { max, now, select } from "../promql/expression";
import { alertsOf, type AlertRule, type RuleGroup } from "../rules/rule";
import { runbookUrl } from "../runbooks";
import type { Watched } from "../watched";
import { boardsOf } from "./boards";
import type { Dashboard, DashboardPanel, PanelThreshold } from "./dashboard";
import { type Described, grafanaDashboard, type Mark } from "./grafana";
import { type BoardName, PANELS } from "./panels";
import { place, type PlacedPanel, type PlacedRows } from "./place";
import type { BoardPlan } from "./plan";
import { readingKey } from "./readings";
import { burnKey } from "./service-levels";
import { SEVERITIES, WORDS } from "./words";

export type { Dashboard, DashboardPanel, PanelThreshold } from "./dashboard";

/** What Grafana allows. */
const UID_LENGTH = 40;
const HASH_LENGTH = 8;

/** Stable, and unlike that of any other stack's or system's. */
export function dashboardUid({ stack, system }: Watched, board: string): string {
  const whole = `${stack}-${system}-${board}`;
  if (whole.length <= UID_LENGTH) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, HASH_LENGTH);
  return `${whole.slice(0, UID_LENGTH - HASH_LENGTH - 1)}-${hash}`;
}

/** A dashboard before its alerts are known: an alert's link depends on this much alone. */
interface Laid {
  readonly name: BoardName;
  readonly uid: string;
  readonly plan: BoardPlan;
  readonly rows: readonly PlacedRows[];
}

const LAYOUTS = new WeakMap<Watched, readonly Laid[]>();

/** Laid out once a system: each of its alerts asks for its panel. */
function layout(watched: Watched): readonly Laid[] {
  const known = LAYOUTS.get(watched);
  if (known !== undefined) return known;
  const laid = boardsOf(watched).map(([name, plan]): Laid => ({
    name,
    plan,
    uid: dashboardUid(watched, name),
    rows: place(plan.rows),
  }));
  LAYOUTS.set(watched, laid);
  return laid;
}

/** Where an alert's reading is shown. */
export interface PanelPlace {
  readonly uid: string;
  readonly id: number;
}

type Told = Pick<AlertRule, "signal" | "subject"> & Partial<Pick<AlertRule, "name" | "objective">>;

/** What an alert is told by: a burn of a service level, or a reading. */
const keyOf = ({ name, signal, subject, objective }: Told): string =>
  objective?.level !== undefined && objective.level.name === name
    ? burnKey(objective, subject)
    : readingKey({ signal, subject });

/**
 * The panel that shows what an alert is about: that of the dashboard where its signal is at home, else the first.
 * None where no dashboard shows it, which a test forbids.
 */
export function panelOf(watched: Watched, alert: Told): PanelPlace | undefined {
  const key = keyOf(alert);
  const places = layout(watched).flatMap(({ name, uid, rows }) =>
    rows
      .flatMap(({ panels }) => panels)
      .filter(({ readings }) => readings.includes(key))
      .map(({ id }) => ({ name, uid, id })),
  );
  const home = places.find(({ name }) => name === PANELS[alert.signal].home) ?? places[0];
  return home && { uid: home.uid, id: home.id };
}

/** Address of an alert's panel; none where the stack names no Grafana. */
export function panelUrl(watched: Watched, alert: Told): string | undefined {
  const grafana = watched.platform.grafana.url ?? watched.contacts.urls.grafana;
  const place = grafana === undefined ? undefined : panelOf(watched, alert);
  return grafana && place && `${grafana.replace(/\/$/, "")}/d/${place.uid}?viewPanel=${place.id}`;
}

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)];

const alertsTold = ({ readings }: PlacedPanel, alerts: readonly AlertRule[]): readonly string[] =>
  distinct(alerts.filter((alert) => readings.includes(keyOf(alert))).map(({ name }) => name));

const AS_TEXT: Readonly<Record<string, (value: number) => string>> = {
  percentunit: (value) => `${Number((value * 100).toPrecision(6))} %`,
  s: (value) => (value < 1 ? `${Number((value * 1000).toPrecision(6))} ms` : `${value} s`),
};

const valueText = (value: number, unit: string): string => (AS_TEXT[unit] ?? String)(value);

/** What a panel is for, its lines, and its alerts with their runbooks. */
function descriptionOf(panel: PlacedPanel, alerts: readonly string[], watched: Watched): string {
  const { language } = watched.platform;
  const line = ({ value, wrong, severity, objective }: PanelThreshold) => {
    const sign = wrong === "above" ? ">" : "<";
    const meant = severity === undefined ? WORDS.noAlert[language] : SEVERITIES[severity][language];
    return `- ${sign} ${valueText(value, panel.unit)}: ${meant} (\`${objective}\`)`;
  };
  const link = (name: string) => `- [${name}](${runbookUrl(watched, { name })})`;
  const list = (heading: string, items: readonly string[]) =>
    items.length === 0 ? [] : [[`**${heading}**`, ...items].join("\n")];
  return [
    panel.purpose,
    ...list(WORDS.limits[language], panel.thresholds.map(line)),
    ...list(WORDS.alerts[language], alerts.map(link)),
  ].join("\n\n");
}

/** What every dashboard marks: new versions, and alerts. */
function marksOf({ namespace, system, platform: { language } }: Watched): readonly Mark[] {
  return [
    {
      name: WORDS.deploy[language],
      colour: "blue",
      expression: max(now(select(KUBE_STATE_METRICS.replicaSetCreated, { namespace })))
        .by("replicaset")
        .times(1000).text,
      text: "{{replicaset}}",
      valueIsTime: true,
    },
    {
      name: WORDS.alerts[language],
      colour: "red",
      expression: max(now(select(PROMETHEUS.alerts, { namespace, system, alertstate: "firing" }))).by(
        "alertname",
        "severity",
      ).text,
      text: "{{alertname}} ({{severity}})",
    },
  ];
}

const panelFacts = (panel: PlacedPanel, alerts: readonly string[]): DashboardPanel => ({
  id: panel.id,
  title: panel.title,
  signals: panel.signals,
  alerts,
  expressions: panel.queries.map(({ expression }) => expression),
  thresholds: panel.thresholds,
});

/** Every dashboard of a system; `groups` are all of its rules, those of Loki's ruler too. */
export function dashboardsOf(watched: Watched, groups: readonly RuleGroup[]): readonly Dashboard[] {
  const { system, stack, namespace, platform } = watched;
  const alerts = alertsOf(groups);
  return layout(watched).map(({ uid, plan, rows }): Dashboard => {
    const described = rows.map(({ row, panels }) => ({
      row,
      panels: panels.map((panel): Described & { readonly facts: DashboardPanel } => {
        const told = alertsTold(panel, alerts);
        return {
          ...panel,
          description: descriptionOf(panel, told, watched),
          facts: panelFacts(panel, told),
        };
      }),
    }));
    const written = grafanaDashboard({
      uid,
      title: plan.title,
      purpose: plan.purpose,
      tags: ["golive", system, stack],
      links: [system, "golive"],
      source: plan.source,
      dataSource: platform.grafana[plan.source],
      namespace,
      span: plan.span,
      marks: plan.source === "prometheus" ? marksOf(watched) : [],
      rows: described,
    });
    return {
      uid,
      title: plan.title,
      file: `${uid}.json`,
      folder: `${watched.title} (${stack})`,
      json: JSON.stringify(written),
      panels: described.flatMap(({ panels }) => panels.map(({ facts }) => facts)),
    };
  });
}
