/** `golive policy test`: judges manifests and previews by the rules of the policy pack. */
import { ParameterError } from "../../policies/parameters";
import { writeReport } from "../report-files";
import { UserError } from "../user-error";
import { blocks, casesOf, findingsOf } from "./findings";
import { judgingOf, type JudgingOptions } from "./judging";
import { readInputs, type ReadError } from "./read";
import { verdictText } from "./text";
import { verdictsOf, type ObjectVerdict } from "./verdicts";

export interface TestOptions extends JudgingOptions {
  /** Print JSON. @default false */
  readonly json?: boolean;
  /** File that takes the verdicts as SARIF 2.1.0. @default - none is written */
  readonly sarif?: string;
  /** File that takes them as JUnit XML. @default - none is written */
  readonly junit?: string;
}

/** What was found, as `--json` prints it. */
export interface TestReport {
  readonly verdicts: readonly ObjectVerdict[];
  readonly errors: readonly ReadError[];
  /** Files of a folder that hold nothing to judge. */
  readonly skipped: readonly string[];
  readonly summary: Summary;
}

/** How many of each. */
export interface Summary {
  readonly files: number;
  readonly objects: number;
  readonly pass: number;
  readonly fail: number;
  readonly undecidable: number;
  readonly errors: number;
}

/** Exit code of input that cannot be judged. */
const BAD_INPUT = 2;

/** Judges files and prints the verdicts. Gives 0 where all pass, 1 where a mandatory rule does not, 2 for input that cannot be judged. */
export async function policyTestCommand(paths: readonly string[], options: TestOptions): Promise<number> {
  try {
    const report = await testPolicies(paths, options);
    console.log(options.json === true ? JSON.stringify(report, undefined, 2) : verdictText(report));
    await writeReports(report, options);
    return exitCode(report);
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof ParameterError)) throw error;
    console.error(error.message);
    return BAD_INPUT;
  }
}

/**
 * Judges files.
 *
 * @throws {UserError} or {ParameterError} where the options are wrong; what is wrong with a file is in the report
 */
export async function testPolicies(paths: readonly string[], options: JudgingOptions): Promise<TestReport> {
  const judging = await judgingOf(options);
  const { files, errors, skipped } = await readInputs(paths);
  const verdicts = verdictsOf(files, judging);
  const count = (of: string) => verdicts.filter(({ verdict }) => verdict === of).length;
  const summary = {
    files: files.length,
    objects: files.reduce((sum, { subjects }) => sum + subjects.length, 0),
    pass: count("pass"),
    fail: count("fail"),
    undecidable: count("undecidable"),
    errors: errors.length,
  };
  return { verdicts, errors, skipped, summary };
}

/** 0 where all pass, 1 where a mandatory rule does not, 2 where something could not be judged at all. */
export function exitCode({ verdicts, errors }: TestReport): number {
  if (errors.length > 0) return BAD_INPUT;
  return verdicts.some(blocks) ? 1 : 0;
}

/**
 * Writes the files that were asked for.
 *
 * @throws {UserError} where one cannot be written
 */
export async function writeReports(report: TestReport, { sarif, junit }: TestOptions): Promise<void> {
  if (sarif !== undefined) {
    const [{ sarifOf }, { rules }] = await Promise.all([import("../sarif"), import("../../policies/rules")]);
    await writeReport(sarif, sarifOf({ tool: "golive policy", rules, findings: findingsOf(report) }));
  }
  if (junit !== undefined) await writeReport(junit, (await import("../junit")).junitOf(casesOf(report)));
}
