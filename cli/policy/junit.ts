/** The verdicts as JUnit XML, for a CI server: a suite a file, a case for each object and rule. */
import reports from "junit-report-builder";
import { grouped } from "./grouped";
import { blocks, type TestReport } from "./test";

export function junitOf({ verdicts, errors }: TestReport): string {
  const builder = reports.newBuilder();
  for (const [file, said] of grouped(verdicts, ({ file }) => file)) {
    const suite = builder.testSuite().name(file);
    for (const verdict of said) {
      const test = suite.testCase().className(verdict.object).name(verdict.rule);
      if (blocks(verdict)) test.failure(verdict.message, verdict.verdict);
      else if (verdict.verdict !== "pass") test.standardOutput(verdict.message);
    }
  }
  for (const { file, message } of errors)
    builder.testSuite().name(file).testCase().className(file).name("input").error(message);
  return builder.build();
}
