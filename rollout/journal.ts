/**
 * What a rollout did and why, entry by entry: each is kept before it is acted on. The rollout's state is what its entries say,
 * and nothing else. Pure.
 */
import type { RuleReading } from "./reading";
import type { Place } from "./place";
import type { Bound, Plan } from "./plan";
import type { Verdict } from "./verdict";

/** What led to a rollback. */
export type Cause =
  | {
      readonly kind: "verdict";
      readonly step: string;
      readonly by: Verdict["by"];
      /** Services whose rules failed; none where it is the whole system. */
      readonly services: readonly string[];
    }
  | { readonly kind: "change failed"; readonly step: string }
  | { readonly kind: "aborted" | "asked"; readonly by: string };

/** What happened. */
export type Event =
  | {
      readonly kind: "started";
      readonly plan: Plan;
      readonly by: string;
      readonly override?: string;
      /** Absent in journals of before it was kept. */
      readonly place?: Place;
    }
  | { readonly kind: "change begun"; readonly step: string }
  | { readonly kind: "change done"; readonly step: string }
  | { readonly kind: "change failed"; readonly step: string; readonly message: string }
  | { readonly kind: "readings"; readonly step: string; readonly readings: readonly RuleReading[] }
  | { readonly kind: "verdict"; readonly step: string; readonly verdict: Verdict }
  | { readonly kind: "paused"; readonly by: string; readonly reason: string }
  | { readonly kind: "resumed"; readonly by: string }
  | { readonly kind: "promoted"; readonly step: string; readonly by: string; readonly reason: string }
  | {
      readonly kind: "approved";
      readonly step: string;
      readonly by: string;
      readonly role: string;
      /** The signed statement, as text. @default - the stack file named no signer for the role */
      readonly envelope?: string;
    }
  | { readonly kind: "aborted"; readonly by: string; readonly reason: string }
  | { readonly kind: "rolling back"; readonly cause: Cause; readonly reason: string }
  /** `also`: steps that go back by the same `up`. */
  | { readonly kind: "undo begun"; readonly step: string; readonly also?: readonly string[] }
  | { readonly kind: "undo done"; readonly step: string; readonly also?: readonly string[] }
  | {
      readonly kind: "undo failed";
      readonly step: string;
      readonly also?: readonly string[];
      readonly message: string;
    }
  | { readonly kind: "incident"; readonly title: string; readonly severity: string }
  | { readonly kind: "rolled back" }
  | { readonly kind: "finished" };

/** One event in its place. */
export interface Entry {
  /** From 1, without a gap. */
  readonly sequence: number;
  /** ISO 8601, in UTC with milliseconds. */
  readonly at: string;
  /** Id of the rollout, e.g. `enova-20261128T211921Z`. */
  readonly rollout: string;
  readonly bound: Bound;
  readonly event: Event;
}
