/** What a rollout does next: a function of its plan, of what its journal says, and of the time. Pure. */
import { approvalAsked, type Asked } from "./approvals";
import { stepsBack, type Undoable } from "./back";
import type { Cause, Event } from "./journal";
import type { ChangeStep, SoakStep, Step, VerificationStep } from "./plan";
import { currentStep } from "./replay";
import type { State } from "./state";
import { judge, type Verdict } from "./verdict";

/** What is to be done now. Whoever does it keeps its events first, then does it, keeps how it went, and asks again. */
export type Action =
  /** Keep this event; nothing else. */
  | { readonly kind: "record"; readonly event: Event }
  /**
   * Keep `change begun`, do the step's change, keep `change done` or `change failed`. `again`: it was begun before, and nobody
   * knows how far it came; it is kept as begun already.
   */
  | { readonly kind: "apply"; readonly step: ChangeStep; readonly again: boolean }
  /** Ask the step's rules, keep `readings`. */
  | { readonly kind: "read"; readonly step: SoakStep | VerificationStep; readonly elapsedSeconds: number }
  /** Ask again at that time (milliseconds since 1970), or once somebody has written to the journal. */
  | { readonly kind: "wait"; readonly until: number; readonly verdict?: Verdict }
  /** Ask again at that time, where there is one, and once somebody has written to the journal. */
  | { readonly kind: "paused"; readonly by: string; readonly reason: string; readonly until?: number }
  | ({ readonly kind: "approval"; readonly until?: number } & Asked)
  /** Keep `undo begun` unless `again`, do the step's undo, keep `undo done` or `undo failed`. */
  | { readonly kind: "undo"; readonly step: Undoable; readonly again: boolean }
  /**
   * An undo has failed as often as it is tried, or a change of what never goes back by itself has: a person must look. Only a new
   * `rolling back` or `change begun` goes on.
   */
  | { readonly kind: "stuck"; readonly step: ChangeStep; readonly message: string }
  | { readonly kind: "finished"; readonly outcome: "released" | "rolled back" };

/** How often an undo is tried before a person must look. */
const TRIES = 5;
/** Seconds before it is tried again, doubled each time. */
const FIRST_WAIT = 5;

const isJudged = (step: Step | undefined): step is SoakStep | VerificationStep =>
  step?.kind === "soak" || step?.kind === "verification";

/**
 * The step whose rules are asked now: the current one, or, while a person is waited for, the last soak, for what it let
 * through still has traffic.
 */
export function watchedStep(state: State): SoakStep | VerificationStep | undefined {
  const current = currentStep(state);
  if (isJudged(current)) return current;
  const soaks = state.plan.steps.filter((step) => step.kind === "soak");
  return soaks.findLast(({ id }) => state.passed.includes(id));
}

/** What is to be done now. */
export function next(state: State, now: number): Action {
  if (state.ended !== undefined) return { kind: "finished", outcome: state.ended.outcome };
  if (state.back !== undefined) return nextBack(state, now);
  return judged(state) ?? forward(state, now);
}

/** A verdict that is due, or one that takes the rollout back: nothing comes before it. */
function judged(state: State): Action | undefined {
  const step = watchedStep(state);
  if (step === undefined || state.evaluations.length === 0) return undefined;
  if (state.verdict === undefined) {
    return { kind: "record", event: { kind: "verdict", step: step.id, verdict: verdictOf(state, step) } };
  }
  const { kind, by, services, reason } = state.verdict;
  return kind === "roll back" ? goBack({ kind: "verdict", step: step.id, by, services }, reason) : undefined;
}

const goBack = (cause: Cause, reason: string): Action => ({
  kind: "record",
  event: { kind: "rolling back", cause, reason },
});

/** The verdict on what was read last. While it is paused, and while a person is waited for, a full soak does not advance. */
function verdictOf(state: State, step: SoakStep | VerificationStep): Verdict {
  const { passedAt: since, evaluations, plan, paused } = state;
  const verdict = judge(step, { since, evaluations, patience: plan.patience });
  if (verdict.kind !== "advance") return verdict;
  if (paused !== undefined)
    return { ...verdict, kind: "hold", by: "paused", reason: `paused by ${paused.by}: ${paused.reason}` };
  return verdict;
}

function forward(state: State, now: number): Action {
  const step = currentStep(state);
  if (step === undefined) return { kind: "record", event: { kind: "finished" } };
  if (isJudged(step)) return reading(state, step, now);
  const { paused } = state;
  const asked = approvalAsked(state, now);
  if (step.kind === "change" && paused === undefined && asked === undefined) return changing(state, step);
  const watched = watchedStep(state);
  const due = watched && reading(state, watched, now);
  if (due?.kind === "read") return due;
  const until = due?.kind === "wait" ? { until: due.until } : {};
  return paused !== undefined || asked === undefined
    ? { kind: "paused", by: paused?.by ?? state.by, reason: paused?.reason ?? "", ...until }
    : { kind: "approval", ...asked, ...until };
}

function changing({ changes, plan }: State, step: ChangeStep): Action {
  const progress = changes[step.id];
  if (progress?.kind !== "failed") return { kind: "apply", step, again: progress !== undefined };
  if (plan.onFailure === "hold") return { kind: "stuck", step, message: progress.message };
  return goBack({ kind: "change failed", step: step.id }, `${step.title} failed: ${progress.message}`);
}

/** When something that is done each so often is due again; by a clock that has gone back, at once. */
const dueAfter = (last: number, seconds: number, now: number): number =>
  last > now ? now : last + seconds * 1000;

/** The next reading: at once the first time, then each interval. */
function reading(state: State, step: SoakStep | VerificationStep, now: number): Action {
  const last = state.evaluations.at(-1);
  const due = last === undefined ? now : dueAfter(last.at, step.intervalSeconds, now);
  if (due > now) return { kind: "wait", until: due, verdict: state.verdict };
  return { kind: "read", step, elapsedSeconds: Math.max(0, (now - movedAt(state)) / 1000) };
}

/** When the new version got its present share of the traffic; the start where it never got one. */
function movedAt({ plan, changes, startedAt }: State): number {
  const moves = plan.steps.flatMap((step) => {
    const progress = changes[step.id];
    return step.kind === "change" && step.percent !== undefined && progress?.kind === "done"
      ? [progress.at]
      : [];
  });
  return Math.max(startedAt, ...moves);
}

function nextBack(state: State, now: number): Action {
  const step = stepsBack(state).find(({ id }) => state.undos[id]?.kind !== "done");
  if (step === undefined) return { kind: "record", event: { kind: "rolled back" } };
  const progress = state.undos[step.id];
  if (progress?.kind !== "failed") return { kind: "undo", step, again: progress !== undefined };
  if (progress.times >= TRIES) return { kind: "stuck", step, message: progress.message };
  const due = dueAfter(progress.at, FIRST_WAIT * 2 ** (progress.times - 1), now);
  return now >= due ? { kind: "undo", step, again: false } : { kind: "wait", until: due };
}
