/** `golive policy test`: judges manifests and previews by the rules of the policy pack. */
import type { Level } from "../../policies/levels";
import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { readInputs, type ReadError } from "./read";
import { verdictsOf, type ObjectVerdict } from "./verdicts";

export interface TestOptions {
  /** Print JSON. @default false */
  readonly json?: boolean;
}

/** What was found, as `--json` prints it. */
export interface TestReport {
  readonly verdicts: readonly ObjectVerdict[];
  readonly errors: readonly ReadError[];
  /** Files of a folder that hold nothing to judge. */
  readonly skipped: readonly string[];
  readonly summary: {
    readonly files: number;
    readonly objects: number;
    readonly pass: number;
    readonly fail: number;
    readonly undecidable: number;
  };
}

/** Judges files and prints the verdicts. Gives 0 where all pass, 1 where a mandatory rule does not, 2 for input that cannot be judged. */
export async function policyTestCommand(paths: readonly string[], options: TestOptions): Promise<number> {
  const { files, errors, skipped } = await readInputs(paths);
  const level = (_: Rule): Level => "mandatory";
  const verdicts = verdictsOf(files, { rules, level, parameters: () => ({}) });
  const count = (of: string) => verdicts.filter(({ verdict }) => verdict === of).length;
  const report: TestReport = {
    verdicts,
    errors,
    skipped,
    summary: {
      files: files.length,
      objects: files.reduce((sum, { subjects }) => sum + subjects.length, 0),
      pass: count("pass"),
      fail: count("fail"),
      undecidable: count("undecidable"),
    },
  };
  if (options.json === true) console.log(JSON.stringify(report, undefined, 2));
  else
    console.log(
      verdicts
        .filter(({ verdict }) => verdict !== "pass")
        .map((v) => `${v.object} ${v.rule} ${v.verdict}: ${v.message}`)
        .join("\n"),
      errors,
      report.summary,
    );
  if (errors.length > 0) return 2;
  return verdicts.some(({ verdict, level: at }) => verdict !== "pass" && at !== "advisory") ? 1 : 0;
}
