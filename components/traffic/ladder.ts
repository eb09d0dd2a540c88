/** The steps by which traffic moves from one version to another. Pure. */

/** Where a canary stands: before it, on a step of its ladder, after it, or taken back. */
export type Phase =
  | { readonly kind: "legacy" | "complete" | "rollback" }
  | {
      readonly kind: "weight";
      /** Percent of the requests that the new version answers, 1 to 100. */
      readonly percent: number;
    };

/** ENOVA's steps (row E3). */
export const DEFAULT_LADDER: readonly number[] = [10, 50, 100];

const FULL = 100;

/** A mistake in a ladder, at the step that has it; without a step it is the ladder's own. */
export interface LadderProblem {
  readonly step?: number;
  readonly message: string;
}

/** What keeps a list of weights from being a ladder: whole percents from 1 to 100, each above the one before, the last 100. */
export function ladderProblems(ladder: readonly number[]): readonly LadderProblem[] {
  if (ladder.length === 0) return [{ message: `expected weights such as ${DEFAULT_LADDER.join(", ")}` }];
  const wrong = ladder.flatMap((weight, step) => stepProblems(weight, step, ladder[step - 1]));
  if (wrong.length > 0 || ladder.at(-1) === FULL) return wrong;
  const mend = "the new version must have answered everything before the old one goes";
  return [{ step: ladder.length - 1, message: `expected the last weight to be 100: ${mend}` }];
}

function stepProblems(weight: number, step: number, before: number | undefined): readonly LadderProblem[] {
  if (!Number.isInteger(weight) || weight < 1 || weight > FULL) {
    const zero = weight === 0 ? "; to take all traffic back, set the phase rollback" : "";
    return [{ step, message: `expected a whole percent from 1 to 100${zero}` }];
  }
  if (before === undefined || weight > before) return [];
  return [{ step, message: `expected more than the weight before it, ${before}` }];
}

/** Every phase of a ladder by its name, in the order in which a release goes through them; `rollback` ends each of them. */
export function phaseNames(ladder: readonly number[]): readonly string[] {
  return ["legacy", ...ladder.map(String), "complete", "rollback"];
}

/** The phase of that name: `legacy`, a weight of the ladder such as `10`, `complete` or `rollback`. */
export function parsePhase(
  name: string,
  ladder: readonly number[],
): { readonly value: Phase } | { readonly problem: string } {
  if (name === "legacy" || name === "complete" || name === "rollback") return { value: { kind: name } };
  const percent = ladder.find((weight) => String(weight) === name);
  if (percent !== undefined) return { value: { kind: "weight", percent } };
  return { problem: `expected one of ${phaseNames(ladder).join(", ")}${phaseMend(name, ladder)}` };
}

function phaseMend(name: string, ladder: readonly number[]): string {
  if (name === "0" || name === "0%") return "; weight 0 is no way back: write rollback";
  const plain = name.replace(/\s*%$/, "").trim();
  if (plain !== name && ladder.some((weight) => String(weight) === plain)) return `; write "${plain}"`;
  return /^\d+$/.test(name) ? `; add ${name} to the ladder, or take one of its weights` : "";
}

/** Percent of the requests that the new version answers in a phase. */
export function percentOf(phase: Phase): number {
  if (phase.kind === "weight") return phase.percent;
  return phase.kind === "complete" ? FULL : 0;
}
