/** Whether a rollout may begin beside those that there were. Pure. */
import type { Plan } from "./plan";
import { currentStep } from "./replay";
import type { State } from "./state";

/** An image that a rollout has shown to be bad. */
export interface BadImage {
  readonly image: string;
  readonly rollout: string;
  readonly reason: string;
}

/** Images of rollouts that failing readings took back; those that readings could not be taken of, or a person stopped, are not. */
export function badImages(rollouts: readonly State[]): readonly BadImage[] {
  return rollouts.flatMap(({ rollout, back, bound: { images } }) =>
    back?.cause.kind === "verdict" && back.cause.by === "fail"
      ? images.map((image) => ({ image, rollout, reason: back.reason }))
      : [],
  );
}

/** By what an image is known: its digest, or its tag where it has none. */
const identity = (image: string): string => image.slice(image.indexOf("@") + 1);

/**
 * Why a plan may not begin; nothing where it may.
 *
 * @param rollouts of its system, on this stack and on others.
 */
export function refusals({ bound, steps }: Plan, rollouts: readonly State[]): readonly string[] {
  const running = rollouts.filter(
    ({ ended, bound: { stack, system } }) =>
      ended === undefined && stack === bound.stack && system === bound.system,
  );
  const wanted = new Set(bound.images.map(identity));
  return [
    ...(steps.length === 0 ? [`expected something to do; ${bound.version} runs already`] : []),
    ...running.map(
      (state) =>
        `expected no rollout of ${bound.system} on ${bound.stack}; ${state.rollout} is at ${currentStep(state)?.title ?? "its end"}: ` +
        "resume it, or abort it",
    ),
    ...badImages(rollouts)
      .filter(({ image }) => wanted.has(identity(image)))
      .map(
        ({ image, rollout, reason }) =>
          `expected another image than ${image}: ${rollout} went back because of it (${reason}); build a new one`,
      ),
  ];
}
