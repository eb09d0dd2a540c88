/**
 * What golive asks of applications: an application that is to be watched for one of these exports it under this name, with
 * these labels, and at least these buckets. `namespace`, `pod` and `container` are the scrape's own. Pure.
 */
import { counter, gauge, histogram } from "./metric";

const SCRAPED = ["namespace", "pod", "container"] as const;

const count = <const L extends string>(name: string, labels: readonly L[], help: string) =>
  counter(name, [...SCRAPED, ...labels], { unit: "count", exporter: "application", help });

const seconds = <const L extends string>(
  name: string,
  labels: readonly L[],
  bounds: readonly number[],
  help: string,
) =>
  histogram(name, [...SCRAPED, ...labels], {
    unit: "seconds",
    exporter: "application",
    help,
    buckets: bounds,
  });

export const APPLICATION = {
  requestDuration: seconds(
    "http_request_duration_seconds",
    ["method", "route", "status"],
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.35, 0.5, 1, 2, 2.5, 5, 10],
    "Time that a request took in the application; `route` is the pattern, not the path.",
  ),
  messageDuration: seconds(
    "chat_message_duration_seconds",
    [],
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5],
    "From the receipt of a chat message to its delivery (row E9).",
  ),
  workerJobs: count(
    "worker_jobs_total",
    ["queue", "outcome"],
    "Jobs ended by a worker; `outcome` is succeeded or failed (row L18).",
  ),
  queueWait: seconds(
    "queue_wait_duration_seconds",
    ["queue"],
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    "From a job's arrival in its queue to its start (row L16).",
  ),
  queueDepth: gauge("queue_depth", [...SCRAPED, "queue"], {
    unit: "count",
    exporter: "application",
    help: "Jobs that wait in a queue (row L16).",
  }),
  outboxRetries: count(
    "outbox_retries_total",
    [],
    "Messages of the outbox that were sent once more (row L18).",
  ),
  checkouts: count(
    "checkouts_total",
    ["outcome"],
    "Checkouts ended; `outcome` is succeeded, conflict or failed (rows G7, G13).",
  ),
  checkoutDuration: seconds(
    "checkout_duration_seconds",
    [],
    [0.1, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20, 30],
    "Time that a checkout took, with its retries (rows G7, G13).",
  ),
  checkoutRetries: count("checkout_retries_total", [], "Attempts of checkouts after the first (row G7)."),
  concurrencyErrors: count(
    "concurrency_errors_total",
    [],
    "ConcurrencyError: writes refused because the row's version had changed (rows G6, G7, G13).",
  ),
} as const;
