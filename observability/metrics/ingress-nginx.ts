/**
 * What ingress-nginx says of the requests that it carries. Pure.
 *
 * Assumed: its own ServiceMonitor, which does not set `honorLabels`; so the namespace of the Ingress is
 * `exported_namespace`, and `namespace` is the controller's. `host` needs `--metrics-per-host`, which is the default.
 * https://kubernetes.github.io/ingress-nginx/user-guide/monitoring/
 */
import { counter, histogram } from "./metric";

/** Of each request: `canary` is empty where the stable side answered (observability.md, P2). */
const LABELS = ["exported_namespace", "ingress", "host", "path", "status", "canary"] as const;

/** The controller's own bounds; `--time-buckets` sets others. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export const INGRESS_NGINX = {
  requests: counter("nginx_ingress_controller_requests", LABELS, {
    unit: "requests",
    exporter: "ingress-nginx",
    help: "Requests answered.",
  }),
  duration: histogram("nginx_ingress_controller_request_duration_seconds", LABELS, {
    unit: "seconds",
    exporter: "ingress-nginx",
    help: "From the first byte of the request to the last of the response; of a WebSocket, how long it was open.",
    buckets: BUCKETS,
  }),
} as const;
