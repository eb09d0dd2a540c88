/** The gate at the top of the program (issue 5): before anything is registered, whatever pack runs beside it, or none. */
import * as pulumi from "@pulumi/pulumi";
import { auditsOf } from "../evidence/audit";
import type { SystemVerdict } from "../evidence/gate";
import { gatedSystems } from "../evidence/gated-systems";
import { refusalsOf, stackVerdict } from "../evidence/release-verdict";
import { sentence } from "../migrations/verdict";
import type { StackSettings } from "../settings";
import { ReleaseRecord } from "../components/release-record";

/** Folder of the records, from the project's. */
const FOLDER = "releases";

/** What the records say of each system of a stack; nothing is refused yet. */
export const releasesOf = (
  { stack, systems }: StackSettings,
  { folder = FOLDER, now = new Date() }: { readonly folder?: string; readonly now?: Date } = {},
): Promise<readonly SystemVerdict[]> =>
  stackVerdict({ stack, systems: gatedSystems({ ...systems }), folder, now });

/** Says what the migrations do that refuses nothing here. */
export function tellMigrations(verdicts: readonly SystemVerdict[]): void {
  for (const { migrations, system } of verdicts)
    for (const finding of migrations.findings)
      if (finding.level === "warning") void pulumi.log.warn(`${system}: ${sentence(finding)}`);
}

/** @throws {pulumi.RunError} one sentence for each thing that speaks against the stack. */
export function refuseUnready({ stack }: StackSettings, verdicts: readonly SystemVerdict[]): void {
  const refusals = refusalsOf(verdicts);
  if (refusals.length === 0) return;
  const title = `${stack} is not released: ${refusals.length === 1 ? "1 reason" : `${refusals.length} reasons`}`;
  const lines = refusals.map(({ policy, message }) => `  [${policy}] ${message}`);
  throw new pulumi.RunError([title, ...lines].join("\n"));
}

/** Declares a system's records in its namespace. */
export function declareReleases(
  verdict: SystemVerdict,
  namespace: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): void {
  for (const audit of auditsOf(verdict)) {
    new ReleaseRecord(`${audit.system}-release-${audit.version}`, { ...audit, namespace }, opts);
  }
}
