/** Every rule of a system. Pure. */
import { objectivesOf } from "../objectives";
import type { Watched } from "../watched";
import { objectiveAlerts } from "./objective-alerts";
import type { RuleGroup } from "./rule";

/** The groups of Prometheus' rules of one system of one stack; those of Loki's ruler are `logRulesOf`'s. */
export function rulesOf(watched: Watched): readonly RuleGroup[] {
  const { system } = watched;
  const objectives = objectivesOf(system);
  return [{ name: `${system}-objectives`, interval: "30s", rules: objectiveAlerts(watched, objectives) }];
}
