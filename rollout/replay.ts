/** A journal's entries, read back into where the rollout stands. Pure. */
import type { Parsed } from "../settings/parsed";
import type { Entry, Event } from "./journal";
import { approvalDue, missingApprovals, wereGiven } from "./approvals";
import type { Plan, Step } from "./plan";
import type { Approval, Progress, Signature, State } from "./state";

/** The step that comes next: the first of the plan that is not behind. */
export const currentStep = ({ plan, passed }: Pick<State, "plan" | "passed">): Step | undefined =>
  plan.steps.find(({ id }) => !passed.includes(id));

/** The event as the journal's next entry. */
export const entryOf = (
  { rollout, bound, sequence }: Pick<State, "rollout" | "bound" | "sequence">,
  event: Event,
  at: number,
): Entry => ({ sequence: sequence + 1, at: new Date(at).toISOString(), rollout, bound, event });

/** The first entry of a journal. */
export const firstEntry = (rollout: string, plan: Plan, by: string, at: number): Entry =>
  entryOf({ rollout, bound: plan.bound, sequence: 0 }, { kind: "started", plan, by }, at);

const UNSIGNED: Signature = { kind: "none" };

/**
 * Where the rollout stands after its entries; `signatureOf` says what is found of an approval's signature. A problem where they are no journal of one rollout: one is missing or twice
 * there, one is of another, or one says what could not have happened, such as a change before its turn.
 */
export function replay(
  entries: readonly Entry[],
  signatureOf: (entry: Entry) => Signature = () => UNSIGNED,
): Parsed<State> {
  const [first, ...rest] = entries;
  if (first?.event.kind !== "started") return { problem: "the journal does not begin with a start" };
  let state = begun(first, first.event);
  if (state.sequence !== 1) return { problem: `the journal begins with entry ${state.sequence}, not with 1` };
  for (const entry of rest) {
    const after = follow(state, entry, signatureOf(entry));
    if ("problem" in after) return { problem: `entry ${entry.sequence}: ${after.problem}` };
    state = after.value;
  }
  return { value: state };
}

function begun(
  { rollout, bound, at, sequence }: Entry,
  { plan, by, place, override }: Extract<Event, { kind: "started" }>,
): State {
  const startedAt = Date.parse(at);
  return {
    rollout,
    bound,
    plan,
    startedAt,
    by,
    ...(place === undefined ? {} : { place }),
    ...(override === undefined ? {} : { override }),
    sequence,
    at: startedAt,
    changes: {},
    undos: {},
    passed: [],
    passedAt: startedAt,
    evaluations: [],
    approvals: {},
    doubted: [],
    incidents: [],
    down: { milliseconds: 0 },
  };
}

/** The state after one entry more. */
export function follow(state: State, entry: Entry, signature = UNSIGNED): Parsed<State> {
  if (entry.sequence !== state.sequence + 1)
    return { problem: `expected ${state.sequence + 1} after the one before` };
  if (entry.rollout !== state.rollout)
    return { problem: `it is of ${entry.rollout}, not of ${state.rollout}` };
  if (JSON.stringify(entry.bound) !== JSON.stringify(state.bound)) {
    return { problem: "it is bound to another stack, version or image than the start" };
  }
  const at = Date.parse(entry.at);
  const after = applied(
    { ...goneOn(state, entry.event, at), sequence: entry.sequence, at },
    entry.event,
    signature,
  );
  return typeof after === "string" ? { problem: after } : { value: after };
}

/**
 * A journal that has gone on past an approval which does not count as it is read now, such as one by a key that the stack file
 * no longer has: what was done was done. The approval is asked for again before the next change.
 */
function goneOn(state: State, event: Event, at: number): State {
  const current = currentStep(state);
  if (current?.kind !== "approval" || state.back !== undefined || !("step" in event)) return state;
  const isNext = currentStep({ ...state, passed: [...state.passed, current.id] })?.id === event.step;
  if (!isNext || !wereGiven(current, state.approvals[current.id] ?? [])) return state;
  return { ...pass(state, current.id, at), doubted: [...state.doubted, current.id] };
}

const isTurnOf = (state: State, id: string): boolean =>
  state.back === undefined && state.ended === undefined && currentStep(state)?.id === id;

/** Neither readings nor a promotion are in place of an approval or a change. */
function isJudgedNow(state: State, id: string): boolean {
  const kind = currentStep(state)?.kind;
  return isTurnOf(state, id) && (kind === "soak" || kind === "verification");
}

function nextOf(state: State): string {
  if (state.ended !== undefined) return "it has ended";
  return state.back === undefined ? `next is ${currentStep(state)?.id ?? "the end"}` : "it goes back";
}

/** A step is behind; what was read of it is not looked at again. */
const pass = (state: State, id: string, at: number): State => ({
  ...state,
  passed: [...state.passed, id],
  passedAt: at,
  evaluations: [],
  verdict: undefined,
});

const failures = (before: Progress | undefined): number =>
  before?.kind === "done" ? 0 : (before?.times ?? 0);

type ProgressEvent = ChangeEvent | UndoEvent;

/** How far a change or an undo is after an event about it. */
function progress(before: Progress | undefined, event: ProgressEvent, at: number): Progress {
  switch (event.kind) {
    case "change failed":
    case "undo failed":
      return { kind: "failed", at, message: event.message, times: failures(before) + 1 };
    case "change done":
    case "undo done":
      return { kind: "done", at };
    case "change begun":
    case "undo begun":
      return { kind: "begun", at, times: failures(before) };
  }
}

type ChangeEvent = Extract<Event, { kind: "change begun" | "change done" | "change failed" }>;

function changed(state: State, event: ChangeEvent, at: number): State | string {
  const { step, kind } = event;
  if (!isTurnOf(state, step)) return `${kind} of ${step}, but ${nextOf(state)}`;
  const before = state.changes[step];
  if (kind === "change done" && before?.kind !== "begun") return `${step} is done, and was not begun`;
  const down = downAfter(state, event, at);
  const after = { ...state, down, changes: { ...state.changes, [step]: progress(before, event, at) } };
  return kind === "change done" ? { ...pass(after, step, at), promoted: undefined } : after;
}

type UndoEvent = Extract<Event, { kind: "undo begun" | "undo done" | "undo failed" }>;

function undone(state: State, event: UndoEvent, at: number): State | string {
  const { step, also = [], kind } = event;
  if (state.back === undefined || state.ended !== undefined)
    return `${kind} of ${step}, but ${nextOf(state)}`;
  const down = downAfter(state, event, at);
  const undos = [step, ...also].map((id) => [id, progress(state.undos[id], event, at)] as const);
  return { ...state, down, undos: { ...state.undos, ...Object.fromEntries(undos) } };
}

const served = ({ milliseconds, since }: State["down"], at: number): State["down"] => ({
  milliseconds: milliseconds + (since === undefined ? 0 : Math.max(0, at - since)),
});

/** Users are not served from when a change that begins it begins, until one that ends it is done, or the first is undone or over. */
function downAfter({ plan, down }: State, { kind, step: id }: ProgressEvent, at: number): State["down"] {
  const step = plan.steps.find((each) => each.id === id);
  const downtime = step?.kind === "change" ? step.downtime : undefined;
  if (kind === "change begun")
    return downtime === "begins" || downtime === "within" ? { since: at, ...down } : down;
  const ends =
    (downtime === "ends" && kind === "change done") ||
    (downtime === "begins" && kind === "undo done") ||
    (downtime === "within" && (kind === "change done" || kind === "change failed"));
  return ends ? served(down, at) : down;
}

function approved(state: State, step: string, approval: Approval): State | string {
  const due = approvalDue(state);
  if (due?.id !== step || state.back !== undefined || state.ended !== undefined)
    return `approval of ${step}, but ${nextOf(state)}`;
  const { role } = approval;
  const reason = `nobody asks for ${role}: it is none of ${due.roles.join(", ")}`;
  const given: Approval = due.roles.includes(role)
    ? approval
    : { ...approval, signature: { kind: "refused", reason } };
  const approvals = [...(state.approvals[step] ?? []), given];
  const after = { ...state, approvals: { ...state.approvals, [step]: approvals } };
  if (missingApprovals(due, approvals, state.at) > 0) return after;
  return state.doubted.includes(step)
    ? { ...after, doubted: state.doubted.filter((id) => id !== step) }
    : pass(after, step, state.at);
}

/** The state after an event, or why it cannot have happened. */
function applied(state: State, event: Event, signature: Signature): State | string {
  const { at, sequence } = state;
  switch (event.kind) {
    case "started":
      return "a rollout starts once";
    case "change begun":
    case "change done":
    case "change failed":
      return changed(state, event, at);
    case "readings":
      return {
        ...state,
        evaluations: [...state.evaluations, { at, readings: event.readings }],
        verdict: undefined,
      };
    case "verdict":
      return event.verdict.kind === "advance" && isJudgedNow(state, event.step)
        ? pass(state, event.step, at)
        : { ...state, verdict: event.verdict };
    case "paused":
      return { ...state, paused: { by: event.by, reason: event.reason } };
    case "resumed":
      return { ...state, paused: undefined };
    case "promoted":
      return isJudgedNow(state, event.step)
        ? { ...pass(state, event.step, at), promoted: { by: event.by, reason: event.reason } }
        : `promotion past ${event.step}, but ${nextOf(state)}`;
    case "approved":
      return approved(state, event.step, { by: event.by, role: event.role, signature, sequence });
    case "aborted":
      return state;
    case "rolling back": {
      const { cause, reason } = event;
      return { ...state, back: { cause, reason, at }, undos: {}, paused: undefined, ended: undefined };
    }
    case "undo begun":
    case "undo done":
    case "undo failed":
      return undone(state, event, at);
    case "incident":
      return {
        ...state,
        incidents: [...state.incidents, { title: event.title, severity: event.severity, at }],
      };
    case "rolled back":
      return state.back === undefined || state.ended !== undefined
        ? `it has gone back, but ${nextOf(state)}`
        : { ...state, down: served(state.down, at), ended: { outcome: "rolled back", at } };
    case "finished":
      return currentStep(state) === undefined && state.back === undefined && state.ended === undefined
        ? { ...state, ended: { outcome: "released", at } }
        : `it has finished, but ${nextOf(state)}`;
  }
}
