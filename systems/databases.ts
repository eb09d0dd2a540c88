/** The database of each system that has one, as a recovery needs it: who writes to it, what asks it, how it comes back. Pure. */
import { onceSpec } from "../components/jobs/once";
import { APP, backupsClaim, migrationPod, reversalSpec } from "../components/migration/pod";
import { questionsSpec, restoreSpec } from "../components/migration/restore";
import type { Maintenance } from "../components/migration/steps";
import { GUELAGUETZA as ASKED, GUELAGUETZA_QUERIES } from "../observability/sql/guelaguetza";
import { verifications } from "../observability/sql/query";
import { s5Versioned, type StackSettings } from "../settings";
import { guelaguetzaMigration, listaCompraMigration, type Migration, s5Migration } from "./migrations";
import { GUELAGUETZA, LISTACOMPRA } from "./names";

const DEADLINE_SECONDS = 900;

/** Spec of a Job of Kubernetes. */
type JobSpec = Readonly<Record<string, unknown>>;

/** A restore that no Job does. */
interface RestoredByHand {
  /** What a person does. */
  readonly byHand: string;
  /** Applies what the restored data lack of the present version's migrations, and asks the queries. */
  readonly migrate: JobSpec;
}

/** What is known of a system's database. */
export interface SystemDatabase {
  readonly namespace: string;
  /** Name of its migration's Job. */
  readonly job: string;
  /** Deployments that write to it, with the pods that they have. */
  readonly writers: Readonly<Record<string, number>>;
  /** Addresses that keep users out, and let them in. @default - it has none */
  readonly maintenance?: Maintenance;
  /** Takes a version's migrations back. */
  readonly reverse: (version: string) => JobSpec;
  /** Asks the queries that hold once a version's migrations are taken back. @default - there are none */
  readonly verify?: (version: string) => JobSpec;
  /** Puts a backup back: a dump, or the latest of a version's; or what a person does on its own host. @default - it has no backup */
  readonly restore?: ((dump: string) => JobSpec) | RestoredByHand;
}

/** Of a system that has a database and a migration. */
export function databaseOf({ systems, aws }: StackSettings, system: string): SystemDatabase | undefined {
  const { guelaguetza, listacompra, s5 } = systems;
  if (system === "guelaguetza" && guelaguetza !== undefined) return ofGuelaguetza(guelaguetza, aws);
  if (system === "listacompra" && listacompra !== undefined) return ofListaCompra(listacompra, aws);
  return system === "s5" && s5 !== undefined ? ofS5(s5, aws) : undefined;
}

type Systems = StackSettings["systems"];
type Aws = StackSettings["aws"];

const backOf = (migration: Migration) => ({
  job: migration.name,
  reverse: (version: string): JobSpec => reversalSpec({ ...migration, version }),
});

/** What is asked of a database that has the column version no more. */
const BEFORE_VERSIONS = GUELAGUETZA_QUERIES.filter(
  (query) => query !== ASKED.versionColumn && query !== ASKED.versionsBegin,
);

function ofGuelaguetza(settings: NonNullable<Systems["guelaguetza"]>, aws: Aws): SystemDatabase {
  const { namespace, host, migration, maintenance, replicas } = settings;
  const own = guelaguetzaMigration("guelaguetza", settings, aws);
  const { database, limits, name } = own;
  const asked = (version: string) =>
    verifications(version === migration.versionColumnSince ? BEFORE_VERSIONS : GUELAGUETZA_QUERIES, {
      once: false,
    });
  return {
    namespace,
    writers: { [GUELAGUETZA.service]: replicas },
    maintenance: {
      enable: `https://${host}${maintenance.enablePath}`,
      disable: `https://${host}${maintenance.disablePath}`,
    },
    ...backOf(own),
    verify: (version) => questionsSpec({ database, limits, verify: asked(version) }),
    restore: (dump) =>
      restoreSpec({
        name,
        backups: backupsClaim(name),
        dump,
        database,
        limits,
        verify: asked(versionOf(dump)),
      }),
  };
}

/** `v1.1.0-20261128T030405Z.dump` is of v1.1.0. */
const versionOf = (dump: string): string => dump.replace(/-\d{8}T\d{6}Z\.dump$/, "");

function ofListaCompra(settings: NonNullable<Systems["listacompra"]>, aws: Aws): SystemDatabase {
  const { namespace, api, worker, backup } = settings;
  const own = listaCompraMigration("listacompra", settings, aws);
  return {
    namespace,
    writers: { [LISTACOMPRA.api]: api.replicas, [LISTACOMPRA.worker]: worker.replicas },
    ...backOf(own),
    ...(backup === undefined
      ? {}
      : {
          restore: {
            byHand: `on ${backup.database.host}: pgbackrest --stanza=${LISTACOMPRA.stanza} --delta restore, as docs/runbooks has it`,
            migrate: onceSpec(APP, DEADLINE_SECONDS, migrationPod(own, own.database)),
          },
        }),
  };
}

function ofS5(settings: NonNullable<Systems["s5"]>, aws: Aws): SystemDatabase {
  const apis = [settings.auth, settings.catalog, settings.orders];
  return {
    namespace: settings.namespace,
    writers: Object.fromEntries(
      apis.map(({ release, image: { tag }, replicas }) => [s5Versioned(release, tag), replicas]),
    ),
    ...backOf(s5Migration("s5", settings, aws)),
  };
}
