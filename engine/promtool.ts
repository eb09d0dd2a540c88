/** Asks promtool what rules give for series, without a Prometheus. https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { z } from "zod";

/** A rule file's content: what stands under `spec` of a PrometheusRule. */
export interface RuleFile {
  readonly groups: readonly object[];
}

/** One moment of a scenario that is asked for: seconds since its start. */
export interface Question {
  readonly expr: string;
  readonly atSeconds: number;
}

/** Series from a time zero on, one value each `stepSeconds`, and what is asked of them. */
export interface Scenario {
  readonly stepSeconds: number;
  readonly series: readonly { readonly series: string; readonly values: string }[];
  readonly questions: readonly Question[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Outcome {
  readonly code: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Rules could not be evaluated on a scenario's series, e.g. for two series of the same labels. */
export class RulesFailed extends Error {
  override readonly name = "RulesFailed";

  constructor(
    readonly rules: readonly string[],
    output: string,
  ) {
    super(`promtool: ${output.trim()}`);
  }
}

/** Some questions cannot be answered on a scenario's series: in `answers` they have none. */
export class QuestionsFailed extends Error {
  override readonly name = "QuestionsFailed";

  constructor(
    readonly answers: readonly (readonly (readonly Sample[] | undefined)[])[],
    output: string,
  ) {
    super(`promtool: ${output.trim()}`);
  }
}

/** promtool's output grows with what is asked; a day of a stack is some megabytes. */
const OUTPUT_BYTES = 256 * 1024 * 1024;

const run = promisify(execFile);
/** A program that ran to its end; one that could not be started has a text for a code. */
const ended = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

/** Runs a program of rules in a folder that holds `files`, and removes the folder. */
export async function runOnFiles(
  program: string,
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), "golive-rules-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    const options = { cwd: folder, maxBuffer: OUTPUT_BYTES, env: { ...process.env, NO_COLOR: "1" } };
    return await run(program, [...args], options).then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      (error: unknown) => {
        const end = ended.safeParse(error);
        if (!end.success) throw error;
        return { code: end.data.code, output: end.data.stdout + end.data.stderr };
      },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** YAML without anchors and folded lines, which promtool and pint read as people do. */
export const toYaml = (value: unknown): string =>
  stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });

const seconds = (count: number): string => `${count}s`;

/**
 * What each question of each scenario is answered, in order. Each scenario starts from nothing; the rules are
 * evaluated every `evaluationSeconds`.
 *
 * promtool has no command that evaluates: every question here expects nothing, and the answer is read from its
 * complaint. A question's number is a comment of its expression, since promtool tells neither group nor position.
 * Errors: {@link RulesFailed}; {@link QuestionsFailed}; promtool's own text, where the rules, the series or the questions are wrong.
 */
export async function evaluate(
  promtool: string,
  rules: RuleFile,
  scenarios: readonly Scenario[],
  evaluationSeconds = 60,
): Promise<readonly (readonly (readonly Sample[])[])[]> {
  const asked = counter();
  const tests = scenarios.map(({ stepSeconds, series, questions }) => ({
    interval: seconds(stepSeconds),
    input_series: series,
    promql_expr_test: questions.map(({ expr, atSeconds }) => ({
      expr: `${expr} # ${asked()}`,
      eval_time: seconds(atSeconds),
      exp_samples: [],
    })),
  }));
  const { code, output } = await runOnFiles(promtool, ["test", "rules", "test.yaml"], {
    // JSON is YAML, and written and read sooner.
    "rules.yaml": JSON.stringify(rules),
    "test.yaml": JSON.stringify({
      rule_files: ["rules.yaml"],
      evaluation_interval: seconds(evaluationSeconds),
      tests,
    }),
  });
  const failed = [...new Set([...output.matchAll(FAILED)].map(([, rule = ""]) => rule))];
  if (failed.length > 0) throw new RulesFailed(failed, output);
  const answers = answersIn(output);
  const wrong = new Set([...output.matchAll(UNANSWERED)].map(([, number]) => Number(number)));
  if (code !== 0 && answers.size === 0 && wrong.size === 0) throw new Error(`promtool: ${output.trim()}`);
  const read = counter();
  const all = scenarios.map(({ questions }) =>
    questions.map(() => {
      const number = read();
      return wrong.has(number) ? undefined : (answers.get(number) ?? []);
    }),
  );
  if (wrong.size > 0) throw new QuestionsFailed(all, output);
  return all.map((each) => each.map((samples = []) => samples));
}

const counter = () => {
  let count = 0;
  return () => count++;
};

const ANSWER = /^ {4}expr: ".* # (\d+)", time: .*,\n +exp: .*\n +got: (.*)$/gm;
const FAILED = /^ {4}rule: (\S+), time: .*, err: /gm;
const UNANSWERED = /^ {4}expr: ".* # (\d+)", time: .*, err: /gm;
const SAMPLE = /\{((?:[^"{}]|"(?:[^"\\]|\\.)*")*)\} ([^\s,]+)/g;
const LABEL = /(\w+)=("(?:[^"\\]|\\.)*")/g;

const answersIn = (output: string): ReadonlyMap<number, readonly Sample[]> =>
  new Map([...output.matchAll(ANSWER)].map(([, number, text = ""]) => [Number(number), samplesIn(text)]));

const samplesIn = (text: string): readonly Sample[] =>
  [...text.matchAll(SAMPLE)].map(([, labels = "", value = ""]) => ({
    labels: Object.fromEntries(
      [...labels.matchAll(LABEL)].map(([, name = "", quoted = ""]) => [name, unquoted(quoted)]),
    ),
    value: numberIn(value),
  }));

const text = z.string();
const unquoted = (quoted: string): string => text.parse(JSON.parse(quoted));

/** Go writes infinity as `+Inf`. */
const numberIn = (value: string): number => Number(value.replace("Inf", "Infinity"));

/** As many at a time as there are processors; the answers in order. */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  const worker = async () => {
    for (const [at, item] of queue) results.set(at, await work(item));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return items.flatMap((_, at) => {
    const result = results.get(at);
    return result === undefined ? [] : [result];
  });
}
