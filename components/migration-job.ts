/** A database migration as a Job: backup, check of the backup, migration, verification. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { type CpuAndMemory, patienceSeconds, runOnce } from "./jobs/once";
import { APP, backupsClaim, migrationPod } from "./migration/pod";
import type { Maintenance, VerificationQuery } from "./migration/steps";
import type { MigrationTool } from "./migration/tools";

export interface MigrationJobArgs {
  /** Name of the Job before its hash; at most 48 characters. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** The version that is released: each has a Job of its own. */
  readonly version: string;
  /** Image of the application, which holds the tool and the migrations. */
  readonly image: string;
  /** What applies the migrations: `prisma` (`migrate deploy`, then `migrate status`), `db-migrate` or `golang-migrate` (`up`), or `sql`. */
  readonly tool: MigrationTool;
  /** Folder of the migrations in the image. @default - the tool's own: `prisma/migrations`, `migrations`, or `/migrations` */
  readonly folder?: string;
  /** The Secret of the namespace, and its key, that hold the database's URL. A Secret of another name runs the Job anew. */
  readonly database: { readonly secret: pulumi.Input<string>; readonly key: string };
  /** Where a dump of the database goes before the migration. @default - no backup */
  readonly backup?: {
    /** Size of the volume, as a Kubernetes quantity, e.g. `10Gi`. */
    readonly storage: string;
    /** @default - the cluster's own */
    readonly storageClass?: string;
  };
  /** Addresses that keep users out while a migration is applied, and let them in again, by POST. @default - users are served meanwhile */
  readonly maintenance?: Maintenance;
  /** What the database must answer after the migration. @default - nothing is asked */
  readonly verify?: readonly VerificationQuery[];
  /** Image with psql, pg_dump and pg_restore, no older than the server. @default "docker.io/library/postgres:15.18" */
  readonly client?: string;
  /** Image with curl, for maintenance. @default "docker.io/curlimages/curl:8.17.0" */
  readonly curl?: string;
  /** Limits of each step. */
  readonly limits: CpuAndMemory;
  /** Seconds in which all steps must be done. @default 900 */
  readonly deadlineSeconds?: number;
  /** Seconds for which another release's migration of the same database is waited for. @default 60 */
  readonly waitSeconds?: number;
  /** Seconds for which a statement of a migration may wait for a lock, and keep others waiting behind it. @default 5 */
  readonly lockSeconds?: number;
  /** Seconds that a statement of a migration may take. @default 60 */
  readonly statementSeconds?: number;
  /** Seconds for which a Job that has ended is kept. @default - until the next version's takes its place */
  readonly keepSeconds?: number;
}

/**
 * Declares a Job of one pod whose containers are the steps, one after the other, each with logs of its own: the lock of the
 * database (held beside the others), what earlier runs left (`begin`), the backup (`pg_dump`, custom format) and its check (size,
 * contents, readable to its end), maintenance on, the tool's commands, the queries, maintenance off, the receipt. The first that
 * fails ends the Job and fails the `up`. With a backup, a volume for the dumps as well.
 *
 * The receipt is in the database, schema `golive`: the version, the image and a checksum of each migration. A Job that runs again
 * (another limit, a time to live, a refresh, another cluster) finds it, changes nothing, and asks the queries again. A run that did
 * not end is told by the next, which finishes it or refuses with the reason; a migration that was applied and has changed is refused
 * by name. The Job itself is named `<name>-<hash>` and kept until the next version's takes its place.
 *
 * @throws {RangeError} when the name is too long.
 * @see L8, L11, G2, G3, G10, S4 of the requirements
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
      app: APP,
      version,
      deadlineSeconds,
      // Known before the Secret is: its name is no part of the Job's.
      pod: migrationPod(args, { ...args.database, secret: "" }),
    });
    const template = { ...spec.template, spec: migrationPod(args, args.database) };
    this.job = new batch.Job(
      name,
      {
        metadata: { ...metadata, namespace },
        spec: {
          ...spec,
          template,
          ...(args.keepSeconds === undefined ? {} : { ttlSecondsAfterFinished: args.keepSeconds }),
        },
      },
      pulumi.mergeOptions(own, {
        dependsOn: volume,
        customTimeouts: { create: `${patienceSeconds(deadlineSeconds)}s` },
      }),
    );
    this.jobName = this.job.metadata.name;
    this.registerOutputs({ jobName: this.jobName });
  }
}

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
        name: backupsClaim(args.name),
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
