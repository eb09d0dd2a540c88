/** Thresholds of `001-listacompra.md` (row L18). Pure. */
import type { Objective } from "./objective";

export const LISTACOMPRA: readonly Objective[] = [
  {
    // p95 < 350 ms, exactly: at most 5 % of the requests take longer.
    id: "listacompra/latency",
    rows: ["L18"],
    signal: "slowRatio",
    slowerThan: 0.35,
    limit: { above: 0.05 },
    window: "5m",
    alert: { name: "HighLatency", severity: "warning", for: "5m" },
    level: { target: 0.95, periodDays: 30, name: "LatencyBudgetBurn" },
  },
  {
    id: "listacompra/worker",
    rows: ["L18"],
    signal: "workerFailureRatio",
    services: ["listacompra-worker"],
    limit: { above: 0.02 },
    window: "5m",
    alert: { name: "WorkerFailing", severity: "warning", for: "10m" },
    level: { target: 0.98, periodDays: 30, name: "WorkerBudgetBurn" },
  },
  {
    id: "listacompra/outbox-retries",
    rows: ["L18"],
    signal: "outboxRetries",
    services: ["listacompra-worker"],
    limit: { atLeast: 5 },
    window: "1h",
    alert: { name: "OutboxRetriesHigh", severity: "warning", for: "0s" },
  },
];
