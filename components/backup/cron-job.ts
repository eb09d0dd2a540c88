/** A backup on time: the spec of its CronJob. Pure. */
import { podLabels, RESTRICTED_POD } from "../jobs/once";

export interface CronRun<Pod extends object> {
  /** Cron text of five fields. */
  readonly schedule: string;
  /** @default "Etc/UTC" */
  readonly timeZone?: string | undefined;
  /** Seconds that a run may take, its retries with it. */
  readonly deadlineSeconds: number;
  /** Value of the label `app` of its pods. */
  readonly app: string;
  /** Exit code with which a container says that another try would be no better. @default - there is none */
  readonly finalExitCode?: number | undefined;
  /** What the pod has beside what every restricted pod has. */
  readonly pod: Pod;
}

/** Seconds after its time in which a run may still begin: past that it is counted as missed. */
const LATEST_START_SECONDS = 3600;

/**
 * Never two at once, tried three times within the deadline, and the last ones kept for who looks.
 *
 * @see L14, G2 of the requirements; https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
export const cronJobSpec = <Pod extends object>(run: CronRun<Pod>) => ({
  schedule: run.schedule,
  timeZone: run.timeZone ?? "Etc/UTC",
  concurrencyPolicy: "Forbid",
  startingDeadlineSeconds: LATEST_START_SECONDS,
  successfulJobsHistoryLimit: 3,
  failedJobsHistoryLimit: 3,
  jobTemplate: {
    spec: {
      backoffLimit: 2,
      ...(run.finalExitCode !== undefined && {
        podFailurePolicy: {
          rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [run.finalExitCode] } }],
        },
      }),
      activeDeadlineSeconds: run.deadlineSeconds,
      template: {
        metadata: { labels: podLabels(run.app) },
        spec: { ...RESTRICTED_POD, ...run.pod },
      },
    },
  },
});
