/** `golive doctor`: what a stack needs around it, each item with its reading, verdict and mend. */
import path from "node:path";
import Table from "cli-table3";
import { repositoryRoot } from "../engine/cache";
import { step } from "../engine/progress";
import { readStackFile } from "../settings";
import { SettingsError } from "../settings/mistakes";
import { takeReadings } from "./doctor/checks";
import { fail, ok, type Finding } from "./doctor/finding";
import { realProbes } from "./doctor/probes";
import { emptyTarget, targetOf, type Target } from "./doctor/target";

/** What `golive doctor --json` prints. */
export interface DoctorReport {
  readonly stack: string;
  /** When the readings were taken (ISO 8601, UTC). */
  readonly at: string;
  /** False where a required check failed. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/** Checks what a stack needs. Changes nothing, downloads nothing. */
export async function doctorReport(stack: string): Promise<DoctorReport> {
  const at = new Date().toISOString();
  const { target, settings } = readTarget(stack);
  const findings = [
    settings,
    ...(await step(`checking what ${stack} needs`, () => takeReadings(target, realProbes()))),
  ];
  const ok = !findings.some(({ required, verdict }) => required && verdict === "fail");
  return { stack, at, ok, findings };
}

/**
 * Checks tools and versions, the stack file, the cluster, the load balancer controller, certificates and the
 * registry, and prints a table, or JSON (rows K11 and L4). Changes nothing, downloads nothing.
 *
 * Gives the exit code: 1 where a required check failed, else 0.
 */
export async function doctorCommand(
  stack: string,
  options: { readonly json?: boolean } = {},
): Promise<number> {
  const report = await doctorReport(stack);
  console.log(options.json ? JSON.stringify(report, null, 2) : formatTable(report.findings));
  return report.ok ? 0 : 1;
}

/** The stack's target; where its file has mistakes, they are a finding, and the rest is checked all the same. */
function readTarget(stack: string): { target: Target; settings: Finding } {
  const check = { check: "stack file", required: true };
  try {
    const settings = readStackFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`));
    return { target: targetOf(settings), settings: { ...check, ...ok(`${settings.file} is valid`) } };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return {
      target: emptyTarget(stack),
      settings: { ...check, ...fail(error.message, "correct the stack file") },
    };
  }
}

const SHARES = [0.2, 0.42, 0.08, 0.3];
const WIDTH = { least: 100, most: 160 };

/** The findings as a table as wide as the terminal. */
export function formatTable(findings: readonly Finding[], columns = process.stdout.columns): string {
  const width = Math.min(WIDTH.most, Math.max(WIDTH.least, columns || WIDTH.most));
  const table = new Table({
    head: ["check", "reading", "verdict", "mend"],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: SHARES.map((share) => Math.max(9, Math.floor(width * share) - 1)),
  });
  table.push(...findings.map(({ check, reading, verdict, mend }) => [check, reading, verdict, mend ?? ""]));
  return table.toString();
}
