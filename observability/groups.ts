/** All rules of a system, of Prometheus and of Loki's ruler, for pages and tests that want every alert. Pure. */
import { logRulesOf } from "./logs/rules";
import { escalationRules } from "./routing";
import { rulesOf } from "./rules";
import type { RuleGroup } from "./rules/rule";
import type { Watched } from "./watched";

export const groupsOf = (watched: Watched): readonly RuleGroup[] =>
  [...rulesOf(watched), escalationRules(watched), ...logRulesOf(watched)].filter(
    ({ rules }) => rules.length > 0,
  );
