/** Guelaguetza: a backend whose every release backs up, migrates and verifies its database first. Rows G2–G5, G10, G11; the document is `002-guelaguetza-optimistic-locking.md`. */
import * as pulumi from "@pulumi/pulumi";
import { ApplicationSecret } from "../components/application-secret";
import { ContainerRepository } from "../components/container-repository";
import { K6Job } from "../components/k6-job";
import { MigrationJob } from "../components/migration-job";
import { Namespace, type Opening } from "../components/namespace";
import { PG_DUMP, PgDumpBackup } from "../components/pg-dump-backup";
import { RESTORE_DRILL } from "../components/restore-drill";
import { SQL_EXPORTER, SQL_EXPORTER_PORT, SqlExporter } from "../components/sql-exporter";
import { ServiceIngress } from "../components/service-ingress";
import { ServiceRelease } from "../components/service-release";
import { GUELAGUETZA_QUERIES } from "../observability/sql/guelaguetza";
import { metricQueries } from "../observability/sql/query";
import {
  imageReference,
  parseCpu,
  parseMemory,
  valueOf,
  type GuelaguetzaSettings,
  type StackSettings,
} from "../settings";
import { declareAccess } from "./access";
import { declareAdmission } from "./admission";
import { declareBackupBucket } from "./backup-bucket";
import { contactOutputs, urlOutputs } from "./contact-outputs";
import { smokePlan, TOKENS } from "./guelaguetza-smoke";
import { guelaguetzaMigration } from "./migrations";
import { GUELAGUETZA } from "./names";
import { PRIVATE_NETWORKS, toHttps } from "./networks";
import { namespaceQuota } from "./quota";
import { declareRestoreDrill } from "./restore-drill";
import { fromRouter, routerOf, tlsOf } from "./router";
import { fromPrometheus, toMetrics } from "./scraping";
import { secretSource } from "./secret-sources";
import { quantities, serviceArgs } from "./service-args";

const { service: SERVICE, database: DATABASE, databasePort: POSTGRES_PORT } = GUELAGUETZA;
const TEST_ACCOUNTS = "guelaguetza-test-accounts";
/** An annotation of the pods that changes with the database's URL, so that they start anew. */
const DATABASE_VERSION = "golive.dev/database";

/** One pod of it asks the database; its answers are small. */
const EXPORTER = {
  replicas: 1,
  limits: { cpu: valueOf(parseCpu("50m")), memory: valueOf(parseMemory("64Mi")) },
} as const;

/** What a person or another program asks of the deployed system. */
export interface GuelaguetzaOutputs {
  readonly namespace: pulumi.Output<string>;
  readonly release: pulumi.Output<string>;
  readonly image: string;
  /** Name of the migration's Job, for `kubectl logs`. */
  readonly migration: pulumi.Output<string>;
  /** Name of the CronJob of the dumps. */
  readonly backup: string;
  /** Addresses that turn maintenance on and off, by POST. */
  readonly maintenance: { readonly enable: string; readonly disable: string };
  readonly urls: object;
  readonly contacts: object;
}

/** Declares Guelaguetza for one stack: backup → migration → verification → release → entrance → smoke test. */
export class Guelaguetza extends pulumi.ComponentResource {
  readonly outputs: GuelaguetzaOutputs;

  constructor(
    name: string,
    settings: GuelaguetzaSettings,
    stack: StackSettings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("golive:systems:Guelaguetza", name, {}, opts);
    const place = { name, parent: this, settings, stack, tags: { system: name, stack: stack.stack } };
    declareRepository(place);
    const namespace = declareNamespace(place);
    declareAccess(name, namespace.name, stack, { parent: this });
    declareAdmission(name, settings.namespace, stack, { parent: this });
    const database = declareDatabase(place, namespace);
    const backup = declareBackup(place, [namespace, database]);
    const migration = declareMigration(place, [namespace, database]);
    const release = declareRelease(place, database, [namespace, database, migration]);
    const entrance = declareEntrance(place, [namespace, release]);
    declareSmoke(place, namespace, [release, entrance]);
    declareExporter(place, database, [namespace, database]);
    this.outputs = {
      namespace: namespace.name,
      release: release.release,
      image: imageReference(stack.aws, settings.image),
      migration: migration.jobName,
      backup: backup.cronJob,
      maintenance: {
        enable: `${entrance.url}${settings.maintenance.enablePath}`,
        disable: `${entrance.url}${settings.maintenance.disablePath}`,
      },
      urls: urlOutputs({ api: entrance.url }, settings.contacts),
      contacts: contactOutputs(settings.contacts),
    };
    this.registerOutputs(this.outputs);
  }
}

/** What every part of the system is declared from. */
interface Place {
  readonly name: string;
  readonly parent: Guelaguetza;
  readonly settings: GuelaguetzaSettings;
  readonly stack: StackSettings;
  readonly tags: Readonly<Record<string, string>>;
}

function declareRepository({ parent, settings: { image }, tags }: Place): void {
  new ContainerRepository(image.repository, { name: image.repository, tags }, { parent });
}

const declareNamespace = ({ parent, settings, stack }: Place) =>
  new Namespace(
    settings.namespace,
    {
      name: settings.namespace,
      quota: namespaceQuota(settings, ...(stack.observability ? [EXPORTER] : [])),
      containerDefault: quantities(settings.requests),
      containerMaximum: quantities(stack.ceiling),
      openings: [
        fromRouter(stack, SERVICE, settings.port),
        ...toMetrics(stack, SERVICE, settings),
        ...fromPrometheus(stack, SQL_EXPORTER, SQL_EXPORTER_PORT),
        ...[SERVICE, "migration", PG_DUMP, ...(stack.observability ? [SQL_EXPORTER] : [])].map(toDatabase),
        ...[SERVICE, PG_DUMP, "k6"].map(toHttps),
        ...toMaintenance(settings),
        ...(settings.backup.drill === undefined ? [] : [toHttps(RESTORE_DRILL)]),
      ],
    },
    { parent },
  );

/** The migration keeps users out by the service itself. */
const toMaintenance = ({ namespace, port }: GuelaguetzaSettings): Opening[] => [
  { name: "migration-to-backend", app: "migration", direction: "egress", port, peer: { namespace } },
  { name: "backend-from-jobs", app: SERVICE, direction: "ingress", port, peer: { namespace } },
];

const toDatabase = (app: string): Opening => ({
  name: `${app}-to-database`,
  app,
  direction: "egress",
  port: POSTGRES_PORT,
  peer: { cidrs: PRIVATE_NETWORKS },
});

/** Under a name that Jobs know before it is there. */
const declareDatabase = ({ parent, settings, stack }: Place, namespace: Namespace) =>
  new ApplicationSecret(
    DATABASE.secret,
    {
      namespace: namespace.name,
      name: DATABASE.secret,
      values: { [DATABASE.key]: secretSource(settings.database) },
      store: stack.secretStore,
    },
    { parent },
  );

function declareBackup(place: Place, dependsOn: pulumi.Resource[]): PgDumpBackup {
  const { name, parent, settings, stack } = place;
  const { namespace, backup, limits } = settings;
  const { bucket, serviceAccount } = declareBackupBucket(
    `${name}-backup`,
    backup,
    { ...place, namespace },
    { parent, dependsOn },
  );
  if (backup.drill !== undefined) {
    declareRestoreDrill(
      {
        ...place,
        namespace,
        settings: backup.drill,
        bucket,
        from: { kind: "pg_dump", bucket: { name: bucket.name, region: stack.aws.region } },
        queries: GUELAGUETZA_QUERIES,
        limits: quantities(limits),
      },
      { parent, dependsOn },
    );
  }
  return new PgDumpBackup(
    GUELAGUETZA.backup(name),
    {
      name: GUELAGUETZA.backup(name),
      namespace,
      database: DATABASE,
      bucket: { name: bucket.name, region: stack.aws.region },
      serviceAccount,
      limits: quantities(limits),
      storage: backup.storage.text,
    },
    { parent, dependsOn },
  );
}

/** The document's order: backup, check, maintenance, migrate, status, verify, and only then the new code. */
const declareMigration = ({ name, parent, settings, stack }: Place, dependsOn: pulumi.Resource[]) =>
  new MigrationJob(GUELAGUETZA.migration(name), guelaguetzaMigration(name, settings, stack.aws), {
    parent,
    dependsOn,
  });

const declareRelease = (
  { parent, settings, stack }: Place,
  database: ApplicationSecret,
  dependsOn: pulumi.Resource[],
) =>
  new ServiceRelease(
    settings.release,
    {
      ...serviceArgs({ name: SERVICE, namespace: settings.namespace, settings, stack }),
      secretEnvironment: database.environment,
      podAnnotations: { [DATABASE_VERSION]: database.version },
    },
    { parent, dependsOn },
  );

/** What the business alerts are told by: the database itself, asked every five minutes. */
function declareExporter(
  { name, parent, settings: { namespace }, stack: { observability } }: Place,
  { version }: ApplicationSecret,
  dependsOn: pulumi.Resource[],
): void {
  if (observability === undefined) return;
  new SqlExporter(
    `${name}-${SQL_EXPORTER}`,
    {
      namespace,
      database: DATABASE,
      databaseVersion: version,
      queries: metricQueries(GUELAGUETZA_QUERIES),
      labels: observability.prometheus.labels,
      limits: quantities(EXPORTER.limits),
    },
    { parent, dependsOn },
  );
}

const declareEntrance = ({ name, parent, settings, stack }: Place, dependsOn: pulumi.Resource[]) =>
  new ServiceIngress(
    name,
    {
      name: SERVICE,
      namespace: settings.namespace,
      host: settings.host,
      service: { service: SERVICE, port: settings.port },
      tls: tlsOf(stack, `${name}-tls`),
      router: routerOf(stack),
    },
    { parent, dependsOn },
  );

/** The tokens are in a Secret of their own: the service has no use for them. */
function declareSmoke(
  { name, parent, settings, stack }: Place,
  namespace: Namespace,
  dependsOn: pulumi.Resource[],
): void {
  const { smoke, image } = settings;
  const tokens = new ApplicationSecret(
    TEST_ACCOUNTS,
    {
      namespace: namespace.name,
      name: TEST_ACCOUNTS,
      values: {
        [TOKENS.buyer]: secretSource(smoke.buyerToken),
        [TOKENS.overbuyer]: secretSource(smoke.overbuyerToken),
      },
      store: stack.secretStore,
    },
    { parent },
  );
  new K6Job(
    GUELAGUETZA.smoke(name),
    {
      name: GUELAGUETZA.smoke(name),
      namespace: settings.namespace,
      plan: smokePlan(settings),
      version: image.tag,
      secretEnvironment: Object.values(TOKENS).map((key) => ({ name: key, secret: TEST_ACCOUNTS, key })),
    },
    { parent, dependsOn: [...dependsOn, tokens] },
  );
}
