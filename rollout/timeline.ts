/** A plan with times, as `--dry-run` prints it. Pure. */
import type { Plan, Step } from "./plan";

/** A step with the time at which it begins at the earliest. */
export interface Scheduled {
  readonly step: Step;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** How long it takes at least, in seconds; of an approval, which takes as long as people do, 0. */
  readonly seconds: number;
}

function secondsOf(step: Step): number {
  switch (step.kind) {
    case "change":
      return step.expectedSeconds;
    case "soak":
      return step.seconds;
    case "verification":
    case "approval":
      return 0;
  }
}

/** Each step with its time, were everything well. */
export function timeline({ steps }: Plan, start: number): readonly Scheduled[] {
  let from = start;
  return steps.map((step) => {
    const scheduled = { step, from, seconds: secondsOf(step) };
    from += scheduled.seconds * 1000;
    return scheduled;
  });
}
