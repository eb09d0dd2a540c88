/** What Prometheus itself says of its targets. https://prometheus.io/docs/concepts/jobs_instances/ Pure. */
import { gauge } from "./metric";

export const up = gauge("up", ["namespace", "service", "job", "pod"], {
  unit: "count",
  exporter: "prometheus",
  help: "1 where the last scrape of a target succeeded, else 0.",
});
