/** A report as the findings of SARIF and the cases of JUnit. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { RECORD_FILE, recordFileName } from "../../../evidence/records";
import type { LineVerdict } from "../../../evidence/verdict";
import { releasePolicyNames } from "../../../policies/names";
import { rules } from "../../../policies/rules";
import { Source } from "../../../settings/source";
import type { Case, Outcome } from "../../junit";
import type { Finding, FindingRule } from "../../sarif";
import { refuses, type ReleaseReport } from "./report";

/** The rules over objects, and those over a release. */
export const reportRules: readonly FindingRule[] = [
  ...rules,
  ...releasePolicyNames.map((name) => ({
    name,
    checks: "What a release must show before it goes to a stack.",
    mend: "Supply what the message names; golive release check SYSTEM --stack STACK shows the whole checklist.",
  })),
];

/** What refuses the release or is to be looked at: in the record, where its stack stands, and in the stack file. */
export function reportFindings({ checked, refusals, policies }: ReleaseReport): readonly Finding[] {
  const { folder } = checked.loaded;
  const source = new Source(readFileSync(path.join(folder, RECORD_FILE), "utf8"));
  const line = source.position(["stacks", checked.stack], "key")?.line;
  const file = recordFileName(folder);
  return [
    ...refusals.map(({ policy, message }): Finding => ({
      rule: policy,
      level: "error",
      message,
      file,
      line,
    })),
    ...policies.flatMap((judged): readonly Finding[] => {
      const { rule, message } = judged;
      if (judged.verdict === "pass") return [];
      return [{ rule, level: refuses(judged) ? "error" : "warning", message, file: judged.file }];
    }),
  ];
}

/** A suite for the checklist of each release, and one for the policies; a case a line, and one for each object and rule. */
export function reportCases({ checked, refusals, policies }: ReleaseReport): readonly Case[] {
  const { checklist, version, stack, language, verdicts } = checked;
  const suite = `${checklist.system} ${version} on ${stack}`;
  const lines = new Set(verdicts.map(({ line }) => line.id));
  const others = refusals.filter(({ line }) => line === undefined || !lines.has(line));
  return [
    ...verdicts.map((verdict): Case => {
      const { id, section, text } = verdict.line;
      const name = `${text[language]} (${id})`;
      return { suite: `${suite}: checklist`, of: section[language], name, outcome: lineOutcome(verdict) };
    }),
    ...others.map(({ policy, message }): Case => {
      return { suite: `${suite}: checklist`, of: policy, name: policy, outcome: { is: "failed", message } };
    }),
    ...policies.map((judged): Case => {
      const { object, rule, verdict, message } = judged;
      const outcome: Outcome = refuses(judged)
        ? { is: "failed", message, type: verdict }
        : { is: "passed", ...(verdict !== "pass" && { note: message }) };
      return { suite: `${suite}: policies`, of: object, name: rule, outcome };
    }),
  ];
}

/** A line of a later moment does not fail yet. */
function lineOutcome(verdict: LineVerdict): Outcome {
  switch (verdict.state) {
    case "met":
      return { is: "passed", note: verdict.by };
    case "not-met": {
      const message = `${verdict.missing}: ${verdict.command}`;
      return verdict.line.moment === "before" ? { is: "failed", message } : { is: "passed", note: message };
    }
    case "waived":
      return { is: "passed", note: `${verdict.why} (${verdict.who}, until ${verdict.until})` };
    case "later":
      return { is: "skipped" };
  }
}
