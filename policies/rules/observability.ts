/** Nothing runs unwatched. */
import type { Rule } from "../rule";

export const observabilityRules: readonly Rule[] = [];
