/**
 * What the applications export at their metrics path; `namespace` and `service` come from the ServiceMonitor that golive
 * declares, the others from the application. Pure.
 */
import { counter, histogram } from "./metric";

const exporter = "application";
const SERVICE = ["namespace", "service"] as const;

export const workerJobs = counter("worker_jobs_total", [...SERVICE, "result"], {
  unit: "count",
  exporter,
  help: "Jobs that a worker has ended, by result: `success` or `failure`.",
});

export const outboxRetryCount = counter("outbox_retries_total", SERVICE, {
  unit: "count",
  exporter,
  help: "Events of the outbox that were sent once more.",
});

export const queueWait = histogram("queue_wait_seconds", [...SERVICE, "queue"], {
  unit: "seconds",
  exporter,
  help: "Time that a message waited in a queue before a worker took it.",
  buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
});

export const concurrencyErrorCount = counter("concurrency_errors_total", SERVICE, {
  unit: "count",
  exporter,
  help: "ConcurrencyErrors thrown: another transaction had changed the product first.",
});

export const checkouts = counter("checkouts_total", [...SERVICE, "result"], {
  unit: "count",
  exporter,
  help: "Checkouts ended, by result: `success`, `rejected` (the buyer's doing, e.g. too little stock), `conflict` (a ConcurrencyError after every retry) or `failure`.",
});

export const checkoutRetries = counter("checkout_retries_total", SERVICE, {
  unit: "count",
  exporter,
  help: "Attempts of checkouts after the first.",
});

export const checkoutDuration = histogram("checkout_duration_seconds", SERVICE, {
  unit: "seconds",
  exporter,
  help: "Duration of a checkout with all its attempts.",
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
});
