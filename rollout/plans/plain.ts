/** A release in place, verified and then watched: Kometa, ListaCompra, Guelaguetza (rows K14, K21, K22, L8, L12, G10–G14). Pure. */
import type { Parsed } from "../../settings/parsed";
import { backedUpElsewhere, forward, migration, service, type MigrationReceipt } from "../graph";
import type { ChangeStep, Plan } from "../plan";
import {
  change,
  EXPECTED,
  type Move,
  NOTHING,
  planOf,
  schemaStays,
  resources,
  soakAt,
  SYSTEM,
  toNew,
  toOld,
  verifyAfter,
  type Walk,
} from "./walk";

/** A migration that the release waits for. */
export interface Migrating {
  /** Its resources, by name: they back up, check the backup, migrate and verify. */
  readonly resources: readonly string[];
  /** Its Job keeps users out while it migrates, and lets them in again, whatever becomes of it (row G10). @default false */
  readonly keepsOut?: boolean;
}

/** What is released in place. */
export interface Plain {
  /** The resources that hold the pods, by name: a way back touches nothing else, and runs no test or migration first. */
  readonly releases: readonly string[];
  /** @default - none, or one that the system's own `up` runs after its pods */
  readonly migrating?: Migrating;
  /** Whether the system's own `up` migrates. @default false */
  readonly migrates?: boolean;
}

/** Everybody gets the new version at once, by Helm's own rolling update. */
export function plainPlan(walk: Walk, plain: Plain): Parsed<Plan> {
  const { moves, bound } = walk;
  const [first] = moves;
  const migrating = moves.length === 0 ? undefined : plain.migrating;
  const release: ChangeStep = {
    kind: "change",
    id: "release",
    title: `${bound.version} in place of ${walk.from}`,
    change: change(toNew(moves), SYSTEM),
    undo: change(toOld(moves), resources(...plain.releases)),
    percent: 100,
    ...(plain.migrates === true && !worksWith(walk, first) ? { backNeeds: schemaStays(walk) } : {}),
    ...(first === undefined || moves.length > 1 ? {} : { service: first.service }),
    expectedSeconds: EXPECTED.pods,
  };
  const steps = [release, ...verifyAfter(walk, "release"), soakAt(walk, 100)];
  return planOf(walk, forward(service(bound.system, steps, migrated(walk, migrating))));
}

/** Whether the version before is known to work with the new one's schema. */
const worksWith = (walk: Walk, move: Move | undefined): boolean =>
  move !== undefined && walk.worksWith.includes(move.service);

function migrated(walk: Walk, migrating: Migrating | undefined): MigrationReceipt {
  if (migrating === undefined) return migration([], backedUpElsewhere());
  const step: ChangeStep = {
    kind: "change",
    id: "migration",
    title: `backup, migration and its verification${migrating.keepsOut === true ? "; users are kept out meanwhile" : ""}`,
    change: change(toNew(walk.moves), resources(...migrating.resources)),
    undo: change(toOld(walk.moves), NOTHING),
    schema: { worksWith: walk.worksWith },
    backNeeds: schemaStays(walk),
    ...(migrating.keepsOut === true ? { downtime: "within" } : {}),
    expectedSeconds: EXPECTED.migration,
  };
  return migration([step], backedUpElsewhere());
}
