/** Verdicts as the findings of SARIF and the cases of JUnit. Pure. */
import type { Case, Outcome } from "../junit";
import type { Finding } from "../sarif";
import type { TestReport } from "./test";
import type { ObjectVerdict } from "./verdicts";

/** What stops a release: a rule that does not pass and is not only advice. */
export const blocks = ({ verdict, level }: ObjectVerdict): boolean =>
  verdict !== "pass" && level !== "advisory";

/** What does not pass. */
export function findingsOf({ verdicts, errors }: Pick<TestReport, "verdicts" | "errors">): Finding[] {
  const refused = verdicts.filter(({ verdict }) => verdict !== "pass");
  return [
    ...refused.map((verdict): Finding => {
      const { rule, message, file } = verdict;
      return { rule, level: blocks(verdict) ? "error" : "warning", message, file };
    }),
    ...errors.map(({ file, message }): Finding => {
      return { rule: "input", level: "error", message: `${file} ${message}`, file };
    }),
  ];
}

/** A suite a file, a case for each object and rule. */
export function casesOf({ verdicts, errors }: Pick<TestReport, "verdicts" | "errors">): Case[] {
  return [
    ...verdicts.map((verdict) => {
      const { file, object, rule } = verdict;
      return { suite: file, of: object, name: rule, outcome: outcomeOf(verdict) };
    }),
    ...errors.map(({ file, message }): Case => {
      return { suite: file, of: file, name: "input", outcome: { is: "broken", message } };
    }),
  ];
}

function outcomeOf(judged: ObjectVerdict): Outcome {
  const { verdict, message } = judged;
  if (blocks(judged)) return { is: "failed", message, type: verdict };
  return verdict === "pass" ? { is: "passed" } : { is: "passed", note: message };
}
