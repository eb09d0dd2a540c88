/** What a rollout was, once it is over or while it runs: its part of the release record (row G17). Pure. */
import { backNeeds } from "./back";
import { isRecovery } from "./plan";
import { currentStep } from "./replay";
import type { Signature, State } from "./state";
import { signatureText } from "./words";

export interface Summary {
  readonly rollout: string;
  readonly system: string;
  readonly stack: string;
  readonly version: string;
  readonly from: string;
  readonly images: readonly string[];
  readonly by: string;
  /** Who said yes before which step, and whether that was signed. */
  readonly approvals: readonly {
    readonly step: string;
    readonly by: string;
    readonly role: string;
    readonly signature: Signature["kind"];
    /** For people. */
    readonly detail: string;
  }[];
  /** ISO 8601, in UTC. */
  readonly start: string;
  /** Absent while it runs. */
  readonly end?: string;
  /** To the end, or to the last entry. */
  readonly durationSeconds: number;
  /** For which users were not served: maintenance. */
  readonly downtimeSeconds: number;
  readonly incidents: readonly { readonly title: string; readonly severity: string; readonly at: string }[];
  readonly finalState: "released" | "recovered" | "rolled back" | "running" | "going back";
  /** What the way back leaves for a person to do; empty of a rollout that does not go back. */
  readonly stillDue: readonly string[];
  /** Why it went back, or where it is. */
  readonly detail: string;
}

const iso = (at: number): string => new Date(at).toISOString();

/** The record of a rollout. */
export function summary(state: State): Summary {
  const { rollout, bound, plan, startedAt, at, ended, by, incidents, down } = state;
  const until = ended?.at ?? at;
  return {
    rollout,
    system: bound.system,
    stack: bound.stack,
    version: bound.version,
    from: plan.from,
    images: bound.images,
    by,
    approvals: Object.entries(state.approvals).flatMap(([step, given]) =>
      given.map((one) => ({
        step,
        by: one.by,
        role: one.role,
        signature: one.signature.kind,
        detail: signatureText(one.signature),
      })),
    ),
    start: iso(startedAt),
    ...(ended === undefined ? {} : { end: iso(ended.at) }),
    durationSeconds: Math.max(0, (until - startedAt) / 1000),
    downtimeSeconds: downtime(down, until),
    incidents: incidents.map((incident) => ({ ...incident, at: iso(incident.at) })),
    finalState: finalState(state),
    stillDue: state.back === undefined ? [] : backNeeds(state),
    detail: state.back?.reason ?? currentStep(state)?.title ?? "",
  };
}

function finalState({ ended, back, plan }: State): Summary["finalState"] {
  if (ended === undefined) return back === undefined ? "running" : "going back";
  return ended.outcome === "released" && isRecovery(plan) ? "recovered" : ended.outcome;
}

function downtime({ milliseconds, since }: State["down"], until: number): number {
  return (milliseconds + (since === undefined ? 0 : Math.max(0, until - since))) / 1000;
}
