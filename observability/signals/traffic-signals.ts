/** Signals of what a host's users meet. Pure. */
import { canaryErrorExcess } from "./canary-error-excess";
import { certificateExpiry } from "./certificate-expiry";
import { errorRatio } from "./error-ratio";
import { healthFailing } from "./health-failing";
import { latencyMean, latencyP95, slowRatio } from "./latency";
import { messageLatencyP95 } from "./message-latency";
import { requestRate, trafficChange } from "./traffic";

export const TRAFFIC_SIGNALS = {
  errorRatio,
  slowRatio,
  latencyP95,
  latencyMean,
  requestRate,
  trafficChange,
  canaryErrorExcess,
  messageLatencyP95,
  healthFailing,
  certificateExpiry,
};
