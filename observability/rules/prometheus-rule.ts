/** Rules as the Prometheus Operator takes them. Pure. https://prometheus-operator.dev/docs/api-reference/api/ */
import { labelled } from "../labelled";
import type { Watched } from "../watched";
import type { AlertRule, RecordingRule, Rule, RuleGroup } from "./rule";

/** Where an alert's pages are: its panel and its runbook. */
export interface AlertLinks {
  readonly runbookUrl: string;
  /** Absent: the stack names no Grafana. */
  readonly dashboardUrl?: string;
}

/** An alert's annotations: what it says, and where its pages are. */
export const annotationsOf = ({ summary, description }: AlertRule, links: AlertLinks) => ({
  summary,
  description,
  runbook_url: links.runbookUrl,
  ...(links.dashboardUrl === undefined ? {} : { dashboard_url: links.dashboardUrl }),
});

const alertManifest = (rule: AlertRule, links: AlertLinks) => ({
  alert: rule.name,
  expr: rule.expression.text,
  // Both engines take no `for` as none; `0s` would be a difference to what the API server gives back.
  ...(rule.for === "0s" ? {} : { for: rule.for }),
  ...(rule.keepFiringFor === undefined ? {} : { keep_firing_for: rule.keepFiringFor }),
  labels: { ...rule.labels },
  annotations: annotationsOf(rule, links),
});

const recordManifest = ({ record, expression, labels }: RecordingRule) => ({
  record,
  expr: expression.text,
  ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
});

/** One rule as Prometheus' and Loki's files have it. */
export const ruleManifest = (rule: Rule, links: (alert: AlertRule) => AlertLinks) =>
  rule.kind === "alert" ? alertManifest(rule, links(rule)) : recordManifest(rule);

/** Groups as a rule file has them, which promtool reads too. */
export const groupManifests = (groups: readonly RuleGroup[], links: (alert: AlertRule) => AlertLinks) =>
  groups.map(({ name, interval, rules }) => ({
    name,
    interval,
    rules: rules.map((rule) => ruleManifest(rule, links)),
  }));

/** The PrometheusRule of a system, with the labels that its Prometheus selects by. */
export const prometheusRule = (
  { system, namespace, platform }: Watched,
  groups: readonly RuleGroup[],
  links: (alert: AlertRule) => AlertLinks,
) => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PrometheusRule",
  metadata: { name: `${system}-rules`, namespace, ...labelled(platform.prometheus.labels) },
  spec: { groups: groupManifests(groups, links) },
});
