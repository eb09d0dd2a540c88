/** Rules of Loki's ruler: the objectives whose signals are log lines. Pure. https://grafana.com/docs/loki/latest/alert/ */
import { stringify } from "yaml";
import type { AlertUse, Objective } from "../objectives/objective";
import { objectivesOf } from "../objectives";
import { isOfPrometheus, labelsOf, wrongValue } from "../rules/objective-alerts";
import { type AlertLinks, groupManifests } from "../rules/prometheus-rule";
import type { AlertRule, RuleGroup } from "../rules/rule";
import { textsOf } from "../rules/texts";
import { type Reading, readingsOf } from "../signals/readings";
import type { Watched } from "../watched";

/** Time between two evaluations; a window of five minutes is looked at five times. */
const INTERVAL = "1m";

const alertOf = (watched: Watched, objective: Objective, use: AlertUse, reading: Reading): AlertRule => ({
  kind: "alert",
  name: use.name,
  expression: wrongValue(reading, objective),
  for: use.for,
  labels: { severity: use.severity, ...labelsOf(watched, reading) },
  ...textsOf(reading, objective, watched.platform.language),
  signal: objective.signal,
  subject: reading.subject,
  objective,
  // promtool knows no log lines: test/unit/observability/log-rules.test.ts holds them against Loki's grammar and lines.
  proof: { cases: [] },
});

/** The groups of Loki's ruler of one system of one stack; its alerts go the same way as those of Prometheus. */
export function logRulesOf(watched: Watched): readonly RuleGroup[] {
  const { system, overrides } = watched;
  const rules = objectivesOf(system, overrides).flatMap((objective) => {
    const { alert, signal, off } = objective;
    return alert === undefined || off !== undefined || isOfPrometheus(signal)
      ? []
      : readingsOf(signal, watched, objective).map((reading) => alertOf(watched, objective, alert, reading));
  });
  return rules.length === 0 ? [] : [{ name: `${system}-logs`, interval: INTERVAL, rules }];
}

/** Groups as a rule file of Loki's ruler has them. */
export const logRuleFile = (groups: readonly RuleGroup[], links: (alert: AlertRule) => AlertLinks): string =>
  stringify({ groups: groupManifests(groups, links) }, { lineWidth: 0 });
