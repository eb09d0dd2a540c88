import type { Subject } from "../subject";
import { countOf } from "./scale";
import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

/** The CronJob controller looks every ten seconds: a shorter deadline may never be met. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
const leastStartingDeadline = 10;

/**
 * A Job ends: in time, after so many tries, and is removed. Helm removes its hooks itself, and a stack the Jobs that it declares: one that
 * Kubernetes removed would run again at the next `up --refresh`.
 */
export function checkJob({ object, urn }: Subject): Violation[] {
  const [spec, hook] = [
    object.at("spec"),
    object.at("metadata", "annotations", "helm.sh/hook-delete-policy"),
  ];
  const removed = urn !== undefined || !hook.absent;
  const ttl = spec.at("ttlSecondsAfterFinished");
  return [
    ...checkRun(spec),
    ...(removed ? [] : atLeast(ttl, 0, "say how long the Job stays once it is finished")),
  ];
}

/** A CronJob's Jobs end, and a run that is missed is not made up for ever after; their history is bounded by Kubernetes' own defaults. */
export function checkCronJob({ object }: Subject): Violation[] {
  const spec = object.at("spec");
  return [
    ...checkRun(spec.at("jobTemplate", "spec")),
    ...atLeast(
      spec.at("startingDeadlineSeconds"),
      leastStartingDeadline,
      "say how late a run may still start",
    ),
  ];
}

/** A deadline may stand on the Job or on its pods; tries may be counted in all or for each index. */
function checkRun(spec: Field): Violation[] {
  const [onJob, onPod] = [
    spec.at("activeDeadlineSeconds"),
    spec.at("template", "spec", "activeDeadlineSeconds"),
  ];
  const [inAll, perIndex] = [spec.at("backoffLimit"), spec.at("backoffLimitPerIndex")];
  return [
    ...atLeast(
      onJob.absent && !onPod.absent ? onPod : onJob,
      1,
      "say after how many seconds a run that hangs is ended",
    ),
    ...atLeast(
      inAll.absent && !perIndex.absent ? perIndex : inAll,
      0,
      "say how often a run that fails is tried again",
    ),
  ];
}

function atLeast(field: Field, least: number, mend: string): Violation[] {
  const count = countOf(field, NaN);
  if (count === undefined) return [undecidable(field)];
  if (count >= least) return [];
  return [{ path: field.path, found: field.shown(), allowed: `a number, at least ${least}`, mend }];
}
