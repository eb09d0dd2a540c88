/**
 * What k6 writes to Prometheus by `-o experimental-prometheus-rw`, with `K6_PROMETHEUS_RW_TREND_STATS=p(95),avg`. Pure.
 * https://grafana.com/docs/k6/latest/results-output/real-time/prometheus-remote-write/
 */
import { counter, gauge } from "./metric";

const LABELS = ["testid", "scenario", "name", "status"] as const;

export const K6 = {
  requests: counter("k6_http_reqs_total", LABELS, {
    unit: "requests",
    exporter: "k6",
    help: "Requests made.",
  }),
  failed: gauge("k6_http_req_failed_rate", LABELS, {
    unit: "ratio",
    exporter: "k6",
    help: "Share of requests that failed.",
  }),
  durationP95: gauge("k6_http_req_duration_p95", LABELS, {
    unit: "seconds",
    exporter: "k6",
    help: "95th percentile of the times of the requests.",
  }),
  durationMean: gauge("k6_http_req_duration_avg", LABELS, {
    unit: "seconds",
    exporter: "k6",
    help: "Mean of the times of the requests.",
  }),
  users: gauge("k6_vus", ["testid"], { unit: "count", exporter: "k6", help: "Users at once." }),
} as const;
