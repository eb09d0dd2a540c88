/**
 * Which alerts silence which: one cause, one page. As `inhibitRules` of an AlertmanagerConfig (and so of its namespace
 * alone, by the operator). Pure. https://prometheus.io/docs/alerting/latest/configuration/#inhibit_rule
 */
import { alertsOf, type AlertRule, type RuleGroup } from "./rule";
import { absenceOf, METRICS_ABSENT } from "./upkeep";

/** As the AlertmanagerConfig has it. */
export interface InhibitMatcher {
  readonly name: string;
  readonly value: string;
  readonly matchType: "=" | "=~";
}

export interface InhibitRule {
  readonly sourceMatch: readonly InhibitMatcher[];
  readonly targetMatch: readonly InhibitMatcher[];
  readonly equal: readonly string[];
}

const RANK = { critical: 3, warning: 2, info: 1, none: 0 } as const;

const is = (name: string, value: string): InhibitMatcher => ({ name, value, matchType: "=" });
const oneOf = (name: string, values: readonly string[]): InhibitMatcher =>
  values.length === 1 ? is(name, values.join("")) : { name, value: values.join("|"), matchType: "=~" };

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

/** Of the alerts on one signal of one thing the graver ones silence the others. */
function byGravity(alerts: readonly AlertRule[]): readonly InhibitRule[] {
  const pairs = alerts.flatMap((source) =>
    alerts
      .filter(
        (target) =>
          target.signal === source.signal &&
          target.labels.service === source.labels.service &&
          RANK[target.labels.severity] > 0 &&
          RANK[source.labels.severity] > RANK[target.labels.severity],
      )
      .map((target) => ({ source, target })),
  );
  const sources = distinct(pairs.map(({ source }) => `${source.name}/${source.labels.severity}`));
  return sources.map((key) => {
    const own = pairs.filter(({ source }) => `${source.name}/${source.labels.severity}` === key);
    const [name = "", severity = ""] = key.split("/");
    return {
      sourceMatch: [is("alertname", name), is("severity", severity)],
      targetMatch: [
        oneOf("alertname", distinct(own.map(({ target }) => target.name))),
        oneOf("severity", distinct(own.map(({ target }) => target.labels.severity))),
      ],
      equal: ["namespace", "service"],
    };
  });
}

/** What is known to be down explains what is missing: a database's exporter, each of its values. */
function byCause(alerts: readonly AlertRule[]): readonly InhibitRule[] {
  const names = distinct(alerts.map(({ name }) => name));
  const twins = names.filter((name) => names.some((other) => absenceOf(other) === name));
  const down = ["ExporterDown", METRICS_ABSENT].filter((name) => names.includes(name));
  const missed = ["HighLatency", "TrafficChanged"].filter((name) => names.includes(name));
  return [
    ...(twins.length > 0 && down.length > 0
      ? [
          {
            sourceMatch: [oneOf("alertname", down)],
            targetMatch: [oneOf("alertname", twins)],
            equal: ["namespace", "system"],
          },
        ]
      : []),
    ...(names.includes("HealthCheckFailing") && missed.length > 0
      ? [
          {
            sourceMatch: [is("alertname", "HealthCheckFailing")],
            targetMatch: [oneOf("alertname", missed), oneOf("severity", ["info", "warning"])],
            equal: ["namespace", "service"],
          },
        ]
      : []),
  ];
}

/** The inhibitions of a system's alerts. */
export function inhibitRules(groups: readonly RuleGroup[]): readonly InhibitRule[] {
  const alerts = alertsOf(groups);
  return [...byGravity(alerts), ...byCause(alerts)];
}
