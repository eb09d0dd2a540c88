/** What readings say of a step: advance, hold or roll back. Pure. */
import type { Reading, RuleReading } from "./reading";
import type { Limit, Rule } from "./rule";

/** The readings of all of a step's rules at one moment. */
export interface Evaluation {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly readings: readonly RuleReading[];
}

/** One rule in a verdict, by which it can be told without the plan. */
export interface Finding {
  readonly rule: string;
  readonly title: string;
  readonly limit: Limit;
  readonly unit: Rule["unit"];
  readonly reading: Reading;
}

export interface Verdict {
  readonly kind: "advance" | "hold" | "roll back";
  /** One sentence: which rule, which value against which threshold, of how many samples; or how much of the soak is left. */
  readonly reason: string;
  /** Of the last evaluation, in the order of the rules. */
  readonly findings: readonly Finding[];
  /** Services of the rules that failed; empty where it was the whole system's, or nothing failed. */
  readonly services: readonly string[];
  /** Of a hold: seconds of good readings that are still due. Absent: a person or a better reading is waited for. */
  readonly secondsLeft?: number;
}
