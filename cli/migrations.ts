/** `golive migrations review`: what `golive preview` finds in the SQL of a stack's migrations (rows G3, L13; docs/migration-review.md). */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { gatedSystems } from "../evidence/gated-systems";
import { refusedMigrations, type MigrationVerdict } from "../evidence/migration-verdict";
import { stackVerdict } from "../evidence/release-verdict";
import type { Judged, Level } from "../migrations/verdict";
import { releasesFolder, stackSettings } from "./release/checkout";
import { UserError } from "./user-error";

export interface ReviewOptions {
  readonly stack: string;
  readonly json?: boolean;
}

/** What was found in a system's migrations. */
export interface Reviewed extends MigrationVerdict {
  readonly system: string;
  readonly stack: string;
}

/**
 * Reviews the migrations of a system, or of every system whose stack file names a folder of them. `root` is the checkout.
 *
 * @throws {UserError} where the stack file names none.
 */
export async function reviewMigrations(
  system: string | undefined,
  { stack, root }: { readonly stack: string; readonly root: string },
): Promise<readonly Reviewed[]> {
  if (!existsSync(join(root, `Pulumi.${stack}.yaml`)))
    throw new UserError(`--stack ${stack}: there is no Pulumi.${stack}.yaml`);
  const gated = gatedSystems({ ...stackSettings(root, stack).systems });
  const systems = gated.filter(
    (each) => each.migrations !== undefined && [undefined, each.system].includes(system),
  );
  if (systems.length === 0) {
    const place = `golive:${system ?? "SYSTEM"}.migration.folder (of s5: migrations.folder)`;
    throw new UserError(
      `Pulumi.${stack}.yaml names no folder of migrations: set ${place}, from the stack file`,
    );
  }
  const verdicts = await stackVerdict({
    stack,
    systems,
    folder: releasesFolder(root),
    root,
    now: new Date(),
  });
  return verdicts.map((verdict) => ({ system: verdict.system, stack, ...verdict.migrations }));
}

/** `golive migrations review [SYSTEM] --stack S [--json]`; its exit code. */
export async function reviewCommand(
  system: string | undefined,
  { stack, json = false }: ReviewOptions,
): Promise<number> {
  const all = await reviewMigrations(system, { stack, root: process.cwd() });
  console.log(json ? JSON.stringify(all, undefined, 2) : all.map(text).join("\n\n"));
  return all.some((each) => refusedMigrations(each).length > 0) ? 1 : 0;
}

const WORDS: Readonly<Record<Level, string>> = {
  error: "refused",
  evidence: "the release record must speak for it: line golive-destructive",
  warning: "warning",
  allowed: "allowed",
};

function text(reviewed: Reviewed): string {
  const { system, stack, judged, findings, problems } = reviewed;
  const refused = refusedMigrations(reviewed).length;
  const title = `${system} on ${stack}: ${judged.length} judged (${judged.join(", ")}), ${findings.length} findings, ${refused} refused`;
  return [title, ...problems.map((problem) => `  ${problem}`), ...findings.map(paragraph)].join("\n");
}

const paragraph = ({ file, line, rule, level, subject, does, safe, note }: Judged): string =>
  [
    `  ${file}:${line} ${rule}: ${WORDS[level]}${note === undefined ? "" : ` (${note})`}`,
    `    ${subject} ${does}.`,
    `    Safe: ${safe}.`,
  ].join("\n");
