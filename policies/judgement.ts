/** What a rule says of an object: pass, fail or undecidable. */
import type { Violation } from "./checks/violation";
import type { Context, Rule } from "./rule";
import { describe, type Subject } from "./subject";

/** `undecidable`: the rule has to read what is known only at `up`. It blocks as a failure does, and is told apart from one. */
export type Verdict = "pass" | "fail" | "undecidable";

/** What one rule says of one object. */
export interface Judgement {
  readonly rule: Rule;
  readonly subject: Subject;
  readonly verdict: Verdict;
  /** Why, where it does not pass. */
  readonly violations: readonly Violation[];
}

/** What a rule says of an object; undefined where it has nothing to say of such a one. */
export function judge(rule: Rule, subject: Subject, context: Context): Judgement | undefined {
  if (!rule.applies(subject)) return undefined;
  const violations = rule.judge(subject, context);
  return { rule, subject, violations, verdict: verdictOf(violations) };
}

/** Whether a judgement stops the update, where its rule is mandatory. */
export const stops = ({ rule, verdict }: Judgement): boolean =>
  verdict === "fail" || (verdict === "undecidable" && rule.judgedAtUp !== true);

function verdictOf(violations: readonly Violation[]): Verdict {
  if (violations.length === 0) return "pass";
  return violations.every(({ undecidable }) => undecidable === true) ? "undecidable" : "fail";
}

/** What an exemption and `golive policy test` call an object: `Kind/namespace/name`, or `Kind/name`. */
export const objectName = ({ kind, namespace, name }: Subject): string =>
  [kind, ...(namespace === undefined ? [] : [namespace]), name].join("/");

/** The messages of a judgement, each once. */
export const messagesOf = ({ subject, violations }: Judgement): string[] => [
  ...new Set(violations.map((violation) => describe(subject, violation))),
];
