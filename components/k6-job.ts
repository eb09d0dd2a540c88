/** A k6 run as a Job: smoke steps or a load test, once for each version. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { patienceSeconds } from "./jobs/once";
import { declareK6Files, type K6RunArgs } from "./k6-files";

export type K6JobArgs = K6RunArgs;

/**
 * Declares a ConfigMap with a plan and the script that reads it, and a Job `<name>-<hash>` that runs them with the official
 * k6 image. `up` waits for it: a step or threshold that fails, fails the `up`, and what depends on `job` is not applied.
 * Another version or another plan is another Job; the same ones are never run twice, but that a failed one is run again.
 *
 * The result table is in the Pod's log, and a summary as JSON in its status (`kubectl get pod -l app=k6 -o yaml`), both for
 * as long as the Job stays. Whatever the plan talks to needs an opening of the namespace for the pods `app: k6`.
 *
 * @throws {pulumi.RunError} when the plan cannot be run, e.g. it names a variable that no step saves: every mistake at once.
 * @see K14, K15, K16, K18, G5, E6 of the requirements; https://grafana.com/docs/k6/latest/
 */
export class K6Job extends pulumi.ComponentResource {
  /** There once the run has passed: what must wait for that depends on it. */
  readonly job: batch.Job;

  constructor(name: string, args: K6JobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:K6Job", name, {}, opts);
    // What a component depends on, its children do not wait for unless they are told.
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const { configMap, job } = declareK6Files(name, args, own);
    const { spec, ...metadata } = job;
    this.job = new batch.Job(
      name,
      { metadata: { ...metadata, namespace: args.namespace }, spec },
      {
        parent: this,
        dependsOn: [configMap],
        customTimeouts: { create: `${patienceSeconds(spec.activeDeadlineSeconds)}s` },
      },
    );
    this.registerOutputs({ job: this.job.metadata.name });
  }
}
