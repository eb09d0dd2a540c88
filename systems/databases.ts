/** The database of each system that has one, as a recovery needs it: who writes to it, what asks it, how it comes back. Pure. */
import { podLabels } from "../components/jobs/once";
import { APP, reversalSpec, stepsPod } from "../components/migration/pod";
import { questionsSpec, restoreSpec } from "../components/migration/restore";
import { migrationSteps, type Maintenance, type VerificationQuery } from "../components/migration/steps";
import type { MigrationTool } from "../components/migration/tools";
import { GUELAGUETZA as ASKED, GUELAGUETZA_QUERIES } from "../observability/sql/guelaguetza";
import { LISTACOMPRA_QUERIES } from "../observability/sql/listacompra";
import { verifications } from "../observability/sql/query";
import { s5Queries } from "../observability/sql/s5";
import { imageReference, s5Versioned, type StackSettings } from "../settings";
import { GUELAGUETZA, LISTACOMPRA, S5_DATABASE, verificationName } from "./names";
import { quantities } from "./service-args";

/** Spec of a Job of Kubernetes. */
type JobSpec = Readonly<Record<string, unknown>>;

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
  readonly restore?: ((dump: string) => JobSpec) | { readonly byHand: string };
  /** Applies what its data lack of the present version's migrations, and asks the queries. */
  readonly migrate: JobSpec;
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

interface Migrated {
  readonly job: string;
  readonly version: string;
  readonly image: string;
  readonly tool: MigrationTool;
  readonly database: { readonly secret: string; readonly key: string };
  readonly limits: ReturnType<typeof quantities>;
  readonly verify: readonly VerificationQuery[];
}

const SECONDS = { waitSeconds: 60, lockSeconds: 5, statementSeconds: 60 } as const;
const DEADLINE_SECONDS = 900;

const jobs = ({ job, version, image, tool, database, limits, verify }: Migrated) => ({
  job,
  reverse: (taken: string): JobSpec => reversalSpec({ name: job, version: taken, tool, database, limits }),
  migrate: {
    backoffLimit: 0,
    activeDeadlineSeconds: DEADLINE_SECONDS,
    template: {
      metadata: { labels: podLabels(APP) },
      spec: stepsPod(migrationSteps({ job, version, image, tool, verify, ...SECONDS }), {
        image,
        database,
        limits,
      }),
    },
  },
});

/** What is asked of a database that has the column version no more. */
const BEFORE_VERSIONS = GUELAGUETZA_QUERIES.filter(
  (query) => query !== ASKED.versionColumn && query !== ASKED.versionsBegin,
);

function ofGuelaguetza(settings: NonNullable<Systems["guelaguetza"]>, aws: Aws): SystemDatabase {
  const { namespace, host, image, migration, maintenance, replicas, limits } = settings;
  const job = GUELAGUETZA.migration("guelaguetza");
  const [, backups = ""] = GUELAGUETZA.migrationResources("guelaguetza");
  const { database } = GUELAGUETZA;
  const quantity = quantities(limits);
  const asked = (version: string) =>
    verifications(version === migration.versionColumnSince ? BEFORE_VERSIONS : GUELAGUETZA_QUERIES, {
      once: false,
    });
  const queries = verifications(GUELAGUETZA_QUERIES, { once: false });
  return {
    namespace,
    writers: { [GUELAGUETZA.service]: replicas },
    maintenance: {
      enable: `https://${host}${maintenance.enablePath}`,
      disable: `https://${host}${maintenance.disablePath}`,
    },
    ...jobs({
      ...{ job, version: image.tag, image: imageReference(aws, image), tool: "prisma", database },
      ...{ limits: quantity, verify: queries },
    }),
    verify: (version) => questionsSpec({ database, limits: quantity, verify: asked(version) }),
    restore: (dump) =>
      restoreSpec({ name: job, backups, dump, database, limits: quantity, verify: asked(versionOf(dump)) }),
  };
}

/** `v1.1.0-20261128T030405Z.dump` is of v1.1.0. */
const versionOf = (dump: string): string => dump.replace(/-\d{8}T\d{6}Z\.dump$/, "");

function ofListaCompra(settings: NonNullable<Systems["listacompra"]>, aws: Aws): SystemDatabase {
  const { namespace, image, api, worker, backup } = settings;
  return {
    namespace,
    writers: { [LISTACOMPRA.api]: api.replicas, [LISTACOMPRA.worker]: worker.replicas },
    ...jobs({
      ...{ job: LISTACOMPRA.migration("listacompra"), version: image.tag, image: imageReference(aws, image) },
      ...{ tool: "prisma", database: LISTACOMPRA.database, limits: quantities(api.limits) },
      verify: verifications(LISTACOMPRA_QUERIES, { once: true }),
    }),
    ...(backup === undefined
      ? {}
      : {
          restore: {
            byHand: `on ${backup.database.host}: pgbackrest --stanza=${LISTACOMPRA.stanza} --delta restore, as docs/runbooks has it`,
          },
        }),
  };
}

function ofS5(settings: NonNullable<Systems["s5"]>, aws: Aws): SystemDatabase {
  const { namespace, migrations } = settings;
  const { image, limits, expectedVersion } = migrations;
  const apis = [settings.auth, settings.catalog, settings.orders];
  return {
    namespace,
    writers: Object.fromEntries(
      apis.map(({ release, image: { tag }, replicas }) => [s5Versioned(release, tag), replicas]),
    ),
    ...jobs({
      ...{ job: verificationName("s5", "migrations"), version: image.tag, image: imageReference(aws, image) },
      ...{ tool: "db-migrate", database: S5_DATABASE("s5"), limits: quantities(limits) },
      verify: verifications(s5Queries(expectedVersion), { once: true }),
    }),
  };
}
