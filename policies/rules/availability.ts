/** How many, spread how, and how they end. */
import type { Rule } from "../rule";

export const availabilityRules: readonly Rule[] = [];
