/** The caches of a CloudFront distribution, emptied once for each version that it serves. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { invalidationPod } from "./cdn/invalidation";
import { type CpuAndMemory, patienceSeconds, runOnce } from "./jobs/once";

export interface CdnInvalidationArgs {
  /** Name of the Job before its hash; at most 48 characters. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** The version that the distribution now serves: each change of it empties the caches once. */
  readonly version: string;
  /** Id of the distribution; it must serve the version already, or the caches fill with the one before. */
  readonly distributionId: pulumi.Input<string>;
  /** Service account whose role may invalidate the distribution (`StaticSite.grantsInvalidation`). */
  readonly serviceAccount: pulumi.Input<string>;
  /** Limits of the container. @default 250m and 256Mi */
  readonly limits?: CpuAndMemory;
  /** Seconds in which the caches must be empty. @default 900 */
  readonly deadlineSeconds?: number;
}

const LIMITS = { cpu: "250m", memory: "256Mi" };

/**
 * Declares a Job that asks CloudFront to drop every path from its caches, and ends once it has. `up` waits for it, and
 * does not run it again until the version changes; a version that comes back empties the caches anew.
 *
 * A Job, because Pulumi's AWS package has no such resource. Its pods, labelled `app: cdn-invalidation`, need an opening to
 * port 443 of the internet.
 *
 * @throws {RangeError} when the name is too long.
 * @see S5 of the requirements; https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
 */
export class CdnInvalidation extends pulumi.ComponentResource {
  /** The Job: what depends on it waits until no cache holds another version. */
  readonly job: batch.Job;

  constructor(name: string, args: CdnInvalidationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:CdnInvalidation", name, {}, opts);
    const { namespace, version, limits = LIMITS, deadlineSeconds = 900 } = args;
    const pod = { distribution: args.distributionId, version, serviceAccount: args.serviceAccount, limits };
    const { spec, ...metadata } = runOnce({
      name: args.name,
      app: "cdn-invalidation",
      version,
      deadlineSeconds,
      // Known before the distribution is: its id is no part of the Job's name.
      pod: invalidationPod({ ...pod, distribution: "", serviceAccount: "" }),
    });
    const template = { ...spec.template, spec: invalidationPod(pod) };
    this.job = new batch.Job(
      name,
      { metadata: { ...metadata, namespace }, spec: { ...spec, template } },
      {
        parent: this,
        // What a component depends on, its children do not wait for unless they are told.
        dependsOn: opts?.dependsOn ?? [],
        customTimeouts: { create: `${patienceSeconds(deadlineSeconds)}s` },
      },
    );
    this.registerOutputs({ job: this.job.metadata.name });
  }
}
