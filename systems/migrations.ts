/** The migration of each system that has a database: what its Job is declared by, and what a recovery takes back. Pure. */
import type { MigrationJobArgs } from "../components/migration-job";
import { GUELAGUETZA_QUERIES } from "../observability/sql/guelaguetza";
import { LISTACOMPRA_QUERIES } from "../observability/sql/listacompra";
import { verifications } from "../observability/sql/query";
import { s5Queries } from "../observability/sql/s5";
import {
  imageReference,
  type GuelaguetzaSettings,
  type ListaCompraSettings,
  type S5Settings,
  type StackSettings,
} from "../settings";
import { GUELAGUETZA, LISTACOMPRA, S5_DATABASE, verificationName } from "./names";
import { quantities } from "./service-args";

/** A migration whose names are known before anything is declared. */
export interface Migration extends MigrationJobArgs {
  readonly namespace: string;
  readonly database: { readonly secret: string; readonly key: string };
}

type Aws = StackSettings["aws"];

export function guelaguetzaMigration(name: string, settings: GuelaguetzaSettings, aws: Aws): Migration {
  const { namespace, image, migration, maintenance, backup, limits, port } = settings;
  const service = `http://${GUELAGUETZA.service}:${port}`;
  return {
    name: GUELAGUETZA.migration(name),
    namespace,
    version: image.tag,
    image: imageReference(aws, image),
    tool: "prisma",
    database: GUELAGUETZA.database,
    backup: { storage: backup.storage.text },
    maintenance: {
      enable: `${service}${maintenance.enablePath}`,
      disable: `${service}${maintenance.disablePath}`,
    },
    verify: verifications(GUELAGUETZA_QUERIES, { once: image.tag === migration.versionColumnSince }),
    limits: quantities(limits),
    deadlineSeconds: migration.timeout.seconds,
    lockSeconds: migration.lockTimeout.seconds,
    statementSeconds: migration.statementTimeout.seconds,
  };
}

export function listaCompraMigration(name: string, settings: ListaCompraSettings, aws: Aws): Migration {
  const { namespace, image, api, migration } = settings;
  return {
    name: LISTACOMPRA.migration(name),
    namespace,
    version: image.tag,
    image: imageReference(aws, image),
    tool: "prisma",
    database: LISTACOMPRA.database,
    verify: verifications(LISTACOMPRA_QUERIES, { once: true }),
    limits: quantities(api.limits),
    lockSeconds: migration.lockTimeout.seconds,
    statementSeconds: migration.statementTimeout.seconds,
  };
}

export function s5Migration(name: string, { namespace, migrations }: S5Settings, aws: Aws): Migration {
  const { image, expectedVersion, limits, timeout, lockTimeout, statementTimeout } = migrations;
  return {
    name: verificationName(name, "migrations"),
    namespace,
    version: image.tag,
    image: imageReference(aws, image),
    tool: "db-migrate",
    database: S5_DATABASE(name),
    verify: verifications(s5Queries(expectedVersion), { once: true }),
    limits: quantities(limits),
    deadlineSeconds: timeout.seconds,
    lockSeconds: lockTimeout.seconds,
    statementSeconds: statementTimeout.seconds,
  };
}
