/** Changes of what a stack does not hold: a request, a number of pods, a Job that runs once, another rollout's way back. Each may be done again. */
import type { Beside, Scale } from "../../rollout/plan";
import { runJob, type JobPlace } from "./job";
import { KubectlFailed, type Kubectl } from "./kubectl";
import type { Changed } from "./run";

/** For whom it is done. */
export interface BesidePlace extends JobPlace {
  /** Takes a rollout back. */
  readonly rollBack: (rollout: string) => Promise<Changed>;
}

export function beside(change: Beside, place: BesidePlace): Promise<Changed> {
  if ("post" in change) return posted(change.post);
  if ("rollback" in change) return place.rollBack(change.rollback);
  return "scale" in change ? scaled(change, place.kubectl) : runJob(change, place);
}

const POST_MS = 30_000;

async function posted(url: string): Promise<Changed> {
  try {
    const { ok, status } = await fetch(url, { method: "POST", signal: AbortSignal.timeout(POST_MS) });
    return ok ? { kind: "done" } : { kind: "failed", message: `POST ${url} answered ${status}` };
  } catch (error) {
    return { kind: "failed", message: `POST ${url}: ${error instanceof Error ? error.message : "failed"}` };
  }
}

async function scaled({ namespace, scale }: Scale, kubectl: Kubectl): Promise<Changed> {
  try {
    for (const [deployment, pods] of Object.entries(scale)) {
      await kubectl(["scale", "deployment", deployment, "--namespace", namespace, `--replicas=${pods}`]);
    }
    return { kind: "done" };
  } catch (error) {
    if (!(error instanceof KubectlFailed)) throw error;
    return { kind: "failed", message: error.message };
  }
}
