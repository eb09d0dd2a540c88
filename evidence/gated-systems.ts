/** What a stack file says of its systems to the gate. Pure. */
import * as z from "zod";
import type { EvidenceSettings } from "../settings/evidence";
import { migrationFolderView } from "../settings/migration-folder";
import { checklistOf } from "./checklists";
import { deployedBy } from "./deployed";
import type { GatedSystem } from "./gate";
import type { MigrationFolder } from "./migration-review";
import type { Window } from "./window";

const folders = z.looseObject({
  migration: migrationFolderView.optional(),
  migrations: migrationFolderView.optional(),
});

/** The fields of a system that the gate reads, parsed. */
export interface SystemFields {
  readonly namespace: string;
  readonly evidence?: EvidenceSettings | undefined;
  readonly alerting?: { readonly releaseWindows: readonly Window[] } | undefined;
  readonly canary?: { readonly phase: string } | undefined;
}

/** Fields of a system that migrates a database. */
const MIGRATES = ["migration", "migrations"] as const;

/** Every system of a stack, by its key. */
export const gatedSystems = (
  systems: Readonly<Partial<Record<string, SystemFields>>>,
): readonly GatedSystem[] =>
  Object.entries(systems).flatMap(([system, fields]) =>
    fields === undefined ? [] : [gatedSystem(system, fields)],
  );

function gatedSystem(system: string, fields: SystemFields): GatedSystem {
  const { namespace, evidence, alerting, canary } = fields;
  const lines = checklistOf(system)?.lines ?? [];
  return {
    system,
    namespace,
    deployed: deployedBy(system, fields),
    evidence,
    windows: evidence?.windows ?? alerting?.releaseWindows ?? [],
    migrates:
      MIGRATES.some((field) => field in fields) || lines.some(({ policy }) => policy === "release-migration"),
    goesBack: canary?.phase === "rollback",
    migrations: migrationFolderOf(system, fields),
  };
}

function migrationFolderOf(system: string, fields: SystemFields): MigrationFolder | undefined {
  const { data = {} } = folders.safeParse(fields);
  const key = MIGRATES.find((field) => data[field]?.folder !== undefined);
  const { folder, since } = (key && data[key]) ?? {};
  return folder === undefined ? undefined : { path: `golive:${system}.${key ?? ""}`, folder, since };
}
