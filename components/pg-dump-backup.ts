/** A dump of a PostgreSQL database on time: made, checked, and put into a bucket. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { cronJobSpec } from "./backup/cron-job";
import { SHRUNK, UPLOAD } from "./backup/upload-script";
import { type CpuAndMemory, literal, resources, RESTRICTED_CONTAINER } from "./jobs/once";
import { BACKUP, CHECK_BACKUP } from "./migration/scripts";

export interface PgDumpBackupArgs {
  /** Name of the CronJob, and of the dumps before their time; at most 52 characters. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** The Secret of the namespace, and its key, that hold the database's URL. */
  readonly database: { readonly secret: pulumi.Input<string>; readonly key: string };
  /** Where the dumps go; how long they stay is the bucket's own rule. */
  readonly bucket: {
    readonly name: pulumi.Input<string>;
    readonly region: string;
    /** Folder of the bucket. @default "pg_dump" */
    readonly folder?: string;
  };
  /** Service account whose IAM role writes to the bucket (`ServiceAccountRole`). */
  readonly serviceAccount: pulumi.Input<string>;
  /** Limits of each container, which are its requests too. */
  readonly limits: CpuAndMemory;
  /** Room for one dump while it is made, as a Kubernetes quantity, e.g. `10Gi`. */
  readonly storage: string;
  /** Cron text of five fields. @default "15 2 * * *" */
  readonly schedule?: string;
  /** @default "Etc/UTC" */
  readonly timeZone?: string;
  /** Seconds in which a dump must be made and uploaded. @default 7200 */
  readonly deadlineSeconds?: number;
  /** Image with pg_dump and pg_restore, no older than the server. @default "docker.io/library/postgres:15.18" */
  readonly client?: string;
  /** Image with AWS's command line. @default "docker.io/amazon/aws-cli:2.27.0" */
  readonly uploader?: string;
}

/** Label `app` of the pods, by which a namespace's openings find them: to the database, and to S3 and STS. */
export const PG_DUMP = "pg-dump-backup";
const DUMPS = "/backups";

/**
 * Declares a CronJob of three steps: `pg_dump` (custom format), the check (there, not empty, a table of contents, readable
 * to its end; the same words that a migration's backup is checked with), and the upload with its SHA-256 and a look at what
 * S3 holds. The first that fails ends the run: no dump that cannot be read is ever in the bucket. One that is less than half as
 * big as one of the seven before it is kept, and its Job fails.
 *
 * @see G2 of the requirements; https://www.postgresql.org/docs/15/app-pgdump.html
 */
export class PgDumpBackup extends pulumi.ComponentResource {
  /** Name of the CronJob, for alerts on the last that went well and for `kubectl create job --from`. */
  readonly cronJob: string;

  constructor(name: string, args: PgDumpBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:PgDumpBackup", name, {}, opts);
    const { schedule = "15 2 * * *", timeZone, deadlineSeconds = 7200 } = args;
    new batch.CronJob(
      name,
      {
        metadata: { name: args.name, namespace: args.namespace },
        spec: cronJobSpec({
          schedule,
          timeZone,
          deadlineSeconds,
          app: PG_DUMP,
          finalExitCode: SHRUNK,
          pod: pod(args),
        }),
      },
      { parent: this, dependsOn: opts?.dependsOn ?? [] },
    );
    this.cronJob = args.name;
    this.registerOutputs({ cronJob: this.cronJob });
  }
}

function pod(args: PgDumpBackupArgs) {
  const { name, database, bucket, client = "docker.io/library/postgres:15.18" } = args;
  const { uploader = "docker.io/amazon/aws-cli:2.27.0" } = args;
  const place = [bucket.name, bucket.folder ?? "pg_dump"];
  const url = { secretKeyRef: { name: database.secret, key: database.key } };
  const step = container(args.limits);
  return {
    serviceAccountName: args.serviceAccount,
    initContainers: [
      step("backup", client, [BACKUP, name, DUMPS], [{ name: "DATABASE_URL", valueFrom: url }]),
      step("check-backup", client, [CHECK_BACKUP, name, DUMPS], []),
    ],
    containers: [
      step("upload", uploader, [UPLOAD, DUMPS, ...place], [{ name: "AWS_REGION", value: bucket.region }]),
    ],
    volumes: [
      { name: "backups", emptyDir: { sizeLimit: args.storage } },
      { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
    ],
  };
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

type Words = readonly [script: string, ...rest: pulumi.Input<string>[]];

const container =
  (limits: CpuAndMemory) =>
  (name: string, image: string, [script, ...rest]: Words, variables: readonly Variable[]) => ({
    name,
    image,
    command: ["sh", "-c", literal(script), "sh", ...rest],
    env: [...variables, { name: "HOME", value: "/tmp" }],
    resources: resources(limits),
    securityContext: RESTRICTED_CONTAINER,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "backups", mountPath: DUMPS },
      { name: "tmp", mountPath: "/tmp" },
    ],
  });
