/** A Job that a rollout runs once: its name is made of the rollout and the step, so that whoever takes the step up finds it. */
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Run } from "../../rollout/plan";
import { KubectlFailed, type Kubectl } from "./kubectl";
import type { Changed } from "./run";

/** For whom a Job runs. */
export interface JobPlace {
  readonly kubectl: Kubectl;
  readonly rollout: string;
  /** Id of the step, or of its way back. */
  readonly step: string;
}

const LOOK_AGAIN_MS = 1000;

/** Every so many looks without an answer are a minute in which nobody knows how the Job does. */
const AWAY_LOOKS = 60;

const jobObject = z.looseObject({
  status: z
    .looseObject({
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .optional(),
    })
    .optional(),
});

/** How far a Job has come; undefined: there is none. */
type JobState =
  { readonly kind: "runs" | "complete" } | { readonly kind: "failed"; readonly message: string } | undefined;

export const jobName = ({ run: { name } }: Run, { rollout, step }: Omit<JobPlace, "kubectl">): string =>
  `${name}-${createHash("sha256").update(`${rollout} ${step}`).digest("hex").slice(0, 10)}`;

/**
 * Runs it and waits for its end. One that has ended well is not run again, one that is under way is waited for, and one that has
 * failed before is run anew: what it does, it does whole or not at all.
 */
export async function runJob(change: Run, place: JobPlace): Promise<Changed> {
  const { kubectl } = place;
  const name = jobName(change, place);
  const own = ["--namespace", change.namespace];
  try {
    const before = await stateOf(kubectl, name, own);
    if (before?.kind === "failed") await kubectl(["delete", "job", name, ...own, "--cascade=foreground"]);
    if (before === undefined || before.kind === "failed") await create(kubectl, change, name);
    const end = await untilEnded(kubectl, name, own);
    if (end?.kind === "complete") return { kind: "done" };
    const why = end?.kind === "failed" ? end.message : "it is gone, and nobody knows how far it came";
    return {
      kind: "failed",
      message: `Job ${name}: ${(await lastWords(kubectl, name, own)) ?? why}`,
    };
  } catch (error) {
    if (!(error instanceof KubectlFailed)) throw error;
    return { kind: "failed", message: error.message };
  }
}

async function create(kubectl: Kubectl, { namespace, run: { spec } }: Run, name: string): Promise<void> {
  const labels = { "app.kubernetes.io/managed-by": "golive" };
  const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace, labels }, spec };
  await kubectl(["create", "-f", "-"], JSON.stringify(job));
}

async function stateOf(kubectl: Kubectl, name: string, own: readonly string[]): Promise<JobState> {
  const text = await kubectl(["get", "job", name, ...own, "--ignore-not-found", "-o", "json"]);
  if (text.trim() === "") return undefined;
  const { status } = jobObject.parse(JSON.parse(text));
  const held = (status?.conditions ?? []).filter((condition) => condition.status === "True");
  if (held.some(({ type }) => type === "Complete")) return { kind: "complete" };
  const failed = held.find(({ type }) => type === "Failed");
  return failed === undefined ? { kind: "runs" } : { kind: "failed", message: failed.message ?? "it failed" };
}

/** Its own deadline ends it; an API server that is away for a while is asked again. */
async function untilEnded(kubectl: Kubectl, name: string, own: readonly string[]): Promise<JobState> {
  for (let away = 0; ;) {
    try {
      const state = await stateOf(kubectl, name, own);
      if (state?.kind !== "runs") return state;
      away = 0;
    } catch (error) {
      if (!(error instanceof KubectlFailed) || (away += 1) >= AWAY_LOOKS) throw error;
    }
    await delay(LOOK_AGAIN_MS);
  }
}

const statuses = z
  .array(
    z.looseObject({
      name: z.string(),
      state: z
        .looseObject({
          terminated: z.looseObject({ exitCode: z.number(), message: z.string().optional() }).optional(),
        })
        .optional(),
    }),
  )
  .default([]);

const podList = z.looseObject({
  items: z.array(
    z.looseObject({
      status: z
        .looseObject({ initContainerStatuses: statuses, containerStatuses: statuses })
        .default({ initContainerStatuses: [], containerStatuses: [] }),
    }),
  ),
});

/** What the container that failed said last. */
async function lastWords(
  kubectl: Kubectl,
  name: string,
  own: readonly string[],
): Promise<string | undefined> {
  const pods = await kubectl(["get", "pods", ...own, "--selector", `job-name=${name}`, "-o", "json"]);
  const containers = podList
    .parse(JSON.parse(pods))
    .items.flatMap(({ status }) => [...status.initContainerStatuses, ...status.containerStatuses]);
  for (const { name: container, state } of containers) {
    const { exitCode = 0, message = "" } = state?.terminated ?? {};
    if (exitCode !== 0) return `${container}: ${message.trim() || `ended with ${exitCode}`}`;
  }
  return undefined;
}
