/** What one answer says of one rule. Pure. */
import { type Comparison, exceeds, type Rule } from "./rule";

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

const isEmpty = (answer: Answer | undefined): boolean =>
  answer?.kind === "values" && answer.values.length === 0;

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
 * Reads a rule. Too few samples are told before a missing value: a value of no samples is no series. Of a share, so many bad
 * samples that they cannot be chance fail however few there are: a version that answers nothing else is no question of time.
 *
 * @param elapsedSeconds for which the side that is asked has had its present share of the traffic, in seconds; the whole
 *   window where that is longer.
 */
export function read(rule: Rule, answers: Answers, elapsedSeconds = rule.windowSeconds): Reading {
  const samples = samplesOf(rule.samples, answers.samples);
  if (typeof samples === "object") return samples;
  const enough = samples === undefined || samples >= rule.minimumSamples;
  const value = valueOf(rule, answers.value, samples);
  const counted = samples === undefined ? {} : { samples };
  if (!enough) {
    const certain = typeof value === "number" && isNoChance(rule, value, samples);
    return certain ? { kind: "fail", value, ...counted } : shortage(rule, "new", samples, elapsedSeconds);
  }
  if (typeof value === "object") return value;
  // What is wrong by itself needs no comparison.
  if (exceeds(rule.limit, value)) return { kind: "fail", value, ...counted };
  if (rule.stable === undefined) return { kind: "pass", value, ...counted };
  const stable = stableValue(rule, rule.stable, answers, elapsedSeconds);
  if (typeof stable === "object") return stable;
  return { kind: value - stable > rule.stable.most ? "fail" : "pass", value, ...counted, stable };
}

/** The number of samples, or what is wrong with it; nothing where none are counted. A count of nothing has no series. */
function samplesOf(query: string | undefined, answer: Answer | undefined): number | undefined | Broken {
  if (query === undefined) return undefined;
  return isEmpty(answer) ? 0 : numberOf(answer, "number of samples");
}

const valueOf = ({ emptyIsZero = false }: Rule, answer: Answer, samples: number | undefined) =>
  emptyIsZero && samples !== undefined && isEmpty(answer) ? 0 : numberOf(answer, "value");

function stableValue(
  rule: Rule,
  { samples: query }: Comparison,
  { stable, stableSamples }: Answers,
  elapsedSeconds: number,
): number | Exclude<Reading, { kind: "pass" | "fail" }> {
  const samples = samplesOf(query, stableSamples);
  if (typeof samples === "object") return samples;
  return samples !== undefined && samples < rule.minimumSamples
    ? shortage(rule, "stable", samples, elapsedSeconds)
    : numberOf(stable, "value of the stable side");
}

/** A chance below it is none: a soak of hours asks hundreds of times. */
const CHANCE = 1e-4;

/** Whether so many bad ones of so few samples have a chance below {@link CHANCE}, were their true share at the limit. */
function isNoChance({ isShare = false, limit }: Rule, value: number, samples: number): boolean {
  if (!isShare || !("above" in limit) || value <= limit.above) return false;
  return chanceOf(Math.round(value * samples), Math.round(samples), limit.above) < CHANCE;
}

/** Chance of at least `bad` of `samples`, each bad by the share: the tail of the binomial distribution. */
function chanceOf(bad: number, samples: number, share: number): number {
  let chance = 0;
  let term = (1 - share) ** samples;
  for (let count = 0; count < bad; count++) {
    chance += term;
    term *= ((samples - count) / (count + 1)) * (share / (1 - share));
  }
  return 1 - chance;
}
