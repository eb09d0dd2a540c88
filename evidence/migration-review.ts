/** The review of a system's migrations, as far as its folder can be read (rows G3, L13). */
import { join } from "node:path";
import { readMigrations } from "../migrations/files";
import { review } from "../migrations/review";
import type { Before } from "../migrations/verdict";
import type { MigrationReview } from "./migration-verdict";
import { loadRecord, type LoadedRecord } from "./records";
import { SettingsError } from "../settings/mistakes";

/** Where a system's migrations lie. */
export interface MigrationFolder {
  /** Where the stack file says so: `golive:guelaguetza.migration`. */
  readonly path: string;
  /** From the stack file. */
  readonly folder: string;
  /** @default - every migration is judged */
  readonly since?: string | undefined;
}

/** Reviews a folder; `root` is the stack file's own. */
export async function reviewMigrations(
  { path, folder, since }: MigrationFolder,
  root: string,
): Promise<MigrationReview> {
  const migrations = readMigrations(join(root, folder));
  if (migrations === undefined) return { problem: `${path}.folder: there is no folder ${folder}` };
  if (migrations.length === 0) return { problem: `${path}.folder: ${folder} holds no migration` };
  if (since !== undefined && !migrations.some(({ name }) => name === since)) {
    const last = migrations.at(-1)?.name ?? "";
    return { problem: `${path}.since: ${folder} has no migration ${since}; its last is ${last}` };
  }
  return review({ folder, migrations, since });
}

/** What ran before a release, and what its code does without by its own record and those before it. */
export function beforeOf({ record }: LoadedRecord, systemFolder: string): Before {
  if (record.previous === null) return { kind: "nothing" };
  return {
    kind: "version",
    version: record.previous,
    contracts: contractsOf(record.previous, systemFolder, []),
  };
}

function contractsOf(
  version: string | null,
  systemFolder: string,
  seen: readonly string[],
): readonly string[] {
  const record =
    version === null || seen.includes(version) ? undefined : recordAt(join(systemFolder, version));
  if (record === undefined) return [];
  return [
    ...(record.contracts ?? []),
    ...contractsOf(record.previous, systemFolder, [...seen, record.version]),
  ];
}

/** A record that is not there, or that cannot be read, says nothing. */
function recordAt(folder: string) {
  try {
    return loadRecord(folder).record;
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}
