/** kube-state-metrics: what the API server says of objects. https://github.com/kubernetes/kube-state-metrics/tree/main/docs Pure. */
import { counter, gauge } from "./metric";

const exporter = "kube-state-metrics";
const CONTAINER = ["namespace", "pod", "container"] as const;

export const containerRestarts = counter("kube_pod_container_status_restarts_total", CONTAINER, {
  unit: "count",
  exporter,
  help: "How often a container has been started again.",
});

export const containerLimits = gauge("kube_pod_container_resource_limits", [...CONTAINER, "resource"], {
  unit: "count",
  exporter,
  help: "What a container may use: cores for `cpu`, bytes for `memory`; no series where it has no limit.",
});

export const containerRequests = gauge("kube_pod_container_resource_requests", [...CONTAINER, "resource"], {
  unit: "count",
  exporter,
  help: "What a container is promised: cores for `cpu`, bytes for `memory`.",
});

export const deploymentUnavailable = gauge(
  "kube_deployment_status_replicas_unavailable",
  ["namespace", "deployment"],
  { unit: "count", exporter, help: "Pods of a Deployment that it should have and that are not available." },
);

const AUTOSCALER = ["namespace", "horizontalpodautoscaler"] as const;

export const autoscalerReplicas = gauge(
  "kube_horizontalpodautoscaler_status_current_replicas",
  AUTOSCALER,
  { unit: "count", exporter, help: "Pods that an autoscaler's target has." },
);

export const autoscalerMaximum = gauge("kube_horizontalpodautoscaler_spec_max_replicas", AUTOSCALER, {
  unit: "count",
  exporter,
  help: "Pods that an autoscaler goes up to.",
});

const CRON_JOB = ["namespace", "cronjob"] as const;

export const cronJobLastSuccess = gauge("kube_cronjob_status_last_successful_time", CRON_JOB, {
  unit: "timestamp",
  exporter,
  help: "When a CronJob's last good run ended; no series before the first.",
});

export const cronJobCreated = gauge("kube_cronjob_created", CRON_JOB, {
  unit: "timestamp",
  exporter,
  help: "When a CronJob was made.",
});

const JOB = ["namespace", "job_name"] as const;

export const jobInfo = gauge("kube_job_info", JOB, {
  unit: "count",
  exporter,
  help: "1 for each Job.",
});

export const jobFailed = gauge("kube_job_failed", [...JOB, "condition"], {
  unit: "count",
  exporter,
  help: "1 where a Job's condition Failed is what `condition` says.",
});
