/** Thresholds of `003-go-live-s5.md` (§4). Pure. */
import type { Objective } from "./objective";

export const S5: readonly Objective[] = [
  {
    id: "s5/error-rate",
    rows: ["S7"],
    signal: "errorRatio",
    limit: { above: 0.05 },
    window: "5m",
    alert: { name: "HighErrorRate", severity: "critical", for: "5m" },
    gate: "roll back",
  },
];
