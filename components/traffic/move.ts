/** What a change of phase does to the traffic: back, nothing, the next step, or a jump over one. Pure. */
import { percentOf, type Phase } from "./ladder";

/** From where the traffic moves: what the router holds now. */
export type Stand =
  /** No Ingress or route of the hosts is there: nobody is served, and nobody moved. */
  { readonly kind: "nothing" } | Exclude<Phase, { readonly kind: "rollback" }>;

/** A change of the share, judged by the ladder alone. */
export type Move =
  | { readonly kind: "same" | "back" | "first" }
  /** The next step. */
  | { readonly kind: "raise" }
  /** Over this phase, which must come before. */
  | { readonly kind: "jump"; readonly next: string };

/** Its name in the stack file. */
export const standName = (stand: Stand): string =>
  stand.kind === "weight" ? String(stand.percent) : stand.kind;

/** Steps from the beginning: 0 before the canary, 1 at the first weight, one more than the last when complete. */
function stepOf(phase: Phase, ladder: readonly number[]): number {
  if (phase.kind === "complete") return ladder.length + 1;
  // A weight that the ladder no longer has stands where those below it end.
  return ladder.filter((weight) => weight <= percentOf(phase)).length;
}

const isPhase = (stand: Stand): stand is Exclude<Stand, { kind: "nothing" }> => stand.kind !== "nothing";

/** The move from where the traffic stands to a phase. Less for the new version is always `back`, whatever is jumped. */
export function moveOf(from: Stand, to: Phase, ladder: readonly number[]): Move {
  if (!isPhase(from)) return { kind: "first" };
  const [before, after] = [stepOf(from, ladder), stepOf(to, ladder)];
  const [less, more] = [percentOf(to) < (from.kind === "legacy" ? 0 : percentOf(from)), after - before];
  if (less || more < 0 || to.kind === "rollback") return { kind: "back" };
  if (more === 0) return { kind: percentOf(to) > percentOf(from) ? "raise" : "same" };
  if (more === 1) return { kind: "raise" };
  return { kind: "jump", next: String(ladder[before] ?? "complete") };
}
