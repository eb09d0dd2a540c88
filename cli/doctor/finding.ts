/** What a check found. */

export type Verdict = "ok" | "warn" | "fail" | "skipped";

export interface Reading {
  /** What was measured, or why nothing was. */
  readonly reading: string;
  readonly verdict: Verdict;
  /** What to do about it; absent where nothing is to be done. */
  readonly mend?: string;
}

export interface Finding extends Reading {
  readonly check: string;
  /** Whether a `fail` makes the command fail; a check that is not required warns at most. */
  readonly required: boolean;
}

export const ok = (reading: string): Reading => ({ reading, verdict: "ok" });
export const warn = (reading: string, mend: string): Reading => ({ reading, verdict: "warn", mend });
export const fail = (reading: string, mend: string): Reading => ({ reading, verdict: "fail", mend });
export const skipped = (reading: string): Reading => ({ reading, verdict: "skipped" });
