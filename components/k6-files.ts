/** What the k6 components share: the ConfigMap of a run's plan and script. */
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { k6Manifest, k6Mistakes, type K6JobManifest, type K6Run } from "./k6/job";

export interface K6RunArgs extends K6Run {
  readonly namespace: pulumi.Input<string>;
}

/**
 * Declares the ConfigMap of a run, and gives the Job.
 *
 * @throws {pulumi.RunError} when the plan cannot be run: every mistake at once.
 */
export function declareK6Files(
  name: string,
  args: K6RunArgs,
  opts: pulumi.CustomResourceOptions,
): { readonly configMap: core.ConfigMap; readonly job: K6JobManifest["job"] } {
  const mistakes = k6Mistakes(args);
  if (mistakes !== undefined) throw new pulumi.RunError(mistakes);
  const { job, configMap, files } = k6Manifest(args);
  const metadata = { name: configMap, namespace: args.namespace, labels: job.labels };
  return { configMap: new core.ConfigMap(name, { metadata, data: files, immutable: true }, opts), job };
}
