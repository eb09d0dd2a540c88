/** Alerts and recording rules of a system, where its Prometheus loads them. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import { type AlertLinks, prometheusRule } from "../observability/rules/prometheus-rule";
import type { AlertRule, RuleGroup } from "../observability/rules/rule";
import type { Watched } from "../observability/watched";

export interface PrometheusRulesArgs {
  /** The system, which says the labels by which its Prometheus selects rules. */
  readonly watched: Watched;
  readonly groups: readonly RuleGroup[];
  /** An alert's runbook and panel. */
  readonly links: (alert: AlertRule) => AlertLinks;
}

/**
 * Declares a PrometheusRule, `<system>-rules`, in the system's namespace: every group of the system's alerts and
 * recording rules. Prometheus of the operator loads it by its labels; one without those of its selector is ignored in
 * silence, which `systems/observability.ts` refuses at preview.
 *
 * @see K25, L18, G6, S7, E9 of the requirements; https://prometheus-operator.dev/docs/developer/alerting/
 */
export class PrometheusRules extends pulumi.ComponentResource {
  /** Names of the alerts, each once. */
  readonly alerts: readonly string[];

  constructor(name: string, args: PrometheusRulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:PrometheusRules", name, {}, opts);
    const { watched, groups, links } = args;
    new CustomResource(name, prometheusRule(watched, groups, links), {
      parent: this,
      dependsOn: opts?.dependsOn ?? [],
    });
    const rules = groups.flatMap((group) => group.rules);
    this.alerts = [...new Set(rules.flatMap((rule) => (rule.kind === "alert" ? [rule.name] : [])))];
    this.registerOutputs({ alerts: this.alerts });
  }
}
