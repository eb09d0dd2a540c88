/** Backups of a PostgreSQL cluster by pgBackRest: full, incremental, checked and verified, on time. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { cronJobSpec } from "./backup/cron-job";
import {
  CONFIG_FOLDER,
  type DatabaseHost,
  hostConfig,
  PGBACKREST_IMAGE,
  podConfig,
  TLS_FOLDER,
  TLS_PORT,
} from "./backup/pgbackrest-config";
import { backupSchedules, type BackupSchedules } from "./backup/schedule";
import { type CpuAndMemory, resources, RESTRICTED_CONTAINER } from "./jobs/once";

export interface PgBackRestArgs {
  /** Name of the ConfigMap, and of the CronJobs before their kind; at most 40 characters. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** pgBackRest's name for the cluster, e.g. `listacompra`. */
  readonly stanza: string;
  /** The host of the database, where `pgbackrest server` answers over TLS. */
  readonly database: DatabaseHost;
  /** Secret with `ca.crt`, `tls.crt` and `tls.key`, by which this client and that server know each other. */
  readonly tlsSecret: pulumi.Input<string>;
  /** Common name of the client's certificate, which the server lets in. @default - the stanza's name */
  readonly clientName?: string;
  /** Where backups and archived WAL go. */
  readonly repository: {
    readonly bucket: pulumi.Input<string>;
    readonly region: string;
    /** Folder of the bucket. @default "/pgbackrest" */
    readonly path?: string;
    /** Full backups that are kept, with what depends on them. @default 14 */
    readonly keepFull?: number;
    /** Differential backups that are kept, for who makes such by hand. @default - as long as their full backup */
    readonly keepDifferential?: number;
    /** Secret and its key with the passphrase that encrypts the repository; without it no backup can be read. */
    readonly cipher: { readonly secret: pulumi.Input<string>; readonly key: string };
  };
  /** Service account whose IAM role reads and writes the bucket (`ServiceAccountRole`). */
  readonly serviceAccount: pulumi.Input<string>;
  /** Limits of each container, which are its requests too. */
  readonly limits: CpuAndMemory;
  /** Hour of the day, in `timeZone`, of the full backup; the incremental ones follow every six hours. @default 0 */
  readonly fullHour?: number;
  /** @default "Etc/UTC" */
  readonly timeZone?: string;
  /** Image with pgbackrest 2.39 or later, of the same version as the host's. @default {@link PGBACKREST_IMAGE} */
  readonly image?: string;
}

/** Label `app` of the pods, by which a namespace's openings find them: to the host's TLS port, and to S3 and STS. */
export const PGBACKREST = "pgbackrest";
export { PGBACKREST_IMAGE, TLS_PORT as PGBACKREST_PORT };

const HOUR = 3600;

/** What each CronJob runs, one command after the other, and how long it may take: a backup ends before the next begins. */
const RUNS: Readonly<Record<keyof BackupSchedules, Run>> = {
  full: { commands: [["stanza-create"], ["backup", "--type=full"]], deadlineSeconds: 5.5 * HOUR },
  incremental: { commands: [["stanza-create"], ["backup", "--type=incr"]], deadlineSeconds: 5.5 * HOUR },
  check: { commands: [["check"]], deadlineSeconds: 0.25 * HOUR },
  verify: { commands: [["verify"]], deadlineSeconds: 6 * HOUR },
};

interface Run {
  readonly commands: readonly (readonly string[])[];
  readonly deadlineSeconds: number;
}

/**
 * Declares the configuration and four CronJobs, `<name>-full`, `-incremental`, `-check` and `-verify`. A first backup makes
 * the stanza; an incremental one before any full one is a full one. One that fails is tried twice more within its deadline.
 *
 * The database's host archives its WAL to the same repository and answers over TLS: `hostConfiguration` is its part.
 *
 * @see L14 of the requirements; https://pgbackrest.org/user-guide.html
 */
export class PgBackRest extends pulumi.ComponentResource {
  /** Names of the CronJobs by what they do, for alerts on the last that went well. */
  readonly cronJobs: Readonly<Record<keyof BackupSchedules, string>>;
  /** The pgbackrest.conf of the database's host. */
  readonly hostConfiguration: pulumi.Output<string>;

  constructor(name: string, args: PgBackRestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:PgBackRest", name, {}, opts);
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const { stanza, database, clientName = stanza } = args;
    const repository = repositoryOf(args);
    const config = new core.ConfigMap(
      name,
      {
        metadata: { name: args.name, namespace: args.namespace },
        data: { "pgbackrest.conf": repository.apply((known) => podConfig(stanza, known, database)) },
      },
      own,
    );
    const schedules = backupSchedules(args.fullHour);
    const declare = (kind: keyof BackupSchedules) => {
      const spec = cronJobSpec({
        schedule: schedules[kind],
        timeZone: args.timeZone,
        deadlineSeconds: RUNS[kind].deadlineSeconds,
        app: PGBACKREST,
        pod: pod(args, RUNS[kind], config.metadata.name),
      });
      const metadata = { name: `${args.name}-${kind}`, namespace: args.namespace };
      new batch.CronJob(`${name}-${kind}`, { metadata, spec }, own);
      return metadata.name;
    };
    this.cronJobs = {
      full: declare("full"),
      incremental: declare("incremental"),
      check: declare("check"),
      verify: declare("verify"),
    };
    this.hostConfiguration = repository.apply((known) => hostConfig(stanza, known, database, clientName));
    this.registerOutputs({ cronJobs: this.cronJobs, hostConfiguration: this.hostConfiguration });
  }
}

const repositoryOf = ({ repository }: PgBackRestArgs) => {
  const { region, path = "/pgbackrest", keepFull = 14, keepDifferential } = repository;
  return pulumi
    .output(repository.bucket)
    .apply((bucket) => ({ bucket, region, path, keepFull, keepDifferential }));
};

function pod(args: PgBackRestArgs, { commands }: Run, config: pulumi.Input<string>) {
  const containers = commands.map((command) => container(args, command));
  return {
    serviceAccountName: args.serviceAccount,
    initContainers: containers.slice(0, -1),
    containers: containers.slice(-1),
    volumes: [
      { name: "config", configMap: { name: config } },
      // pgBackRest refuses a key that others may read: root's own, and its group's.
      { name: "tls", secret: { secretName: args.tlsSecret, defaultMode: 0o440 } },
      { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
    ],
  };
}

const container = (
  { stanza, image = PGBACKREST_IMAGE, limits, repository: { cipher } }: PgBackRestArgs,
  command: readonly string[],
) => ({
  name: command[0] ?? PGBACKREST,
  image,
  command: ["pgbackrest", `--stanza=${stanza}`, ...command],
  env: [
    {
      name: "PGBACKREST_REPO1_CIPHER_PASS",
      valueFrom: { secretKeyRef: { name: cipher.secret, key: cipher.key } },
    },
  ],
  resources: resources(limits),
  securityContext: RESTRICTED_CONTAINER,
  terminationMessagePolicy: "FallbackToLogsOnError",
  volumeMounts: [
    { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
    { name: "tls", mountPath: TLS_FOLDER, readOnly: true },
    { name: "tmp", mountPath: "/tmp" },
  ],
});
