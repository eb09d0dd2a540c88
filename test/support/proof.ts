/** Tries an alert, and its mutants beside it, on the cases of its proof. */
import { QuestionsFailed, RulesFailed, type RuleFile, type Sample } from "../../engine/promtool";
import { mutantsOf, type Condition, type Mutant } from "../../observability/proof/mutants";
import { windowSeconds } from "../../observability/promql/window";
import type { AlertRule, ProofCase, RecordingRule } from "../../observability/rules/rule";
import { evaluate } from "./promtool";

/** What one condition does on one case: the label sets that it fires with at its end. */
type Behaviour = string;

const SILENT: Behaviour = "";
/** Where it could not be evaluated, which Prometheus tells of its rule. */
const BROKEN: Behaviour = "an error";

const FIRING = 'ALERTS{alertstate="firing"}';

/**
 * An alert that goes on firing for a time is silent only where its condition was silent all that time. Where it fires, the
 * condition itself must: mistakes would else hide behind that time.
 */
const questionOf = ({ fires, stepSeconds, seconds }: ProofCase, keep: number) => ({
  expr: fires || keep === 0 ? FIRING : `max_over_time(${FIRING}[${Math.floor(keep + stepSeconds / 2)}s])`,
  atSeconds: seconds,
});

interface Candidate extends Condition {
  readonly name: string;
}

const ruleFile = (
  { labels }: AlertRule,
  recordings: readonly RecordingRule[],
  candidates: readonly Candidate[],
): RuleFile => {
  const records = recordings.map(({ record, expression, labels }) => ({
    record,
    expr: expression.text,
    labels,
  }));
  const alerts = candidates.map(({ name, expr, for: wait }) => ({
    alert: name,
    expr,
    for: wait,
    labels,
  }));
  return { groups: [{ name: "proof", rules: [...records, ...alerts] }] };
};

const written = (labels: Sample["labels"]): string => JSON.stringify(Object.entries(labels).sort());

const behaviourOf = (samples: readonly Sample[], name: string): Behaviour =>
  samples
    .filter(({ labels }) => labels.alertname === name)
    .map(({ labels }) => written({ ...labels, alertname: "", __name__: "" }))
    .sort()
    .join("\n");

/** The recordings that a text reads, and those that they read, in the order given. */
function recordingsFor(expr: string, recordings: readonly RecordingRule[]): readonly RecordingRule[] {
  const read = recordings.filter(({ record }) => expr.includes(record));
  const deeper = read.flatMap(({ expression }) => recordingsFor(expression.text, recordings));
  return recordings.filter((recording) => read.includes(recording) || deeper.includes(recording));
}

type Behaviours = ReadonlyMap<ProofCase, readonly Behaviour[]>;

/** What each condition does on each case. Cases of one step go through one promtool. */
async function behaviours(
  promtool: string,
  alert: AlertRule,
  recordings: readonly RecordingRule[],
  conditions: readonly Condition[],
  all: readonly ProofCase[] = alert.proof.cases,
): Promise<Behaviours> {
  const candidates = conditions.map((condition, at) => ({ ...condition, name: `Condition${at}` }));
  const found = new Map<ProofCase, readonly Behaviour[]>();
  for (const step of new Set(all.map(({ stepSeconds }) => stepSeconds))) {
    const cases = all.filter(({ stepSeconds }) => stepSeconds === step);
    const asked = isFarBack(cases) ? byQuestions : byRules;
    const rows = await asked({ promtool, alert, recordings, candidates, cases, step });
    cases.forEach((each, at) => found.set(each, rows[at] ?? []));
  }
  return found;
}

interface Batch {
  readonly promtool: string;
  readonly alert: AlertRule;
  readonly recordings: readonly RecordingRule[];
  readonly candidates: readonly Candidate[];
  readonly cases: readonly ProofCase[];
  readonly step: number;
}

type Rows = readonly (readonly Behaviour[])[];

/** As rules of their own, which Prometheus evaluates as it will. */
async function byRules({ promtool, alert, recordings, candidates, cases, step }: Batch): Promise<Rows> {
  const keep = windowSeconds(alert.keepFiringFor ?? "0s");
  const scenarios = cases.map((each) => ({
    stepSeconds: step,
    series: each.series(),
    questions: [questionOf(each, keep)],
  }));
  const broken = new Set<string>();
  for (;;) {
    const whole = candidates.filter(({ name }) => !broken.has(name));
    try {
      const answers = await evaluate(promtool, ruleFile(alert, recordings, whole), scenarios, step);
      return answers.map(([samples = []]) =>
        candidates.map(({ name }) => (broken.has(name) ? BROKEN : behaviourOf(samples, name))),
      );
    } catch (error) {
      // promtool ends a scenario at the first rules that fail.
      if (!(error instanceof RulesFailed)) throw error;
      for (const rule of error.rules) broken.add(rule);
    }
  }
}

/** Days back, promtool would evaluate every rule for each minute since: there only the end is looked at. */
const FAR_BACK_SECONDS = 43_200;
const isFarBack = (cases: readonly ProofCase[]): boolean =>
  cases.some(({ seconds, stepSeconds }) => seconds >= FAR_BACK_SECONDS && stepSeconds <= 60);

/** Whether each has held for its time at the end of each case, as a question. */
async function byQuestions({ promtool, alert, recordings, candidates, cases, step }: Batch): Promise<Rows> {
  const scenarios = cases.map(({ series, seconds }) => ({
    stepSeconds: step,
    series: series(),
    questions: candidates.map(({ expr, for: wait }) => {
      const waited = windowSeconds(wait);
      const span = `${Math.floor(waited + step / 2)}s:${step}s`;
      return { expr: `count_over_time((${expr})[${span}]) == ${waited / step + 1}`, atSeconds: seconds };
    }),
  }));
  const answers = await evaluate(promtool, ruleFile(alert, recordings, []), scenarios, step).catch(
    (error: unknown) => {
      if (error instanceof QuestionsFailed) return error.answers;
      throw error;
    },
  );
  return answers.map((row) =>
    row.map((samples) =>
      samples === undefined
        ? BROKEN
        : samples
            .map(({ labels }) => written(labels))
            .sort()
            .join("\n"),
    ),
  );
}

const conditionOf = (alert: AlertRule): Condition => ({ expr: alert.expression.text, for: alert.for });

/** Names of the cases that come out otherwise than they say. */
export async function brokenCases(
  promtool: string,
  alert: AlertRule,
  recordings: readonly RecordingRule[],
): Promise<readonly string[]> {
  const found = await behaviours(promtool, alert, recordingsOf(alert, recordings), [conditionOf(alert)]);
  return wrongCases(found).map(({ name, fires }) => `${name}: it ${fires ? "is silent" : "fires"}`);
}

const wrongCases = (found: ReadonlyMap<ProofCase, readonly Behaviour[]>): readonly ProofCase[] =>
  [...found]
    .filter(([{ fires }, [own]]) => own === BROKEN || (own !== SILENT) !== fires)
    .map(([each]) => each);

const recordingsOf = (alert: AlertRule, recordings: readonly RecordingRule[]) =>
  recordingsFor(alert.expression.text, recordings);

export interface Mutation {
  readonly alert: AlertRule;
  readonly mutants: readonly Mutant[];
  /** Those that no case tells from the alert. */
  readonly survivors: readonly Mutant[];
}

/** Cases at a time: what one tells, the next need not try. */
const AT_ONCE = 3;

/** Which mistakes in the alert its cases would not show. The shortest cases are tried first. */
export async function mutationOf(
  promtool: string,
  alert: AlertRule,
  recordings: readonly RecordingRule[],
): Promise<Mutation> {
  const mutants = mutantsOf(conditionOf(alert));
  const read = recordingsOf(alert, recordings);
  const cases = alert.proof.cases.toSorted((one, other) => stepsOf(one) - stepsOf(other));
  let survivors = mutants;
  for (let at = 0; at < cases.length && survivors.length > 0; at += AT_ONCE) {
    const conditions = [conditionOf(alert), ...survivors];
    const found = await behaviours(promtool, alert, read, conditions, cases.slice(at, at + AT_ONCE));
    const rows = [...found.values()];
    survivors = survivors.filter((_, index) => rows.every((row) => row[index + 1] === row[0]));
  }
  return { alert, mutants, survivors };
}

const stepsOf = ({ seconds, stepSeconds }: ProofCase): number => seconds / stepSeconds;
