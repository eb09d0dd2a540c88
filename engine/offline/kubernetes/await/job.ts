// A Job is ready when it is complete. As in Pulumi's plugin only two ways of failing end the wait early: a Job that fails
// by its podFailurePolicy or failed indexes is waited for until time runs out.
// Facts: pulumi-kubernetes provider/pkg/await/checker/job/check.go.
import type { Api } from "../api";
import { nameOf, textAt, type KubernetesObject } from "../object";
import { condition, core, isTrue, owned, READY, type Readiness } from "./check";
import { podErrors } from "./pod";

const FINAL: ReadonlySet<string> = new Set(["BackoffLimitExceeded", "DeadlineExceeded"]);

/** Whether a Job is complete. */
export async function jobReady(job: KubernetesObject, api: Api): Promise<Readiness> {
  if (isJobDone(job)) return READY;
  const failure = condition(job, "Failed");
  const pods = (await owned(api, core("Pod"), job)).flatMap(podErrors);
  if (isTrue(failure) && FINAL.has(textAt(failure, "reason"))) {
    return {
      ready: false,
      failed: true,
      reasons: [`[${textAt(failure, "reason")}] ${textAt(failure, "message")}`, ...pods],
    };
  }
  return { ready: false, reasons: pods, progress: `Waiting for Job "${nameOf(job)}" to succeed` };
}

/** True for a Job that completed. */
export const isJobDone = (job: KubernetesObject): boolean => isTrue(condition(job, "Complete"));
