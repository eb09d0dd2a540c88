/**
 * What watches a stack's systems: rules, routes, dashboards and what reads their metrics. All of it is checked before any of
 * it is declared: an alert that could never fire, or that would reach nobody, fails the preview.
 */
import * as pulumi from "@pulumi/pulumi";
import { AlertRouting } from "../components/alert-routing";
import { Dashboards } from "../components/dashboards";
import { LogRules } from "../components/log-rules";
import { PrometheusRules } from "../components/prometheus-rules";
import { Scrape } from "../components/scrape";
import { type Dashboard, dashboardsOf, panelUrl } from "../observability/dashboards";
import { alertsOf } from "../observability/rules/rule";
import { logRulesOf } from "../observability/logs/rules";
import {
  alertmanagerConfig,
  configName,
  deliveryProblems,
  escalationRules,
  receiverSecrets,
} from "../observability/routing";
import { rulesOf } from "../observability/rules";
import { inhibitRules } from "../observability/rules/inhibition";
import type { AlertLinks } from "../observability/rules/prometheus-rule";
import { reachabilityProblems } from "../observability/rules/reachability";
import type { AlertRule, RuleGroup } from "../observability/rules/rule";
import { pagePath, runbookUrl } from "../observability/runbooks";
import type { Watched } from "../observability/watched";
import type { AlertingSettings, StackSettings } from "../settings";
import { secretSource } from "./secret-sources";
import { alertingOf, watchedOf } from "./watched";

/** All that watches one system, before any of it is declared. */
export interface Watch {
  readonly watched: Watched;
  readonly alerting: AlertingSettings | undefined;
  /** Of Prometheus. */
  readonly groups: readonly RuleGroup[];
  /** Of Loki's ruler. */
  readonly logGroups: readonly RuleGroup[];
  readonly dashboards: readonly Dashboard[];
}

/** What a person asks of it. */
export interface ObservabilityOutputs {
  /** Names of the alerts. */
  readonly alerts: readonly string[];
  /** Title to address; of dashboards without a Grafana the titles alone are known. */
  readonly dashboards: Readonly<Record<string, string>>;
  /** Address of the system's runbooks. */
  readonly runbooks: string;
}

/**
 * What watches each system of the stack, by its key; nothing where the stack does not set `golive:observability`.
 *
 * @throws {pulumi.RunError} listing every rule that could not fire or resolve, every alert that would not be delivered, and
 * every object that its Prometheus or Alertmanager would not load.
 */
export function watchesOf(stack: StackSettings): ReadonlyMap<string, Watch> {
  const watches = watchedOf(stack).map((watched) => watchOf(watched, alertingOf(stack, watched.system)));
  const problems = watches.flatMap(problemsOf);
  if (problems.length > 0) throw new pulumi.RunError(refusal(stack.file, problems));
  return new Map(watches.map((watch) => [watch.watched.system, watch]));
}

function watchOf(watched: Watched, alerting: AlertingSettings | undefined): Watch {
  const groups = [...rulesOf(watched), escalationRules(watched)].filter(({ rules }) => rules.length > 0);
  const logGroups = logRulesOf(watched).filter(({ rules }) => rules.length > 0);
  const dashboards = dashboardsOf(watched, [...groups, ...logGroups]);
  return { watched, alerting, groups, logGroups, dashboards };
}

const problemsOf = ({ watched, alerting, groups, logGroups }: Watch): readonly string[] => [
  ...reachabilityProblems(watched, groups),
  ...deliveryProblems(watched, alerting, alertsOf([...groups, ...logGroups])),
];

function refusal(file: string, problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  const count = distinct.length === 1 ? "1 problem" : `${distinct.length} problems`;
  return [`${file}: ${count} of what watches the stack; nothing was declared:`, ...distinct].join("\n  ");
}

/** Declares what watches one system, in its namespace, and gives its addresses. */
export function declareObservability(
  watch: Watch,
  stack: StackSettings,
  opts: pulumi.ComponentResourceOptions,
): ObservabilityOutputs {
  const { watched, groups, logGroups, dashboards } = watch;
  const { system, namespace, platform } = watched;
  new Scrape(`${system}-scrape`, { watched }, opts);
  declareRoutes(watch, stack, opts);
  const { delivery, url } = platform.grafana;
  new Dashboards(`${system}-dashboards`, { namespace, dashboards, delivery }, opts);
  const links = linksOf(watched);
  const { alerts } = new PrometheusRules(`${system}-rules`, { watched, groups, links }, opts);
  const logs =
    logGroups.length === 0
      ? []
      : new LogRules(`${system}-log-rules`, { watched, groups: logGroups, links }, opts).alerts;
  return {
    alerts: [...new Set([...alerts, ...logs])],
    dashboards: Object.fromEntries(
      dashboards.map(({ title, uid }) => [title, url === undefined ? "" : `${url}/d/${uid}`]),
    ),
    runbooks: `${platform.runbooks}/${pagePath(watched, platform.language)}`,
  };
}

function declareRoutes(
  { watched, alerting, groups, logGroups }: Watch,
  { secretStore: store }: StackSettings,
  opts: pulumi.ComponentResourceOptions,
): void {
  if (alerting === undefined) return;
  const { namespace, platform } = watched;
  const inhibited = inhibitRules([...groups, ...logGroups]);
  const secrets = Object.entries(receiverSecrets(alerting)).map(
    ([key, value]) => [key, secretSource(value)] as const,
  );
  new AlertRouting(
    configName(watched),
    {
      name: configName(watched),
      namespace,
      labels: platform.alertmanager.labels,
      secrets: Object.fromEntries(secrets),
      store,
      spec: (secretOf) => alertmanagerConfig(watched, alerting, secretOf, inhibited),
    },
    opts,
  );
}

/** Where an alert's pages are. */
const linksOf =
  (watched: Watched) =>
  (alert: AlertRule): AlertLinks => {
    const dashboardUrl = panelUrl(watched, alert);
    return {
      runbookUrl: runbookUrl(watched, alert),
      ...(dashboardUrl === undefined ? {} : { dashboardUrl }),
    };
  };
