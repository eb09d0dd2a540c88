/** What one answer says of one rule. Pure. */
import { exceeds, type Rule } from "./rule";

/** What a source gave for a query. */
export type Answer =
  /** One value a series; none where there is no series. */
  | { readonly kind: "values"; readonly values: readonly number[] }
  /** It answered that it cannot: a query that is wrong, a server error, a body that is none of its answers. */
  | { readonly kind: "error"; readonly message: string }
  /** Nobody answered. */
  | { readonly kind: "unreachable"; readonly message: string };

/** Every answer that a rule needs. */
export interface Answers {
  readonly value: Answer;
  /** Where the rule has `samples`. */
  readonly samples?: Answer;
  /** Where the rule has `stable`. */
  readonly stable?: Answer;
  /** Where the rule's `stable` has `samples`. */
  readonly stableSamples?: Answer;
}

export type BrokenCause =
  "no series" | "several series" | "not a number" | "error answer" | "unreachable" | "not asked";

export type Reading =
  | {
      readonly kind: "pass" | "fail";
      readonly value: number;
      /** Absent where the rule counts none. */
      readonly samples?: number;
      /** Value of the stable side, where it was compared. */
      readonly stable?: number;
    }
  | {
      readonly kind: "insufficient";
      /** Side that has too few. */
      readonly side: "new" | "stable";
      readonly samples: number;
      readonly needed: number;
      /** Seconds until there are enough at the present rate. Absent: never, within the rule's window. */
      readonly secondsLeft?: number;
      /** Seconds that the window would have to be, at the present rate. Absent: there are none at all. */
      readonly windowNeeded?: number;
    }
  | { readonly kind: "broken"; readonly cause: BrokenCause; readonly message: string };

/** A reading of a rule, as it is kept. */
export interface RuleReading {
  readonly rule: string;
  readonly reading: Reading;
}

type Broken = Extract<Reading, { kind: "broken" }>;

const broken = (cause: BrokenCause, message: string): Broken => ({ kind: "broken", cause, message });

/** The one number of an answer. */
function numberOf(answer: Answer | undefined, what: string): number | Broken {
  if (answer === undefined) return broken("not asked", `${what} was not asked for`);
  if (answer.kind === "error") return broken("error answer", `${what}: ${answer.message}`);
  if (answer.kind === "unreachable") return broken("unreachable", `${what}: ${answer.message}`);
  const [value, ...others] = answer.values;
  if (value === undefined) return broken("no series", `${what}: no series`);
  if (others.length > 0) return broken("several series", `${what}: ${others.length + 1} series, one is due`);
  if (!Number.isFinite(value)) return broken("not a number", `${what}: ${value}`);
  return value;
}

function shortage(
  rule: Rule,
  side: "new" | "stable",
  samples: number,
  elapsedSeconds: number,
): Extract<Reading, { kind: "insufficient" }> {
  const needed = rule.minimumSamples;
  const short = { kind: "insufficient" as const, side, samples, needed };
  const seconds = Math.min(rule.windowSeconds, elapsedSeconds);
  if (samples <= 0 || seconds <= 0) return short;
  const windowNeeded = Math.ceil((needed * seconds) / samples);
  if (windowNeeded > rule.windowSeconds) return { ...short, windowNeeded };
  return { ...short, windowNeeded, secondsLeft: Math.max(1, windowNeeded - Math.floor(seconds)) };
}

/**
 * Reads a rule. Too few samples are told before a missing value: a value of no samples is no series.
 *
 * @param elapsedSeconds for which the side that is asked has had its present share of the traffic, in seconds; the whole
 *   window where that is longer.
 */
export function read(rule: Rule, answers: Answers, elapsedSeconds = rule.windowSeconds): Reading {
  const own = enough(rule, "new", rule.samples, answers.samples, elapsedSeconds);
  if (typeof own === "object") return own;
  const value = numberOf(answers.value, "value");
  if (typeof value === "object") return value;
  const counted = own === undefined ? {} : { samples: own };
  // What is wrong by itself needs no comparison.
  if (rule.stable === undefined || exceeds(rule.limit, value)) {
    return { kind: exceeds(rule.limit, value) ? "fail" : "pass", value, ...counted };
  }
  const others = enough(rule, "stable", rule.stable.samples, answers.stableSamples, elapsedSeconds);
  if (typeof others === "object") return others;
  const stable = numberOf(answers.stable, "value of the stable side");
  if (typeof stable === "object") return stable;
  return { kind: value - stable > rule.stable.most ? "fail" : "pass", value, ...counted, stable };
}

/** The number of samples, or what is wrong with it; nothing where none are counted. */
function enough(
  rule: Rule,
  side: "new" | "stable",
  query: string | undefined,
  answer: Answer | undefined,
  elapsedSeconds: number,
): number | undefined | Reading {
  if (query === undefined) return undefined;
  // A count of nothing has no series.
  const none = answer?.kind === "values" && answer.values.length === 0;
  const samples = none ? 0 : numberOf(answer, "number of samples");
  if (typeof samples === "object") return samples;
  return samples < rule.minimumSamples ? shortage(rule, side, samples, elapsedSeconds) : samples;
}
