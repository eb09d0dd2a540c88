/** A database migration as a Job: backup, check of the backup, migration, verification. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import {
  type CpuAndMemory,
  literal,
  patienceSeconds,
  resources,
  RESTRICTED_CONTAINER,
  RESTRICTED_POD,
  runOnce,
} from "./jobs/once";
import { migrationSteps, type MigrationTool, type Step, type VerificationQuery } from "./migration/steps";

export interface MigrationJobArgs {
  /** Name of the Job before its hash; at most 48 characters. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** The version that is released: each has a Job of its own. */
  readonly version: string;
  /** Image of the application, which holds the tool and the migrations. */
  readonly image: string;
  /** What applies the migrations: `prisma` (`migrate deploy`, then `migrate status`), `db-migrate` (`up`), or `sql`. */
  readonly tool: MigrationTool;
  /** The Secret of the namespace, and its key, that hold the database's URL. A Secret of another name runs the Job anew. */
  readonly database: { readonly secret: pulumi.Input<string>; readonly key: string };
  /** Where a dump of the database goes before the migration. @default - no backup */
  readonly backup?: {
    /** Size of the volume, as a Kubernetes quantity, e.g. `10Gi`. */
    readonly storage: string;
    /** @default - the cluster's own */
    readonly storageClass?: string;
  };
  /** What the database must answer after the migration. @default - nothing is asked */
  readonly verify?: readonly VerificationQuery[];
  /** Image with psql, pg_dump and pg_restore, no older than the server. @default "docker.io/library/postgres:15.18" */
  readonly client?: string;
  /** Limits of each step. */
  readonly limits: CpuAndMemory;
  /** Seconds in which all steps must be done. @default 900 */
  readonly deadlineSeconds?: number;
}

type Database = MigrationJobArgs["database"];

const CLIENT = "docker.io/library/postgres:15.18";
const BACKUPS = "/backups";

/**
 * Declares a Job of one pod whose containers are the steps, one after the other, each with logs of its own: the backup
 * (`pg_dump`, custom format) and its check (size, contents, readable to its end), the tool's commands, the queries. The
 * first that fails ends the Job and fails the `up`. With a backup, a volume for the dumps as well.
 *
 * The Job is named `<name>-<hash>` and kept: an `up` that changes nothing of it does not run it again; another version,
 * image, query or limit is another Job, which runs. A Job that failed runs again at the next `up`. The tools themselves
 * apply a migration once, so that a second run of the same version changes nothing.
 *
 * @throws {RangeError} when the name is too long.
 * @see L8, L11, G2, G3, S4 of the requirements
 */
export class MigrationJob extends pulumi.ComponentResource {
  /** The Job: what depends on it waits until the migration is verified. */
  readonly job: batch.Job;
  /** Name of the Job, for `kubectl logs`. */
  readonly jobName: pulumi.Output<string>;

  constructor(name: string, args: MigrationJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:MigrationJob", name, {}, opts);
    const { namespace, version, deadlineSeconds = 900 } = args;
    // What a component depends on, its children do not wait for unless they are told.
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const volume = args.backup === undefined ? [] : [backupVolume(name, args, args.backup, own)];
    const { spec, ...metadata } = runOnce({
      name: args.name,
      app: "migration",
      version,
      deadlineSeconds,
      // Known before the Secret is: its name is no part of the Job's.
      pod: pod(args, { ...args.database, secret: "" }),
    });
    const template = { ...spec.template, spec: pod(args, args.database) };
    this.job = new batch.Job(
      name,
      { metadata: { ...metadata, namespace }, spec: { ...spec, template } },
      pulumi.mergeOptions(own, {
        dependsOn: volume,
        customTimeouts: { create: `${patienceSeconds(deadlineSeconds)}s` },
      }),
    );
    this.jobName = this.job.metadata.name;
    this.registerOutputs({ jobName: this.jobName });
  }
}

const volumeName = ({ name }: MigrationJobArgs) => `${name}-backups`;

/** Not waited for: most storage classes make a volume when the first pod asks for it. */
const backupVolume = (
  name: string,
  args: MigrationJobArgs,
  { storage, storageClass }: NonNullable<MigrationJobArgs["backup"]>,
  opts: pulumi.CustomResourceOptions,
) =>
  new core.PersistentVolumeClaim(
    `${name}-backups`,
    {
      metadata: {
        name: volumeName(args),
        namespace: args.namespace,
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage } },
        ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      },
    },
    opts,
  );

/** Init containers run one after the other, so all steps but the last are such. */
function pod(args: MigrationJobArgs, database: Database) {
  const { version, tool, backup, verify = [] } = args;
  const backups = backup === undefined ? {} : { backups: BACKUPS };
  const containers = migrationSteps({ version, tool, verify, ...backups }).map((step) =>
    container(step, args, database),
  );
  return {
    ...RESTRICTED_POD,
    initContainers: containers.slice(0, -1),
    containers: containers.slice(-1),
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
      ...(backup === undefined
        ? []
        : [{ name: "backups", persistentVolumeClaim: { claimName: volumeName(args) } }]),
    ],
  };
}

const container = (
  { name, image, command }: Step,
  { image: application, client = CLIENT, limits, backup }: MigrationJobArgs,
  database: Database,
) => ({
  name,
  image: image === "application" ? application : client,
  command: command.map(literal),
  env: [
    { name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: database.secret, key: database.key } } },
    // npm keeps its logs in the home folder; the image's own cannot be written to.
    { name: "HOME", value: "/tmp" },
  ],
  resources: resources(limits),
  securityContext: RESTRICTED_CONTAINER,
  // What a step said last is the pod's message, which the failed `up` shows.
  terminationMessagePolicy: "FallbackToLogsOnError",
  volumeMounts: [
    { name: "tmp", mountPath: "/tmp" },
    ...(backup === undefined || image === "application" ? [] : [{ name: "backups", mountPath: BACKUPS }]),
  ],
});
