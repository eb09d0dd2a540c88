/**
 * ListaCompra: an API and an AI worker of one image, checked after each release, its database backed up. Rows L1, L3, L5,
 * L6, L8, L12, L14, L15; the document is `001-listacompra.md`.
 */
import * as pulumi from "@pulumi/pulumi";
import { ApplicationSecret } from "../components/application-secret";
import { CommandJob } from "../components/command-job";
import { ContainerRepository } from "../components/container-repository";
import { K6Job } from "../components/k6-job";
import { MigrationJob } from "../components/migration-job";
import { Namespace, type Opening } from "../components/namespace";
import { PGBACKREST, PgBackRest } from "../components/pg-backrest";
import { PrivateBucket } from "../components/private-bucket";
import { RESTORE_DRILL } from "../components/restore-drill";
import { ServiceAccountRole } from "../components/service-account-role";
import { ServiceIngress } from "../components/service-ingress";
import { ServiceRelease, type ServiceReleaseArgs } from "../components/service-release";
import type { Telemetry } from "../components/telemetry";
import { LISTACOMPRA_QUERIES } from "../observability/sql/listacompra";
import { imageReference, type ListaCompraSettings, oidcProviderArn, type StackSettings } from "../settings";
import { declareAccess } from "./access";
import { declareAdmission } from "./admission";
import { declareBackupBucket } from "./backup-bucket";
import { contactOutputs, urlOutputs } from "./contact-outputs";
import { verificationPlan } from "./listacompra-verification";
import { listaCompraMigration } from "./migrations";
import { LISTACOMPRA } from "./names";
import { PRIVATE_NETWORKS, toHttps } from "./networks";
import { namespaceQuota } from "./quota";
import { declareRestoreDrill } from "./restore-drill";
import { fromRouter, routerOf, tlsOf } from "./router";
import { toMetrics } from "./scraping";
import { secretSource, variables } from "./secret-sources";
import { quantities, serviceArgs } from "./service-args";
import { declareTelemetry, telemetryOpenings, withTelemetry } from "./telemetry";

const { api: API, worker: WORKER } = LISTACOMPRA;
/** Labels `app` of what runs once. */
const MIGRATION = "migration";
const VERIFICATION = "k6";
const SMOKE = "smoke";
/** The Secrets that Jobs know by name before they are there, each with the one variable that it holds. */
const NAMED = {
  DATABASE_URL: LISTACOMPRA.database.secret,
  HEALTHCHECK_TOKEN: "listacompra-healthcheck",
} as const;
const BUCKET_VARIABLE = "S3_BUCKET";

/** What a person or another program asks of the deployed system. */
export interface ListaCompraOutputs {
  readonly namespace: pulumi.Output<string>;
  readonly releases: Readonly<Record<string, pulumi.Output<string>>>;
  readonly image: string;
  /** Name of the migration's Job, for `kubectl logs`. */
  readonly migration: pulumi.Output<string>;
  /** CronJobs of the backups, and the pgbackrest.conf that the database's host needs. */
  readonly backup?: Pick<PgBackRest, "cronJobs" | "hostConfiguration">;
  readonly urls: object;
  readonly contacts: object;
}

/** Declares ListaCompra for one stack: releases → migration → `/health`, `/ready` → smoke tests. */
export class ListaCompra extends pulumi.ComponentResource {
  readonly outputs: ListaCompraOutputs;

  constructor(
    name: string,
    settings: ListaCompraSettings,
    stack: StackSettings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("golive:systems:ListaCompra", name, {}, opts);
    const place = { name, parent: this, settings, stack, tags: { system: name, stack: stack.stack } };
    declareRepository(place);
    const namespace = declareNamespace(place);
    declareAccess(name, namespace.name, stack, { parent: this });
    declareAdmission(name, settings.namespace, stack, { parent: this });
    const held = { parent: this, dependsOn: [namespace] };
    const telemetry = declareTelemetry(name, settings.namespace, settings.telemetry, stack, held);
    const secrets = declareSecrets(place, namespace);
    const releases = declareReleases(place, secrets, telemetry, [namespace, ...secrets]);
    const migration = declareMigration(place, releases);
    declareChecks(place, [migration.job]);
    const entrance = declareEntrance(place, releases);
    const backup = declareBackup(place, namespace);
    this.outputs = {
      namespace: namespace.name,
      releases: Object.fromEntries(releases.map(({ service, release }) => [service.name, release])),
      image: imageReference(stack.aws, settings.image),
      migration: migration.jobName,
      ...(backup === undefined
        ? {}
        : { backup: { cronJobs: backup.cronJobs, hostConfiguration: backup.hostConfiguration } }),
      urls: urlOutputs({ api: entrance.url }, settings.contacts),
      contacts: contactOutputs(settings.contacts),
    };
    this.registerOutputs(this.outputs);
  }
}

/** What every part of the system is declared from. */
interface Place {
  readonly name: string;
  readonly parent: ListaCompra;
  readonly settings: ListaCompraSettings;
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
      quota: namespaceQuota(settings.api, settings.worker, settings.telemetry),
      containerDefault: quantities(settings.api.requests),
      containerMaximum: quantities(stack.ceiling),
      openings: openings(settings, stack),
    },
    { parent },
  );

/** What the pods talk to. */
function openings(settings: ListaCompraSettings, stack: StackSettings): Opening[] {
  const { namespace, api, worker, ports, telemetry, backup } = settings;
  const inside = { namespace };
  const services = Object.entries(ports).flatMap(([service, port]) =>
    [API, WORKER].map((app) => privately(app, service, port)),
  );
  return [
    fromRouter(stack, API, api.port),
    ...toMetrics(stack, API, api),
    ...toMetrics(stack, WORKER, worker),
    { name: "api-from-jobs", app: API, direction: "ingress", port: api.port, peer: inside },
    ...[VERIFICATION, SMOKE].map((app): Opening => ({
      name: `${app}-to-api`,
      app,
      direction: "egress",
      port: api.port,
      peer: inside,
    })),
    ...services,
    privately(MIGRATION, "database", ports.database),
    ...[API, WORKER].map(toHttps),
    ...telemetryOpenings(telemetry, namespace, [API, WORKER]),
    ...(backup === undefined
      ? []
      : [privately(PGBACKREST, "database", backup.database.tlsPort), toHttps(PGBACKREST)]),
    ...(backup?.drill === undefined ? [] : [toHttps(RESTORE_DRILL)]),
  ];
}

const privately = (app: string, service: string, port: number): Opening => ({
  name: `${app}-to-${service}`,
  app,
  direction: "egress",
  port,
  peer: { cidrs: PRIVATE_NETWORKS },
});

/** The secret variables of the API and the worker; a generated one is the same for both. */
function declareSecrets(place: Place, namespace: Namespace): readonly ApplicationSecret[] {
  const { secrets } = variables(place.settings.environment);
  const declare = (name: string, values: typeof secrets, fixed: object) =>
    new ApplicationSecret(
      name,
      { namespace: namespace.name, values, store: place.stack.secretStore, ...fixed },
      { parent: place.parent },
    );
  const named = Object.entries(NAMED).flatMap(([variable, name]) => {
    const source = secrets[variable];
    return source === undefined ? [] : [declare(name, { [variable]: source }, { name })];
  });
  const others = Object.entries(secrets).filter(([variable]) => !(variable in NAMED));
  return [...named, declare(`${place.name}-environment`, Object.fromEntries(others), {})];
}

/** An annotation of the pods that changes with the secrets, so that they start anew whatever the Secrets' names. */
const SECRETS_VERSION = "golive.dev/secrets";
/** Characters of each Secret's version in it. */
const VERSION_LENGTH = 10;

/** What both workloads take from the system. */
function sharedArgs({ settings }: Place, secrets: readonly ApplicationSecret[]) {
  const versions = pulumi.all(secrets.map(({ version }) => version));
  return {
    environment: variables(settings.environment).environment,
    secretEnvironment: pulumi
      .all(secrets.map(({ environment }) => environment))
      .apply((environments) => environments.flat()),
    podAnnotations: {
      [SECRETS_VERSION]: versions.apply((texts) =>
        texts.map((text) => text.slice(0, VERSION_LENGTH)).join("-"),
      ),
    },
  };
}

function declareReleases(
  place: Place,
  secrets: readonly ApplicationSecret[],
  telemetry: Telemetry,
  dependsOn: readonly pulumi.Resource[],
): ServiceRelease[] {
  const { parent, settings, stack } = place;
  const { namespace, image, api, worker } = settings;
  const { environment, ...shared } = sharedArgs(place, secrets);
  const role = declareAttachments(place);
  const release = (name: string, workload: typeof api | typeof worker, own: Partial<ServiceReleaseArgs>) => {
    const args = serviceArgs({ name, namespace, settings: { ...workload, image }, stack });
    const whole = { ...args, ...shared, ...own, environment: { ...environment, ...args.environment } };
    return new ServiceRelease(workload.release, withTelemetry(whole, telemetry, stack), {
      parent,
      dependsOn: [...dependsOn, ...(role === undefined ? [] : [role])],
    });
  };
  return [
    release(API, api, { readyPath: api.readyPath, serviceAccountRole: role?.arn }),
    release(WORKER, worker, { command: worker.command }),
  ];
}

/** The bucket of attachments, where the environment has one, and the role by which the API's pods use it. */
function declareAttachments({ name, parent, settings, stack, tags }: Place): ServiceAccountRole | undefined {
  const bucket = variables(settings.environment).environment[BUCKET_VARIABLE];
  const { oidcProvider } = stack.aws;
  if (bucket === undefined || oidcProvider === undefined) return undefined;
  const made = new PrivateBucket(bucket, { name: bucket, tags }, { parent });
  return new ServiceAccountRole(
    `${name}-attachments`,
    {
      name: `${stack.stack}-${name}-attachments`,
      namespace: settings.namespace,
      serviceAccount: API,
      oidcProviderArn: oidcProviderArn(stack.aws, oidcProvider),
      statements: made.grants("readWrite"),
      tags,
    },
    { parent },
  );
}

/** After the releases, as the document has it: migrations keep to what the running code understands. */
const declareMigration = ({ name, parent, settings, stack }: Place, dependsOn: pulumi.Resource[]) =>
  new MigrationJob(LISTACOMPRA.migration(name), listaCompraMigration(name, settings, stack.aws), {
    parent,
    dependsOn,
  });

/** `/health` and `/ready`, then the application's own smoke tests. */
function declareChecks({ name, parent, settings, stack }: Place, dependsOn: pulumi.Resource[]): void {
  const { namespace, image, api, environment } = settings;
  const baseUrl = `http://${API}:${api.port}`;
  const key = "HEALTHCHECK_TOKEN";
  const hasToken = environment.some((variable) => variable.name === key);
  const secretEnvironment = hasToken ? [{ name: key, secret: NAMED[key], key }] : [];
  const { healthPath, readyPath } = api;
  const plan = verificationPlan({
    baseUrl,
    healthPath,
    readyPath,
    tokenVariable: hasToken ? key : undefined,
  });
  const verification = new K6Job(
    LISTACOMPRA.verification(name),
    { name: LISTACOMPRA.verification(name), namespace, plan, version: image.tag, secretEnvironment },
    { parent, dependsOn },
  );
  new CommandJob(
    LISTACOMPRA.smoke(name),
    {
      name: LISTACOMPRA.smoke(name),
      namespace,
      app: SMOKE,
      image: imageReference(stack.aws, image),
      command: ["npm", "run", "test:smoke"],
      version: image.tag,
      environment: { BASE_URL: baseUrl },
      secretEnvironment,
      limits: quantities(api.limits),
    },
    { parent, dependsOn: [verification.job] },
  );
}

const declareEntrance = ({ name, parent, settings, stack }: Place, dependsOn: pulumi.Resource[]) =>
  new ServiceIngress(
    name,
    {
      name: API,
      namespace: settings.namespace,
      host: settings.host,
      service: { service: API, port: settings.api.port },
      tls: tlsOf(stack, `${name}-tls`),
      router: routerOf(stack),
    },
    { parent, dependsOn },
  );

const CIPHER = "passphrase";

function declareBackup(place: Place, namespace: Namespace): PgBackRest | undefined {
  const { name, parent, settings, stack } = place;
  const { backup } = settings;
  if (backup === undefined) return undefined;
  const own = { parent, dependsOn: [namespace] };
  const cipher = new ApplicationSecret(
    `${name}-backup`,
    {
      namespace: namespace.name,
      name: `${name}-backup`,
      values: { [CIPHER]: secretSource(backup.cipher) },
      store: stack.secretStore,
    },
    { parent },
  );
  const { bucket, serviceAccount } = declareBackupBucket(
    `${name}-backup`,
    { bucket: backup.bucket },
    { ...place, namespace: settings.namespace },
    own,
  );
  const cipherKey = { secret: `${name}-backup`, key: CIPHER };
  if (backup.drill !== undefined) {
    declareRestoreDrill(
      {
        ...place,
        namespace: settings.namespace,
        settings: backup.drill,
        bucket,
        from: {
          kind: "pgBackRest",
          stanza: LISTACOMPRA.stanza,
          database: backup.drill.database,
          repository: { bucket: bucket.name, region: stack.aws.region, cipher: cipherKey },
        },
        queries: LISTACOMPRA_QUERIES,
        limits: quantities(backup.limits),
      },
      { parent, dependsOn: [namespace, cipher] },
    );
  }
  return new PgBackRest(
    LISTACOMPRA.backup(name),
    {
      name: LISTACOMPRA.backup(name),
      namespace: settings.namespace,
      stanza: LISTACOMPRA.stanza,
      database: backup.database,
      tlsSecret: backup.tlsSecret,
      repository: {
        bucket: bucket.name,
        region: stack.aws.region,
        keepFull: backup.keepFull,
        cipher: cipherKey,
      },
      serviceAccount,
      limits: quantities(backup.limits),
    },
    { parent, dependsOn: [namespace, cipher] },
  );
}
