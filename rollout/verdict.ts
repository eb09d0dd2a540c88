/** What readings say of a step: advance, hold or roll back. Pure. */
import type { Patience, SoakStep, VerificationStep } from "./plan";
import type { Reading, RuleReading } from "./reading";
import type { Limit, Rule } from "./rule";
import { span, told } from "./words";

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
  /** What decided it: too short a soak, a full one, a failing, an insufficient or a broken reading, or a pause. */
  readonly by: "soak" | "pass" | "fail" | "insufficient" | "broken" | "paused";
  /** One sentence: which rule, which value against which threshold, of how many samples; or how much of the soak is left. */
  readonly reason: string;
  /** Of the last evaluation, in the order of the rules. */
  readonly findings: readonly Finding[];
  /** Services of the rules that decided; empty where one of them is the whole system's, or none did. */
  readonly services: readonly string[];
  /** Of a hold: seconds of good readings that are still due. Absent: a person or a better reading is waited for. */
  readonly secondsLeft?: number;
}

/** Evaluations may be this many intervals apart for a soak to be whole: what nobody looked at is no good data. */
const LONGEST_GAP = 3;

/** What comes and goes has failed after so many times as many evaluations as it takes in a row. */
const FLAPS = 3;

const NOT_ASKED: Reading = { kind: "broken", cause: "not asked", message: "it was not asked" };

const readingOf = ({ readings }: Evaluation, { id }: Rule): Reading =>
  readings.find(({ rule }) => rule === id)?.reading ?? NOT_ASKED;

const someIs = (kinds: readonly Reading["kind"][], rules: readonly Rule[], evaluation: Evaluation): boolean =>
  rules.some((rule) => kinds.includes(readingOf(evaluation, rule).kind));

const passes = (rules: readonly Rule[], evaluation: Evaluation): boolean =>
  !someIs(["fail", "insufficient", "broken"], rules, evaluation);

/** The last evaluations for which `holds`, without one between for which it does not; oldest first. */
function trailing(
  evaluations: readonly Evaluation[],
  holds: (evaluation: Evaluation) => boolean,
): readonly Evaluation[] {
  const before = evaluations.findLastIndex((evaluation) => !holds(evaluation));
  return evaluations.slice(before + 1);
}

/** Seconds that those for which `holds` lasted in all, each until the next was taken. */
function lasted(evaluations: readonly Evaluation[], holds: (evaluation: Evaluation) => boolean): number {
  return evaluations.slice(1).reduce((sum, { at }, index) => {
    const before = evaluations[index];
    return before !== undefined && holds(before) ? sum + Math.max(0, at - before.at) / 1000 : sum;
  }, 0);
}

/** How far a soak has come. */
interface Soaked {
  /** Seconds for which every reading has passed until now. */
  readonly goodSeconds: number;
  /** Evaluations since the readings were last good for the whole soak, as of one that is paused at its end. */
  readonly since: readonly Evaluation[];
}

function soakedBy({ rules, seconds, intervalSeconds }: SoakStep, evaluations: readonly Evaluation[]): Soaked {
  let goodFrom: number | undefined;
  let first = 0;
  for (const [index, evaluation] of evaluations.entries()) {
    const gap = evaluation.at - (evaluations[index - 1]?.at ?? evaluation.at);
    const isLooked = gap >= 0 && gap <= LONGEST_GAP * intervalSeconds * 1000;
    if (!passes(rules, evaluation)) goodFrom = undefined;
    else if (goodFrom === undefined || !isLooked) goodFrom = evaluation.at;
    if (goodFrom !== undefined && evaluation.at - goodFrom >= seconds * 1000) first = index + 1;
  }
  const last = evaluations.at(-1)?.at ?? 0;
  return { goodSeconds: (last - (goodFrom ?? last)) / 1000, since: evaluations.slice(first) };
}

/** What every verdict says of the last evaluation. */
class Judgement {
  readonly findings: readonly Finding[];

  constructor(
    private readonly rules: readonly Rule[],
    private readonly last: Evaluation,
  ) {
    this.findings = rules.map((rule) => ({
      rule: rule.id,
      title: rule.title,
      limit: rule.limit,
      unit: rule.unit,
      reading: readingOf(last, rule),
    }));
  }

  /** The rules whose last reading is of the kind. */
  readonly of = (kind: Reading["kind"]): readonly Rule[] =>
    this.rules.filter((rule) => readingOf(this.last, rule).kind === kind);

  verdict(
    kind: Verdict["kind"],
    by: Verdict["by"],
    why: string,
    deciding: readonly Rule[] = [],
    secondsLeft?: number,
  ): Verdict {
    const about = deciding.map(
      (rule) => `${rule.title}: ${told(readingOf(this.last, rule), rule.unit, rule.limit)}`,
    );
    return {
      kind,
      by,
      reason: [about.join("; "), why].filter((part) => part !== "").join(": "),
      findings: this.findings,
      services: servicesOf(deciding),
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    };
  }
}

function servicesOf(rules: readonly Rule[]): readonly string[] {
  const services = rules.flatMap(({ service }) => service ?? []);
  return services.length < rules.length ? [] : [...new Set(services)];
}

/** What a step is judged by. */
export interface Judged {
  /** When the step was reached, in milliseconds since 1970. */
  readonly since: number;
  /** Of the step since it was reached, oldest first; at least one. */
  readonly evaluations: readonly Evaluation[];
  readonly patience: Patience;
}

/**
 * The verdict on the last evaluation. A soak is full once every reading has passed for its whole length: whatever else was
 * read begins it anew, and so does a time in which nobody looked. A failing rule takes the rollout back at once, or after as
 * many evaluations in a row as it says, or three times as many in all; what is insufficient or broken holds, and takes it back
 * when it has lasted too long in all. Only a whole soak of passes lets what was read before be forgotten: were less enough, a
 * rollout whose readings come and go would stand for ever.
 *
 * @throws {RangeError} without an evaluation.
 */
export function judge(step: SoakStep | VerificationStep, judged: Judged): Verdict {
  const last = judged.evaluations.at(-1);
  if (last === undefined) throw new RangeError(`${step.id}: nothing was read`);
  const judgement = new Judgement(step.rules, last);
  return step.kind === "soak"
    ? soaked(step, judged, judgement)
    : verified(step, judged, judgement, (last.at - judged.since) / 1000);
}

function soaked(step: SoakStep, { evaluations, patience }: Judged, judgement: Judgement): Verdict {
  const { goodSeconds, since } = soakedBy(step, evaluations);
  const against = [failed(since, judgement), blind(step, since, patience, judgement)].flatMap(
    (verdict) => verdict ?? [],
  );
  const [hold] = against;
  const worst = against.find(({ kind }) => kind === "roll back") ?? hold;
  if (worst !== undefined) return worst;
  const left = Math.ceil(step.seconds - goodSeconds);
  if (left <= 0) return judgement.verdict("advance", "pass", `all readings passed for ${span(step.seconds)}`);
  return judgement.verdict(
    "hold",
    "soak",
    `all readings pass; ${span(left)} of ${span(step.seconds)} to go`,
    [],
    left,
  );
}

function failed(since: readonly Evaluation[], judgement: Judgement): Verdict | undefined {
  const fails = judgement.of("fail");
  if (fails.length === 0) return undefined;
  const critical = fails.filter(({ onFail }) => onFail === "roll back");
  const failing = (rule: Rule) => (evaluation: Evaluation) => readingOf(evaluation, rule).kind === "fail";
  const back = critical.filter((rule) => trailing(since, failing(rule)).length >= rule.failsInARow);
  if (back.length > 0) return judgement.verdict("roll back", "fail", "", back);
  const flapping = critical.filter((rule) => since.filter(failing(rule)).length >= FLAPS * rule.failsInARow);
  if (flapping.length > 0) return judgement.verdict("roll back", "fail", "it comes and goes", flapping);
  const why = critical.length > 0 ? "not often enough in a row yet" : "to be investigated";
  return judgement.verdict("hold", "fail", why, fails);
}

/** Of insufficient and broken readings. Too few samples are waited for while others are broken, too. */
function blind(
  { rules }: SoakStep,
  since: readonly Evaluation[],
  patience: Patience,
  judgement: Judgement,
): Verdict | undefined {
  const [broken, insufficient] = [judgement.of("broken"), judgement.of("insufficient")];
  const [by, deciding] =
    broken.length > 0 ? (["broken", broken] as const) : (["insufficient", insufficient] as const);
  if (deciding.length === 0) return undefined;
  const secondsOf = (...kinds: readonly Reading["kind"][]) =>
    lasted(since, (evaluation) => someIs(kinds, rules, evaluation));
  const over = [
    { seconds: secondsOf("broken"), most: patience.brokenSeconds },
    { seconds: secondsOf("broken", "insufficient"), most: patience.insufficientSeconds },
  ].find(({ seconds, most }) => seconds > 0 && seconds >= most);
  return over === undefined
    ? judgement.verdict("hold", by, "the rollout cannot see", deciding)
    : judgement.verdict(
        "roll back",
        by,
        `for ${span(over.seconds)} in all, of ${span(over.most)} at most`,
        deciding,
      );
}

function verified(
  step: VerificationStep,
  { evaluations }: Judged,
  judgement: Judgement,
  waited: number,
): Verdict {
  const last = evaluations.at(-1);
  if (last !== undefined && passes(step.rules, last)) return judgement.verdict("advance", "pass", "verified");
  const kind =
    (["fail", "broken", "insufficient"] as const).find((each) => judgement.of(each).length > 0) ?? "fail";
  const patience = span(step.patienceSeconds);
  return waited >= step.patienceSeconds
    ? judgement.verdict("roll back", kind, `not verified within ${patience}`, judgement.of(kind))
    : judgement.verdict("hold", kind, `waited for, ${span(waited)} of ${patience}`, judgement.of(kind));
}
