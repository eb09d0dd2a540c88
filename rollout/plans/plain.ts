/** A release in place, verified and then watched: Kometa, ListaCompra, Guelaguetza (rows K14, K21, K22, L8, L12, G10–G14). Pure. */
import type { Parsed } from "../../settings/parsed";
import { backedUpElsewhere, forward, migration, service, type MigrationReceipt } from "../graph";
import type { ChangeStep, Plan } from "../plan";
import {
  change,
  EXPECTED,
  planOf,
  soakAt,
  SYSTEM,
  toNew,
  toOld,
  verifyAfter,
  waves,
  type Walk,
} from "./walk";

/** A migration that the release waits for. */
export interface Migrating {
  /** Name of its component, e.g. `guelaguetza-migration`: it backs up, checks the backup, migrates and verifies. */
  readonly component: string;
  /** Whether users are kept out while it runs (row G10); the step's own Job does that, and undoes it. */
  readonly maintenance: boolean;
}

/** What is released in place. */
export interface Plain {
  /** Names of the components that hold the pods: a way back touches nothing else, and runs no test or migration first. */
  readonly releases: readonly string[];
  /** @default - none */
  readonly migrating?: Migrating;
}

/** Everybody gets the new version at once, by Helm's own rolling update. */
export function plainPlan(walk: Walk, plain: Plain): Parsed<Plan> {
  const { moves, bound } = walk;
  const [first] = moves;
  const release: ChangeStep = {
    kind: "change",
    id: "release",
    title: `${bound.version} in place of ${walk.from}`,
    change: change(toNew(moves), SYSTEM),
    undo: change(toOld(moves), waves(...plain.releases)),
    percent: 100,
    ...(first === undefined || moves.length > 1 ? {} : { service: first.service }),
    ...(plain.migrating?.maintenance === true ? { downtime: "ends" } : {}),
    expectedSeconds: EXPECTED.pods,
  };
  const last = service(
    bound.system,
    [release, ...verifyAfter(walk, "release"), soakAt(walk, 100)],
    migrated(walk, plain.migrating),
  );
  return planOf(walk, forward(last));
}

function migrated(walk: Walk, migrating: Migrating | undefined): MigrationReceipt {
  if (migrating === undefined || walk.moves.length === 0) return migration([], backedUpElsewhere());
  const { component, maintenance } = migrating;
  const step: ChangeStep = {
    kind: "change",
    id: "migration",
    title: "backup, migration and its verification",
    change: change(toNew(walk.moves), waves(component)),
    schema: { worksWith: walk.worksWith },
    ...(maintenance ? { downtime: "begins" } : {}),
    backNeeds:
      "the schema stays; where the version before cannot work with it, reverse the migration or restore the backup",
    expectedSeconds: EXPECTED.migration,
  };
  return migration([step], backedUpElsewhere());
}
