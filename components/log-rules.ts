/** Alerts on a system's logs, where Loki's ruler finds them. */
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { logRuleFile } from "../observability/logs/rules";
import type { AlertLinks } from "../observability/rules/prometheus-rule";
import type { AlertRule, RuleGroup } from "../observability/rules/rule";
import type { Watched } from "../observability/watched";

export interface LogRulesArgs {
  readonly watched: Watched;
  /** Groups of LogQL alerts. */
  readonly groups: readonly RuleGroup[];
  /** An alert's runbook and panel. */
  readonly links: (alert: AlertRule) => AlertLinks;
}

/** Label by which the sidecar of Loki's chart finds rule files. https://github.com/grafana/loki/blob/main/production/helm/loki/values.yaml */
const LABEL = { loki_rule: "1" } as const;

/**
 * Declares a ConfigMap, `<system>-log-rules`, with one rule file, which the sidecar of Loki's chart hands to the ruler: it
 * has no kind of its own. The sidecar must look in every namespace (`sidecar.rules.searchNamespace: ALL`) and write into the
 * tenant's folder (`sidecar.rules.folder`: `/rules/fake` where there are no tenants); the file is named after stack and
 * system, since it puts the files of all namespaces there. The ruler sends its alerts to the same Alertmanager.
 *
 * @see K26, K21, G6, G13, E10 of the requirements; https://grafana.com/docs/loki/latest/alert/
 */
export class LogRules extends pulumi.ComponentResource {
  /** Names of the alerts, each once. */
  readonly alerts: readonly string[];

  constructor(name: string, args: LogRulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:LogRules", name, {}, opts);
    const { watched, groups, links } = args;
    const { stack, system, namespace } = watched;
    new core.ConfigMap(
      name,
      {
        metadata: { name: `${system}-log-rules`, namespace, labels: { ...LABEL } },
        data: { [`${stack}-${system}.yaml`]: logRuleFile(groups, links) },
      },
      { parent: this, dependsOn: opts?.dependsOn ?? [] },
    );
    const rules = groups.flatMap((group) => group.rules);
    this.alerts = [...new Set(rules.flatMap((rule) => (rule.kind === "alert" ? [rule.name] : [])))];
    this.registerOutputs({ alerts: this.alerts });
  }
}
