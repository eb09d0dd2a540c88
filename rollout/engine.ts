/** What a rollout does next: a function of its plan, of what its journal says, and of the time. Pure. */
import type { Event } from "./journal";
import type { ChangeStep, SoakStep, VerificationStep, ApprovalStep } from "./plan";
import type { Verdict } from "./verdict";

/** What is to be done now. Whoever does it keeps its events first (`begun`), then does it, keeps how it went, and asks again. */
export type Action =
  /** Keep this event; nothing else. */
  | { readonly kind: "record"; readonly event: Event }
  /** Keep `change begun` unless `again`, do the step's change, keep `change done` or `change failed`. */
  | { readonly kind: "apply"; readonly step: ChangeStep; readonly again: boolean }
  /** Ask the step's rules, keep `readings`. */
  | { readonly kind: "read"; readonly step: SoakStep | VerificationStep; readonly elapsedSeconds: number }
  /** Ask again at that time, or once somebody has written to the journal. */
  | { readonly kind: "wait"; readonly until: number; readonly verdict?: Verdict }
  /** Paused, held back until somebody approves, or at a hold: ask again once somebody has written to the journal. */
  | { readonly kind: "paused"; readonly by: string; readonly reason: string }
  | {
      readonly kind: "approval";
      readonly step: ApprovalStep;
      /** Roles that have not approved yet, and how many of them are still needed. */
      readonly roles: readonly string[];
      readonly missing: number;
    }
  /** Keep `undo begun` unless `again`, do the step's undo, keep `undo done` or `undo failed`. */
  | { readonly kind: "undo"; readonly step: ChangeStep; readonly again: boolean }
  /** An undo has failed as often as it is tried: a person must look. Ask again after a `rolling back` of theirs. */
  | { readonly kind: "stuck"; readonly step: ChangeStep; readonly message: string }
  | { readonly kind: "finished"; readonly outcome: "released" | "rolled back" };
