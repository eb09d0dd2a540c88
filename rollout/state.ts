/** Where a rollout stands, as its journal says. Pure. */
import type { Cause } from "./journal";
import type { Place } from "./place";
import type { Bound, Plan } from "./plan";
import type { Evaluation, Verdict } from "./verdict";

/** How far a change or its undo has come; times in milliseconds since 1970. */
export type Progress =
  /** `times` it has failed before. */
  | { readonly kind: "begun"; readonly at: number; readonly times?: number }
  | { readonly kind: "done"; readonly at: number }
  | { readonly kind: "failed"; readonly at: number; readonly message: string; readonly times: number };

/** What is found of an approval's signature as it is read. */
export type Signature =
  /** None is asked for: the stack file names no signer for the role. */
  | { readonly kind: "none" }
  /** It counts `until` then, in milliseconds since 1970. */
  | { readonly kind: "valid"; readonly until: number }
  /** It counts for nothing; `reason` is one sentence, without its full stop. */
  | { readonly kind: "refused"; readonly reason: string };

export interface Approval {
  readonly by: string;
  readonly role: string;
  readonly signature: Signature;
  /** Number of its entry. */
  readonly sequence: number;
}

/** Somebody's word in place of readings. */
export interface Promotion {
  readonly by: string;
  readonly reason: string;
}

export interface State {
  readonly rollout: string;
  readonly bound: Bound;
  readonly plan: Plan;
  readonly startedAt: number;
  readonly by: string;
  /** Why it began although its window was shut; of a recovery, why it is made. */
  readonly override?: string;
  /** Where it acts; absent where its journal is older than that. */
  readonly place?: Place;
  /** Of the last entry. */
  readonly sequence: number;
  readonly at: number;
  /** Changes that were begun, by step. */
  readonly changes: Readonly<Record<string, Progress>>;
  /** Undos that were begun, by step. */
  readonly undos: Readonly<Record<string, Progress>>;
  /** Steps that are behind: changes done, soaks and verifications that advanced or were promoted, approvals that have their quorum. */
  readonly passed: readonly string[];
  /** When the last of `passed` was. */
  readonly passedAt: number;
  /** Of the step that is judged now, oldest first, since it was reached or resumed. */
  readonly evaluations: readonly Evaluation[];
  /** Of the step that is judged now; absent before its first. */
  readonly verdict?: Verdict;
  /** Those that count and those that do not, by step. */
  readonly approvals: Readonly<Record<string, readonly Approval[]>>;
  /** Approvals of `passed` that the rollout once went past, and that are not there as their signatures are read now: no change before they are. */
  readonly doubted: readonly string[];
  /** Who let the rollout past readings that held it; until the change after them is done. */
  readonly promoted?: Promotion;
  readonly paused?: { readonly by: string; readonly reason: string };
  /** Why it goes back, and since when. */
  readonly back?: { readonly cause: Cause; readonly reason: string; readonly at: number };
  readonly incidents: readonly { readonly title: string; readonly severity: string; readonly at: number }[];
  /** Times for which users were not served: those that are over, in milliseconds, and since when one goes on. */
  readonly down: { readonly milliseconds: number; readonly since?: number };
  readonly ended?: { readonly outcome: "released" | "rolled back"; readonly at: number };
}
