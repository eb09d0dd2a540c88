/**
 * What kube-state-metrics says of objects. Pure.
 *
 * Assumed: scraped with `honorLabels`, as kube-prometheus-stack does; so `namespace` is the object's.
 * https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics
 */
import { counter, gauge } from "./metric";

const FACTS = { unit: "count", exporter: "kube-state-metrics" } as const;
const CONTAINER = ["namespace", "pod", "container"] as const;
const DEPLOYMENT = ["namespace", "deployment"] as const;
const AUTOSCALER = ["namespace", "horizontalpodautoscaler"] as const;
const JOB = ["namespace", "job_name"] as const;
const CRON_JOB = ["namespace", "cronjob"] as const;

export const KUBE_STATE_METRICS = {
  containerRestarts: counter("kube_pod_container_status_restarts_total", CONTAINER, {
    ...FACTS,
    help: "Restarts of a container.",
  }),
  containerWaiting: gauge("kube_pod_container_status_waiting_reason", [...CONTAINER, "reason"], {
    ...FACTS,
    help: "1 for the reason that a container waits, such as CrashLoopBackOff.",
  }),
  containerTerminated: gauge("kube_pod_container_status_last_terminated_reason", [...CONTAINER, "reason"], {
    ...FACTS,
    help: "1 for the reason that a container ended last, such as OOMKilled.",
  }),
  containerLimit: gauge("kube_pod_container_resource_limits", [...CONTAINER, "resource", "unit"], {
    ...FACTS,
    help: "Limit of a container: cores, or bytes, by the label `resource`.",
  }),
  containerRequest: gauge("kube_pod_container_resource_requests", [...CONTAINER, "resource", "unit"], {
    ...FACTS,
    help: "Request of a container: cores, or bytes, by the label `resource`.",
  }),
  podReady: gauge("kube_pod_status_ready", ["namespace", "pod", "condition"], {
    ...FACTS,
    help: "1 for the condition that is so: true, false or unknown.",
  }),
  podPhase: gauge("kube_pod_status_phase", ["namespace", "pod", "phase"], {
    ...FACTS,
    help: "1 for the phase that the pod is in.",
  }),
  podOwner: gauge("kube_pod_owner", ["namespace", "pod", "owner_kind", "owner_name"], {
    ...FACTS,
    help: "1 for what owns the pod.",
  }),
  containerInfo: gauge("kube_pod_container_info", [...CONTAINER, "image", "image_spec"], {
    ...FACTS,
    help: "1 for the image of a container.",
  }),
  deploymentReplicas: gauge("kube_deployment_spec_replicas", DEPLOYMENT, { ...FACTS, help: "Pods wanted." }),
  deploymentAvailable: gauge("kube_deployment_status_replicas_available", DEPLOYMENT, {
    ...FACTS,
    help: "Pods that are available.",
  }),
  deploymentUnavailable: gauge("kube_deployment_status_replicas_unavailable", DEPLOYMENT, {
    ...FACTS,
    help: "Pods that are wanted and not available.",
  }),
  replicaSetCreated: gauge("kube_replicaset_created", ["namespace", "replicaset"], {
    ...FACTS,
    unit: "timestamp",
    help: "When a ReplicaSet was made, which each new version of a Deployment has.",
  }),
  autoscalerReplicas: gauge("kube_horizontalpodautoscaler_status_current_replicas", AUTOSCALER, {
    ...FACTS,
    help: "Pods that an autoscaler counts.",
  }),
  autoscalerDesired: gauge("kube_horizontalpodautoscaler_status_desired_replicas", AUTOSCALER, {
    ...FACTS,
    help: "Pods that an autoscaler wants.",
  }),
  autoscalerMaximum: gauge("kube_horizontalpodautoscaler_spec_max_replicas", AUTOSCALER, {
    ...FACTS,
    help: "Most pods that an autoscaler may want.",
  }),
  autoscalerMinimum: gauge("kube_horizontalpodautoscaler_spec_min_replicas", AUTOSCALER, {
    ...FACTS,
    help: "Fewest pods that an autoscaler may want.",
  }),
  jobFailed: gauge("kube_job_failed", [...JOB, "condition"], {
    ...FACTS,
    help: "1 for the condition that is so: true where the Job has failed.",
  }),
  jobOwner: gauge("kube_job_owner", [...JOB, "owner_kind", "owner_name"], {
    ...FACTS,
    help: "1 for what owns the Job.",
  }),
  jobCompleted: gauge("kube_job_status_completion_time", JOB, {
    ...FACTS,
    unit: "timestamp",
    help: "When the Job was completed.",
  }),
  cronJobSucceeded: gauge("kube_cronjob_status_last_successful_time", CRON_JOB, {
    ...FACTS,
    unit: "timestamp",
    help: "When a run last succeeded.",
  }),
  cronJobScheduled: gauge("kube_cronjob_status_last_schedule_time", CRON_JOB, {
    ...FACTS,
    unit: "timestamp",
    help: "When a run was last begun.",
  }),
  cronJobSuspended: gauge("kube_cronjob_spec_suspend", CRON_JOB, {
    ...FACTS,
    help: "1 where no run is begun.",
  }),
  cronJobCreated: gauge("kube_cronjob_created", CRON_JOB, {
    ...FACTS,
    unit: "timestamp",
    help: "When it was made.",
  }),
} as const;
