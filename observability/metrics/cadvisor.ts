/** What the kubelet's cAdvisor says of containers; `container` is empty for a pod's own cgroup. Pure. https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md */
import { counter, gauge } from "./metric";

const LABELS = ["namespace", "pod", "container", "image"] as const;

export const CADVISOR = {
  cpu: counter("container_cpu_usage_seconds_total", LABELS, {
    unit: "cores",
    exporter: "cadvisor",
    help: "Seconds of CPU used; its rise a second is the cores used.",
  }),
  memory: gauge("container_memory_working_set_bytes", LABELS, {
    unit: "bytes",
    exporter: "cadvisor",
    help: "Memory that cannot be taken back: what the kernel kills by.",
  }),
  throttled: counter("container_cpu_cfs_throttled_periods_total", LABELS, {
    unit: "count",
    exporter: "cadvisor",
    help: "Periods in which the CPU limit held the container back.",
  }),
  periods: counter("container_cpu_cfs_periods_total", LABELS, {
    unit: "count",
    exporter: "cadvisor",
    help: "Periods of CPU accounting.",
  }),
} as const;
