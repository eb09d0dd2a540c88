/** Verdicts as JUnit XML, for a CI server. Pure. */
import reports from "junit-report-builder";
import { grouped } from "./policy/grouped";

/** One case. */
export interface Case {
  readonly suite: string;
  /** What is judged. */
  readonly of: string;
  readonly name: string;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly is: "passed"; /** What it says all the same. */ readonly note?: string }
  | {
      readonly is: "failed";
      readonly message: string;
      /** Its sort, e.g. `undecidable`. */ readonly type?: string;
    }
  | { readonly is: "broken"; readonly message: string }
  | { readonly is: "skipped" };

export function junitOf(cases: readonly Case[]): string {
  const builder = reports.newBuilder();
  for (const [name, own] of grouped(cases, ({ suite }) => suite)) {
    const suite = builder.testSuite().name(name);
    for (const { of, name: called, outcome } of own) {
      const test = suite.testCase().className(of).name(called);
      if (outcome.is === "failed") test.failure(outcome.message, outcome.type);
      else if (outcome.is === "broken") test.error(outcome.message);
      else if (outcome.is === "skipped") test.skipped();
      else if (outcome.note !== undefined) test.standardOutput(outcome.note);
    }
  }
  return builder.build();
}
