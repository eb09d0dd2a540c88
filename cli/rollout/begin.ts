/** Whether a rollout may begin: its window, and what is known of its images. A way back asks nothing of this. */
import { isWithin, momentOf, windowsText, type Window } from "../../evidence/window";
import type { Entry } from "../../rollout/journal";
import type { Plan } from "../../rollout/plan";
import { stateOf } from "../../rollout/state";
import { parseEntry } from "./entry";
import { Refused } from "./exit-codes";
import { Journal } from "./journal";
import type { Session } from "./session";

/**
 * @param reason why it begins although the window is shut; no reason opens anything else.
 * @throws {Refused} with everything that speaks against it.
 */
export async function mayBegin(
  session: Session,
  plan: Plan,
  now: Date,
  reason: string | undefined,
): Promise<void> {
  const problems = [
    ...(reason === undefined ? windowProblems(windowsOf(session), now) : []),
    ...badProblems(plan, await journalsOf(session)),
  ];
  if (problems.length > 0) throw new Refused(problems.join("\n"));
}

function windowsOf({ settings, system }: Session): readonly Window[] {
  const { evidence, alerting } = settings.systems[system] ?? {};
  return evidence?.windows ?? alerting?.releaseWindows ?? [];
}

export function windowProblems(windows: readonly Window[], now: Date): readonly string[] {
  if (windows.length === 0 || isWithin(windows, now)) return [];
  return [
    `it is ${momentOf(now)}, and a release may begin ${windowsText(windows)}: wait, or say why not by --reason`,
  ];
}

/** Images that went back because of what they did, not because nobody could read what they do. */
export function badImages(journals: readonly (readonly Entry[])[]): ReadonlyMap<string, string> {
  const bad = new Map<string, string>();
  for (const entries of journals) {
    const { ended, back, bound, rollout } = stateOf(entries);
    if (ended?.outcome !== "rolled back" || back?.cause.kind !== "verdict" || back.cause.by !== "fail") continue;
    for (const image of bound.images) bad.set(image, `${rollout} went back: ${back.reason}`);
  }
  return bad;
}

export function badProblems(plan: Plan, journals: readonly (readonly Entry[])[]): readonly string[] {
  const bad = badImages(journals);
  return plan.bound.images.flatMap((image) => {
    const because = bad.get(image);
    return because === undefined ? [] : [`${image} is bad: ${because}. Release another build.`];
  });
}

/** The journals of every rollout of the system on the stack. */
export async function journalsOf({ store }: Session): Promise<readonly (readonly Entry[])[]> {
  const rollouts = await store.rollouts();
  const journals = await Promise.all(rollouts.map((rollout) => Journal.open(store, rollout, parseEntry)));
  return journals.map(({ entries }) => entries).filter((entries) => entries.length > 0);
}
