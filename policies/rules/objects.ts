/** What holds for objects of any kind, and for the charts that make them. */
import { everywhere } from "../levels";
import type { Rule } from "../rule";

export const objectRules: readonly Rule[] = [
  {
    name: "chart-renders",
    severity: "high",
    checks:
      "Every Helm release's chart renders at preview with its values, so that the other rules judge what it would install.",
    mend: "Correct the chart or the values that the message names.",
    requirements: ["K9"],
    upstream: [],
    levels: everywhere("mandatory"),
    applies: ({ unrendered }) => unrendered !== undefined,
    judge: ({ unrendered }) => unrendered ?? [],
  },
];
