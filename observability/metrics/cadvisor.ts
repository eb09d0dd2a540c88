/** cAdvisor, in each node's kubelet: what containers use. https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md Pure. */
import { counter, gauge } from "./metric";

const exporter = "cadvisor";
const CONTAINER = ["namespace", "pod", "container"] as const;

export const cpuUsage = counter("container_cpu_usage_seconds_total", CONTAINER, {
  unit: "seconds",
  exporter,
  help: "CPU time that a container has used; the pod's own sum has an empty `container`.",
});

export const memoryWorkingSet = gauge("container_memory_working_set_bytes", CONTAINER, {
  unit: "bytes",
  exporter,
  help: "Memory that a container cannot give back; at its limit it is killed.",
});
