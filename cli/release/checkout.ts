/** Where a release command works: the checkout with `releases/` and the stack files, and what git knows of it. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { loadRecord, type LoadedRecord } from "../../evidence/records";
import { parseRecordName } from "../../evidence/record";
import type { Signer, Signers } from "../../evidence/signatures";
import type { Role } from "../../evidence/line";
import { parseTag, readStackFile, type StackSettings } from "../../settings";
import type { Parsed } from "../../settings/parsed";
import { UserError } from "../user-error";

/** A release, as a command names it. */
export interface Named {
  /** Folder of the checkout. */
  readonly root: string;
  readonly system: string;
  readonly version: string;
}

/** Folder of every record. */
export const releasesFolder = (root: string): string => path.join(root, "releases");

/**
 * Folder of a record, which need not be there.
 *
 * @throws {UserError} for a system or a version that could name no folder of its own.
 */
export function recordFolder({ root, system, version }: Named): string {
  refuse("system", system, parseRecordName(system));
  refuse("version", version, parseTag(version));
  return path.join(releasesFolder(root), system, version);
}

function refuse(what: string, given: string, parsed: Parsed<string>): void {
  if ("problem" in parsed) throw new UserError(`${what} ${JSON.stringify(given)}: ${parsed.problem}`);
}

/**
 * The record that a command names.
 *
 * @throws {SettingsError} with every mistake of it, or where there is none.
 */
export const namedRecord = (named: Named): LoadedRecord => loadRecord(recordFolder(named));

/** The settings of a stack; a system's are `systemSettings`. */
export const stackSettings = (root: string, stack: string): StackSettings =>
  readStackFile(path.join(root, `Pulumi.${stack}.yaml`));

type System = NonNullable<StackSettings["systems"][keyof StackSettings["systems"]]>;

/** What a stack file has of a system. */
export function systemSettings({ systems }: StackSettings, system: string): System | undefined {
  return Object.entries(systems).find(([name]) => name === system)?.[1];
}

/**
 * Who signs for a role on a stack.
 *
 * @throws {UserError} where the stack file names nobody for it.
 */
export function signerOf({ root, system }: Named, stack: string, role: Role): Signer {
  const settings = stackSettings(root, stack);
  const signer = systemSettings(settings, system)?.evidence?.signers[role];
  if (signer !== undefined) return signer;
  throw new UserError(
    `${settings.file} names no signer for ${role}: add { name, account, key } as golive:${system}.evidence.signers.${role}; ` +
      "golive release keys makes a pair",
  );
}

/** Who signs on a stack; nobody, where there is no such stack, or it does not have the system. */
export function signersOf({ root, system }: Pick<Named, "root" | "system">, stack: string): Signers {
  if (!existsSync(path.join(root, `Pulumi.${stack}.yaml`))) return {};
  return systemSettings(stackSettings(root, stack), system)?.evidence?.signers ?? {};
}

/** What git answers in a folder, without the line break at its end; `undefined` where it refuses. */
export function git(folder: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 * 1024,
    }).trimEnd();
  } catch {
    return undefined;
  }
}
