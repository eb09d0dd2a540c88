/** Which rights pods and people hold. */
import type { Rule } from "../rule";

export const accessRules: readonly Rule[] = [];
