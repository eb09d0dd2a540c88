/** Every signal by name; what names a signal that is not here, or leaves one out of a table of them all, does not compile. */

import { unattendedAlert } from "../routing/escalation";
import { APPLICATION_SIGNALS } from "./applications";
import { DATABASE_SIGNALS } from "./database";
import { LOG_SIGNALS } from "./logs";
import type { AnySignal } from "./signal";
import { TRAFFIC_SIGNALS } from "./traffic-signals";
import { UPKEEP_SIGNALS } from "./upkeep";
import { WORKLOAD_SIGNALS } from "./workloads";

export const SIGNAL_NAMES = [
  // requests of a host
  "errorRatio",
  "slowRatio",
  "latencyP95",
  "latencyMean",
  "requestRate",
  "trafficChange",
  "canaryErrorExcess",
  "messageLatencyP95",
  "healthFailing",
  "certificateExpiry",
  // workloads
  "cpuSaturation",
  "memorySaturation",
  "restarts",
  "unhealthyPods",
  "autoscalerAtMaximum",
  // what applications count
  "workerFailureRatio",
  "outboxRetries",
  "queueLatency",
  "concurrencyErrorRatio",
  "checkoutFailureRatio",
  "checkoutLatencyP95",
  // what a database holds
  "negativeStock",
  "concurrencyErrors",
  "failedOrders",
  "ordersByState",
  "uncleanedOrders",
  // upkeep
  "backupAge",
  "failedJobs",
  "exporterDown",
  "unattendedAlert",
  // logs
  "applicationErrors",
  "databaseTimeouts",
  "authenticationFailures",
  "failedTransactions",
  "loggedConcurrencyErrors",
  "criticalErrors",
] as const;

export type SignalName = (typeof SIGNAL_NAMES)[number];

/** How each is read. */
export const SIGNALS = {
  ...TRAFFIC_SIGNALS,
  ...WORKLOAD_SIGNALS,
  ...APPLICATION_SIGNALS,
  ...DATABASE_SIGNALS,
  ...UPKEEP_SIGNALS,
  unattendedAlert,
  ...LOG_SIGNALS,
} satisfies Readonly<Record<SignalName, AnySignal>>;
