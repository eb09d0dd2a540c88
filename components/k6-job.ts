/** A k6 run as a Job: smoke steps or a load test, once for each version. */
import { readFileSync } from "node:fs";
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { k6Deadline, k6Files, k6Hash, k6JobSpec, type K6Run } from "./k6/job-spec";

export interface K6JobArgs extends K6Run {
  /** Name of the Job, before the hash of its content: lower-case letters, digits and `-`, at most 52. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** Path of the k6 script, from the program's folder. @default "./k6/runner.js" */
  readonly runner?: string;
}

const RUNNER = "./k6/runner.js";
/** Seconds that Kubernetes is given to say that a deadline has passed, before the wait for it ends. */
const GRACE_SECONDS = 60;

/**
 * Declares a ConfigMap with a plan and the script that reads it, and a Job `<name>-<hash>` that runs them with the official k6
 * image. `up` waits for it: a step or threshold that fails, fails the `up`, and what depends on `job` is not applied. Another
 * version or another plan is another Job; the same ones are never run twice. A failed Job is run again by the next `up`.
 *
 * The result table is in the Pod's log, a summary as JSON in its status (`kubectl get pod -l app=k6`), both as long as the
 * Job stays. Whatever the plan talks to needs an opening of the namespace for the pods `app: k6`.
 *
 * @see K14, K15, K16, K18, G5, E6 of the requirements; https://grafana.com/docs/k6/latest/
 */
export class K6Job extends pulumi.ComponentResource {
  /** What has run well once it is there: depend on it. */
  readonly job: batch.Job;

  constructor(name: string, args: K6JobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:K6Job", name, {}, opts);
    const runner = readFileSync(args.runner ?? RUNNER, "utf8");
    const hashed = `${args.name}-${k6Hash(args, runner)}`;
    const metadata = { name: hashed, namespace: args.namespace, labels: { app: "k6" } };
    const files = new core.ConfigMap(
      name,
      { metadata, data: k6Files(args, runner), immutable: true },
      // What a component depends on, its children do not wait for unless they are told.
      { parent: this, dependsOn: opts?.dependsOn ?? [] },
    );
    this.job = new batch.Job(
      name,
      {
        metadata: { ...metadata, annotations: { "pulumi.com/replaceUnready": "true" } },
        spec: k6JobSpec(args, hashed),
      },
      {
        parent: this,
        dependsOn: [files],
        customTimeouts: { create: `${k6Deadline(args) + GRACE_SECONDS}s` },
      },
    );
    this.registerOutputs({ job: this.job.metadata.name });
  }
}
