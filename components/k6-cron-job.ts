/** A k6 run that is kept ready: for whoever asks, or by a schedule. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { declareK6Files, type K6RunArgs } from "./k6-files";

export interface K6CronJobArgs extends K6RunArgs {
  /** Cron expression, in UTC, e.g. `0 3 * * *`. @default - suspended: it runs when asked */
  readonly schedule?: string;
}

/** Seconds after its time in which a run may still begin: past that it is counted as missed. */
const LATEST_START_SECONDS = 3600;

/** A CronJob that is suspended must name a time all the same. */
const NO_TIME = "0 0 1 1 *";

/**
 * Declares a ConfigMap with a plan and the script that reads it, and a CronJob of the official k6 image, suspended unless it
 * has a schedule. `up` does not run it and does not wait for it. To run it now:
 * `kubectl create job --from=cronjob/<name> <name>-1 -n <namespace>`, then `kubectl logs -f job/<name>-1 -n <namespace>`.
 *
 * @throws {pulumi.RunError} when the plan cannot be run: every mistake at once.
 * @see K18, E6 of the requirements; https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
export class K6CronJob extends pulumi.ComponentResource {
  /** Name of the CronJob. */
  readonly cronJob: pulumi.Output<string>;

  constructor(name: string, args: K6CronJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:K6CronJob", name, {}, opts);
    // What a component depends on, its children do not wait for unless they are told.
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const { configMap, job } = declareK6Files(name, args, own);
    const { labels, spec } = job;
    const made = new batch.CronJob(
      name,
      {
        metadata: { name: args.name, namespace: args.namespace, labels },
        spec: {
          schedule: args.schedule ?? NO_TIME,
          timeZone: "Etc/UTC",
          suspend: args.schedule === undefined,
          // Two at once would measure each other.
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: LATEST_START_SECONDS,
          jobTemplate: { metadata: { labels }, spec },
        },
      },
      { parent: this, dependsOn: [configMap] },
    );
    this.cronJob = made.metadata.name;
    this.registerOutputs({ cronJob: this.cronJob });
  }
}
