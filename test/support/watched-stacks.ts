/** What watches each stack of the checkout, as its file says. */
import path from "node:path";
import { repositoryRoot } from "../../engine/cache";
import { escalationRules } from "../../observability/routing";
import { rulesOf } from "../../observability/rules";
import { prometheusRule } from "../../observability/rules/prometheus-rule";
import type { AlertRule, RecordingRule, RuleGroup } from "../../observability/rules/rule";
import type { Watched } from "../../observability/watched";
import { readStackFile } from "../../settings";
import { watchedOf } from "../../systems/watched";

export const STACKS = ["develop", "staging", "production"] as const;

/** A system of a stack with its rules. */
export interface WatchedRules {
  readonly watched: Watched;
  readonly groups: readonly RuleGroup[];
  readonly alerts: readonly AlertRule[];
  readonly recordings: readonly RecordingRule[];
}

/** Each system that a stack watches. */
export const watchedRules = (stack: (typeof STACKS)[number]): readonly WatchedRules[] =>
  watchedOf(readStackFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`))).map((watched) => {
    const groups = [...rulesOf(watched), escalationRules(watched)].filter(({ rules }) => rules.length > 0);
    const rules = groups.flatMap((group) => group.rules);
    return {
      watched,
      groups,
      alerts: rules.filter((rule) => rule.kind === "alert"),
      recordings: rules.filter((rule) => rule.kind === "record"),
    };
  });

/** Its PrometheusRule, with links such as the stack's. */
export const manifestOf = ({ watched, groups }: WatchedRules) =>
  prometheusRule(watched, groups, ({ name, labels }) => ({
    runbookUrl: `${watched.platform.runbooks}/${watched.system}.md#${name.toLowerCase()}`,
    dashboardUrl: `https://grafana.example.com/d/${watched.system}?service=${labels.service}`,
  }));
