/** The verdicts as SARIF 2.1.0, for a pull request: what does not pass, and the rules that said so. */
import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import { rules } from "../../policies/rules";
import { blocks, type TestReport } from "./test";

export function sarifOf({ verdicts, errors }: TestReport): string {
  const run = new SarifRunBuilder().initSimple({
    toolDriverName: "golive policy",
    toolDriverVersion: VERSION,
  });
  const refused = verdicts.filter(({ verdict }) => verdict !== "pass");
  const said = new Set(refused.map(({ rule }) => rule));
  for (const { name, checks, mend } of rules.filter((rule) => said.has(rule.name)))
    run.addRule(
      new SarifRuleBuilder().initSimple({
        ruleId: name,
        shortDescriptionText: checks,
        fullDescriptionText: mend,
      }),
    );
  for (const verdict of refused)
    run.addResult(
      new SarifResultBuilder().initSimple({
        ruleId: verdict.rule,
        level: blocks(verdict) ? "error" : "warning",
        messageText: verdict.message,
        fileUri: verdict.file,
      }),
    );
  for (const { file, message } of errors)
    run.addResult(
      new SarifResultBuilder().initSimple({
        ruleId: "input",
        level: "error",
        messageText: `${file} ${message}`,
        fileUri: file,
      }),
    );
  const sarif = new SarifBuilder();
  sarif.addRun(run);
  return `${sarif.buildSarifJsonString({ indent: true })}\n`;
}

const VERSION = "1.0.0";
