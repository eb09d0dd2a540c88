/** What Prometheus says of its targets and alerts. Pure. https://prometheus.io/docs/concepts/jobs_instances/ */
import { gauge } from "./metric";

export const PROMETHEUS = {
  up: gauge("up", ["namespace", "job", "pod", "service", "container", "endpoint", "instance"], {
    unit: "count",
    exporter: "prometheus",
    help: "1 where the target answered the last scrape, else 0.",
  }),
  activeSince: gauge(
    "ALERTS_FOR_STATE",
    ["alertname", "namespace", "system", "service", "severity", "escalation"],
    {
      unit: "timestamp",
      exporter: "prometheus",
      help: "Since when an alert's expression has given something.",
    },
  ),
  alerts: gauge(
    "ALERTS",
    ["alertname", "alertstate", "namespace", "system", "service", "severity", "escalation"],
    {
      unit: "count",
      exporter: "prometheus",
      help: "1 for an alert that is pending or firing.",
    },
  ),
} as const;
