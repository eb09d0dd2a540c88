/** What a pod may do to its node: Pod Security restricted, a rule a control. */
import type { Rule } from "../rule";

export const podSecurityRules: readonly Rule[] = [];
