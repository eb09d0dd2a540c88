/** What people tell a rollout to do, and why it may not be done. Pure. */
import type { Parsed } from "../settings/parsed";
import { alike, approvalDue, countingApprovals } from "./approvals";
import type { Event } from "./journal";
import { currentStep } from "./replay";
import type { State } from "./state";

/** An order, each by a named person. */
export type Order =
  | { readonly kind: "pause"; readonly by: string; readonly reason: string }
  | { readonly kind: "resume"; readonly by: string }
  /** Past a hold. */
  | { readonly kind: "promote"; readonly by: string; readonly reason: string }
  | {
      readonly kind: "approve";
      readonly by: string;
      readonly role: string;
      /** The step and the statement that were signed. @default - the step that waits for approval, unsigned */
      readonly signed?: { readonly step: string; readonly envelope: string };
    }
  /** Stop and go back. */
  | { readonly kind: "abort"; readonly by: string; readonly reason: string }
  /** Go back, whatever the state: it is never refused. */
  | { readonly kind: "roll back"; readonly by: string; readonly reason: string };

type Outcome = Parsed<readonly Event[]>;

/** The events by which an order is followed at a time (milliseconds since 1970), to be kept in this order; or why it is not. */
export function follow(state: State, order: Order, now: number): Outcome {
  if (order.kind === "roll back") {
    const { by, reason } = order;
    return { value: [{ kind: "rolling back", cause: { kind: "asked", by }, reason }] };
  }
  if (state.ended !== undefined) return { problem: `expected a running rollout; it has ${outcome(state)}` };
  if (state.back !== undefined)
    return { problem: `expected a rollout that goes on; it goes back: ${state.back.reason}` };
  switch (order.kind) {
    case "pause":
      return state.paused === undefined
        ? { value: [{ kind: "paused", by: order.by, reason: order.reason }] }
        : {
            problem: `expected a rollout that goes on; ${state.paused.by} has paused it: ${state.paused.reason}`,
          };
    case "resume":
      return state.paused === undefined
        ? { problem: "expected a paused rollout; it is not paused" }
        : { value: [{ kind: "resumed", by: order.by }] };
    case "promote":
      return promoted(state, order.by, order.reason);
    case "approve":
      return approvedBy(state, order, now);
    case "abort": {
      const { by, reason } = order;
      return {
        value: [
          { kind: "aborted", by, reason },
          { kind: "rolling back", cause: { kind: "aborted", by }, reason },
        ],
      };
    }
  }
}

const outcome = ({ ended }: State): string => (ended?.outcome === "released" ? "finished" : "gone back");

function promoted(state: State, by: string, reason: string): Outcome {
  const step = currentStep(state);
  if (step === undefined || step.kind === "change" || step.kind === "approval") {
    return { problem: `expected a rollout at a hold; it is at ${step?.title ?? "its end"}` };
  }
  if (state.verdict?.kind !== "hold") {
    return { problem: `expected a hold; ${step.title} has no verdict yet, or one that needs no promotion` };
  }
  return reason.trim() === ""
    ? { problem: "expected a reason: it stays in the release record" }
    : { value: [{ kind: "promoted", step: step.id, by, reason }] };
}

function approvedBy(
  state: State,
  { by, role, signed }: Extract<Order, { kind: "approve" }>,
  now: number,
): Outcome {
  const step = approvalDue(state);
  if (step === undefined || (signed !== undefined && signed.step !== step.id)) {
    const at = step ?? currentStep(state);
    return { problem: `expected a rollout that waits for approval; it is at ${at?.title ?? "its end"}` };
  }
  if (!step.roles.includes(role))
    return { problem: `expected one of ${step.roles.join(", ")}, found ${role}` };
  const given = countingApprovals(state.approvals[step.id] ?? [], now);
  const same = given.find((each) => each.role === role || alike(each.by, by));
  if (same !== undefined) {
    return { problem: `expected another role and another person; ${same.by} has approved as ${same.role}` };
  }
  const envelope = signed === undefined ? {} : { envelope: signed.envelope };
  return { value: [{ kind: "approved", step: step.id, by, role, ...envelope }] };
}
