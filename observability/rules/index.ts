/** Every rule of a system. Pure. */
import { objectivesOf } from "../objectives";
import type { Watched } from "../watched";
import { objectiveAlerts } from "./objective-alerts";
import type { RuleGroup } from "./rule";
import { sloGroup } from "./slo";
import { absenceAlerts, watchdog } from "./upkeep";

/** The groups of Prometheus' rules of one system of one stack; those of Loki's ruler are `logRulesOf`'s. */
export function rulesOf(watched: Watched): readonly RuleGroup[] {
  const { system, overrides } = watched;
  const objectives = objectivesOf(system, overrides);
  const groups: readonly RuleGroup[] = [
    { name: `${system}-objectives`, interval: "30s", rules: objectiveAlerts(watched, objectives) },
    sloGroup(watched, objectives),
    {
      name: `${system}-upkeep`,
      interval: "1m",
      rules: [...absenceAlerts(watched, objectives), watchdog(watched)],
    },
  ];
  return groups.filter(({ rules }) => rules.length > 0);
}
