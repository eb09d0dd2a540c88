/** Whether each alert reaches those who answer for it: its labels, through the routes as the operator makes them. Pure. */
import type { AlertingSettings } from "../../settings";
import type { AlertRule } from "../rules/rule";
import type { Watched } from "../watched";
import type { AlertmanagerConfig } from "./alertmanager-config";
import { ROUTED } from "./channels";
import { alertmanagerConfigOf, configName } from "./config";
import { operatorRender, ROOT_RECEIVER, type AlertmanagerTree } from "./operator-render";
import { NOBODY, receiverOf, receiverOfLevel } from "./receivers";
import { type Delivery, type Labels, routeOf, type TreeRoute } from "./route-of";

/** A value that no matcher names. */
const OTHER = "another-value";

/** Most label sets that one alert is tried with. */
const MOST = 512;

/** Every value that some route asks of a label. */
function valuesOf(route: TreeRoute, label: string): readonly string[] {
  const own = route.matchers.filter(({ name }) => name === label).map(({ value }) => value);
  return [...own, ...route.routes.flatMap((child) => valuesOf(child, label))];
}

const isTemplate = (value: string): boolean => value.includes("{{");

/**
 * Labels that an alert may come with: those that its rule fixes, and for each that only its series tell, none, another,
 * and each value that a route asks of it. What the routes do not ask is left out: it changes nothing.
 */
export function labelSets({ name, labels, expression }: AlertRule, root: TreeRoute): readonly Labels[] {
  const fixed = Object.entries(labels).filter(([, value]) => !isTemplate(value));
  const known: Labels = { ...Object.fromEntries(fixed), alertname: name };
  const open = [...expression.labels, ...Object.keys(labels)].filter((label) => !(label in known));
  return [...new Set(open)].reduce<readonly Labels[]>(
    (sets, label) => {
      const asked = new Set(valuesOf(root, label));
      if (asked.size === 0) return sets;
      const values = ["", OTHER, ...asked];
      return sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value }))).slice(0, MOST);
    },
    [known],
  );
}

/** Name of the receiver that an alert must reach, without its qualification. */
function wantedOf({ labels }: AlertRule): string {
  const level = labels["escalation"];
  if (level !== undefined) return receiverOfLevel(Number(level));
  return labels.severity === "none" ? NOBODY : receiverOf(labels.severity);
}

const shown = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(", ")}}`;

const both = (receivers: readonly string[]): string => receivers.join(" and ");

/** Labels of all objects of a kind against those that the stack's Prometheus or Alertmanager loads them by. */
function selectionProblem(
  what: string,
  labels: Labels,
  selector: Labels,
  setting: string,
  lost: string,
): readonly string[] {
  const missing = Object.entries(selector).filter(([label, value]) => labels[label] !== value);
  if (missing.length === 0) return [];
  return [
    `${what} are labelled ${shown(labels)} and would not be loaded: expected ${shown(Object.fromEntries(missing))}, or ${lost}; ` +
      `set golive:observability.${setting}.labels, or correct its selector there`,
  ];
}

/** Without the system's name: a stack of several says it once. */
const selectionProblems = ({ platform: { prometheus, alertmanager } }: Watched): readonly string[] => {
  return [
    ...selectionProblem(
      "PrometheusRules",
      prometheus.labels,
      prometheus.ruleSelector,
      "prometheus",
      "no alert ever fires",
    ),
    ...selectionProblem(
      "AlertmanagerConfigs",
      alertmanager.labels,
      alertmanager.configSelector,
      "alertmanager",
      "no alert reaches anybody",
    ),
  ];
};

interface Journey {
  readonly watched: Watched;
  readonly alert: AlertRule;
  readonly labels: Labels;
  readonly reached: readonly Delivery[];
}

/** What is wrong with where an alert ends. Alerts of one severity with the same fault are told of together. */
interface Fault {
  readonly alert: AlertRule;
  readonly labels: Labels;
  /** What alerts do, e.g. `reach nobody`. */
  readonly what: string;
  /** What would have been right, and how to mend it. */
  readonly mend: string;
}

const keptOut = ({ watched, labels }: Journey): string => {
  const { namespace, platform } = watched;
  const config = `AlertmanagerConfig ${configName(watched)}`;
  return platform.alertmanager.matcherStrategy === "OnNamespace" && labels["namespace"] !== namespace
    ? `the operator lets into the routes of ${config} only alerts of namespace="${namespace}"; give the rule that label`
    : `no route of ${config} takes them; give the rule the labels of its system, or add the route`;
};

/** What is wrong with where one label set of an alert ends; nothing, where nothing is. */
function faultOf(journey: Journey): Fault | undefined {
  const { watched, alert, labels, reached } = journey;
  const prefix = `${watched.namespace}/${configName(watched)}/`;
  const names = reached.map(({ receiver }) => receiver).filter((receiver) => receiver !== ROOT_RECEIVER);
  const wanted = wantedOf(alert);
  if (names.length === 0) return { alert, labels, what: "reach nobody", mend: keptOut(journey) };
  const ends = names.map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
  if (ends.length !== 1 || ends[0] !== wanted) {
    const mend = `expected one route, to receiver ${wanted}`;
    return { alert, labels, what: `reach ${both(ends)} instead of ${wanted}`, mend };
  }
  const held = reached.flatMap((end) => [...end.muteTimeIntervals, ...end.activeTimeIntervals]);
  if (alert.labels.severity !== "critical" || held.length === 0) return undefined;
  const intervals = both(held.map((name) => name.slice(prefix.length)));
  const mend = "expected critical alerts to be sent at any time: remove the interval from their route";
  return { alert, labels, what: `may be held back by ${intervals}`, mend };
}

const kindOf = ({ alert, what, mend }: Fault): string => JSON.stringify([alert.labels.severity, what, mend]);

/** One sentence for the alerts of one severity with the same fault. */
const sentences = ({ system }: Watched, faults: readonly Fault[]): readonly string[] =>
  faults.flatMap((fault) => {
    const alike = faults.filter((other) => kindOf(other) === kindOf(fault));
    if (alike[0] !== fault) return [];
    const { alert, labels, what, mend } = fault;
    const named = [...new Set(alike.map((other) => other.alert.name))].join(", ");
    return [`${system}: alerts ${named} (${alert.labels.severity}) ${what} with ${shown(labels)}: ${mend}`];
  });

const channelCount = (tree: AlertmanagerTree, name: string): number => {
  const found = tree.receivers.find((receiver) => receiver.name === name);
  return [
    found?.pagerdutyConfigs ?? [],
    found?.opsgenieConfigs ?? [],
    found?.slackConfigs ?? [],
    found?.emailConfigs ?? [],
  ].flat().length;
};

/** Severities whose alerts would end at a receiver without a channel. */
function silentSeverities(
  watched: Watched,
  tree: AlertmanagerTree,
  alerts: readonly AlertRule[],
): readonly string[] {
  return ROUTED.flatMap((severity) => {
    const named = alerts.filter(({ labels }) => labels.severity === severity).map(({ name }) => name);
    const receiver = `${watched.namespace}/${configName(watched)}/${receiverOf(severity)}`;
    if (named.length === 0 || channelCount(tree, receiver) > 0) return [];
    return [
      `${watched.system}: alerts of severity ${severity} (${[...new Set(named)].join(", ")}) reach a receiver without a channel; ` +
        `expected one of golive:${watched.system}.alerting.routes.${severity} to be there, with its channel in contacts`,
    ];
  });
}

/**
 * Every reason why an alert of the system would not reach those who answer for it, one sentence each: nobody is reached,
 * or others than its severity asks for; a critical one could be held back; a receiver has no channel; the Prometheus or
 * the Alertmanager of the stack would not load what golive declares.
 *
 * Every label set that an alert may come with is tried, through the routes as the operator makes them, with its
 * namespace matcher. `config` is what is declared.
 */
export function deliveryProblems(
  watched: Watched,
  alerting: AlertingSettings | undefined,
  alerts: readonly AlertRule[],
  config: AlertmanagerConfig | undefined = alerting && alertmanagerConfigOf(watched, alerting),
): readonly string[] {
  const told = alerts.filter(({ labels }) => labels.severity !== "none");
  if (config === undefined) {
    if (told.length === 0) return selectionProblems(watched);
    return [
      ...selectionProblems(watched),
      `${watched.system}: ${told.length} alerts reach nobody; expected golive:${watched.system}.alerting, with a channel of its contacts and the secret of it`,
    ];
  }
  const tree = operatorRender([config], watched.platform.alertmanager.matcherStrategy);
  const faults = alerts.flatMap((alert) => {
    const found = labelSets(alert, tree.route).flatMap(
      (labels) => faultOf({ watched, alert, labels, reached: routeOf(tree.route, labels) }) ?? [],
    );
    return found.slice(0, 1);
  });
  return [
    ...selectionProblems(watched),
    ...silentSeverities(watched, tree, alerts),
    ...sentences(watched, faults),
  ];
}
