/** Findings as SARIF 2.1.0, for a pull request: what does not pass, and the rules that said so. Pure. */
import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";

/** A rule, as a reader of SARIF shows it. */
export interface FindingRule {
  readonly name: string;
  /** What it checks, in one sentence. */
  readonly checks: string;
  /** How what it finds is mended, in one sentence. */
  readonly mend: string;
}

/** One thing that does not pass. */
export interface Finding {
  readonly rule: string;
  readonly level: "error" | "warning";
  readonly message: string;
  /** Relative to the checkout. */
  readonly file: string;
  /** Counted from 1. @default 1 */
  readonly line?: number | undefined;
}

export interface SarifArgs {
  /** Name of the tool: two tools' runs stand beside each other. */
  readonly tool: string;
  /** Rules that are known; those that no finding names are left out. */
  readonly rules: readonly FindingRule[];
  readonly findings: readonly Finding[];
}

const VERSION = "1.0.0";

export function sarifOf({ tool, rules, findings }: SarifArgs): string {
  const run = new SarifRunBuilder().initSimple({ toolDriverName: tool, toolDriverVersion: VERSION });
  const said = new Set(findings.map(({ rule }) => rule));
  for (const { name, checks, mend } of rules.filter((rule) => said.has(rule.name)))
    run.addRule(
      new SarifRuleBuilder().initSimple({
        ruleId: name,
        shortDescriptionText: checks,
        fullDescriptionText: mend,
      }),
    );
  for (const { rule, level, message, file, line = 1 } of findings)
    run.addResult(
      new SarifResultBuilder().initSimple({
        ruleId: rule,
        level,
        messageText: message,
        fileUri: file,
        startLine: line,
      }),
    );
  const sarif = new SarifBuilder();
  sarif.addRun(run);
  return `${sarif.buildSarifJsonString({ indent: true })}\n`;
}
