/** Whether a rollout may begin: its window, and what is known of its images. A way back asks nothing of this. */
import { refusals } from "../../rollout/begin";
import type { Plan } from "../../rollout/plan";
import type { State } from "../../rollout/state";
import { isWithin, momentOf, windowsText, type Window } from "../../evidence/window";
import { Refused } from "./exit-codes";
import type { Session } from "./session";

/**
 * @param reason why it begins although the window is shut; it opens nothing else.
 * @throws {Refused} with everything that speaks against it.
 */
export function mayBegin(
  session: Session,
  plan: Plan,
  rollouts: readonly State[],
  now: Date,
  reason: string | undefined,
): void {
  const problems = [
    ...(reason === undefined ? windowProblems(windowsOf(session), now) : []),
    ...refusals(plan, rollouts),
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
    `it is ${momentOf(now)}, and a release may begin ${windowsText(windows)}: wait, or say by --reason why not`,
  ];
}
