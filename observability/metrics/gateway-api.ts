/**
 * What the proxies of Envoy Gateway say of the requests that they carry. Pure.
 *
 * A cluster is one rule of one route: `httproute/<namespace>/<HTTPRoute>/rule/<index>`, whichever of its backends answered.
 * https://gateway.envoyproxy.io/docs/tasks/observability/proxy-metric/
 */
import { counter, histogram } from "./metric";

/** Envoy's own bounds, in milliseconds. https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/metrics/v3/stats.proto */
const BUCKETS = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
] as const;

export const GATEWAY_API = {
  requests: counter("envoy_cluster_upstream_rq_xx", ["envoy_cluster_name", "envoy_response_code_class"], {
    unit: "requests",
    exporter: "envoy-gateway",
    help: "Requests answered, by the first digit of the status.",
  }),
  duration: histogram("envoy_cluster_upstream_rq_time", ["envoy_cluster_name"], {
    unit: "milliseconds",
    exporter: "envoy-gateway",
    help: "Time until the whole response was there.",
    buckets: BUCKETS,
  }),
} as const;
