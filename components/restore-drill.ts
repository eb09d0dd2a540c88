/** A restore drill on time: the latest backup into a scratch database, the questions to it, and how long it all took. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { cronJobSpec } from "./backup/cron-job";
import { FETCH, RESTORE_DUMP } from "./backup/drill-scripts";
import { type CpuAndMemory, literal, resources, RESTRICTED_CONTAINER } from "./jobs/once";
import type { VerificationQuery } from "./migration/steps";

export interface RestoreDrillArgs {
  /** Name of the CronJob; at most 52 characters. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** Where `PgDumpBackup` puts its dumps. */
  readonly bucket: {
    readonly name: pulumi.Input<string>;
    readonly region: string;
    /** Folder of the bucket. @default "pg_dump" */
    readonly folder?: string;
  };
  /** What the restored database must answer. */
  readonly queries: readonly VerificationQuery[];
  /** Service account whose IAM role reads the bucket (`ServiceAccountRole`). */
  readonly serviceAccount: pulumi.Input<string>;
  /** Limits of each container, which are its requests too. */
  readonly limits: CpuAndMemory;
  /** Room for the backup and for the restored database, as a Kubernetes quantity, e.g. `20Gi`. */
  readonly storage: string;
  /** Longest that the recovery may take, in seconds: fetching, restoring and verifying. */
  readonly recoveryTimeSeconds: number;
  /** Oldest that the backup may be, in seconds: what would be lost. */
  readonly recoveryPointSeconds: number;
  /** Cron text of five fields. @default "0 5 * * 1" */
  readonly schedule?: string;
  /** @default "Etc/UTC" */
  readonly timeZone?: string;
  /** Image with a server of the database's version, whose user `postgres` is 999. @default "docker.io/library/postgres:15.18" */
  readonly server?: string;
  /** Image with AWS's command line. @default "docker.io/amazon/aws-cli:2.27.0" */
  readonly downloader?: string;
}

/** Label `app` of the pods, by which a namespace's openings find them: to S3 and STS. */
export const RESTORE_DRILL = "restore-drill";

const SCRATCH = "/scratch";
const REPORT = "/dev/termination-log";
/** The database that is made, asked and thrown away. */
const DATABASE = "scratch";
/** initdb asks who it is: it must be a user of the image. */
const POSTGRES_USER = 999;

/**
 * Declares a CronJob of two steps: the newest dump is fetched and checked by its SHA-256; a PostgreSQL of the pod's own, which
 * only the pod reaches, restores it and answers the questions. The pod says `recovery_time_seconds` (fetched, restored and
 * verified) and `recovery_point_seconds` (age of the dump as the drill began), in its log and as its termination message; it
 * fails where either is longer than allowed, and what tells of failed Jobs and of CronJobs that are late tells of the drill.
 * Database and server are gone with the pod.
 *
 * @see L14, G2, G4 of the requirements
 */
export class RestoreDrill extends pulumi.ComponentResource {
  /** Name of the CronJob, for alerts and for `kubectl create job --from`. */
  readonly cronJob: string;

  constructor(name: string, args: RestoreDrillArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:RestoreDrill", name, {}, opts);
    const { schedule = "0 5 * * 1", timeZone, recoveryTimeSeconds } = args;
    // One that takes longer than it may still ends by itself, and says how long it took.
    const deadlineSeconds = 2 * recoveryTimeSeconds;
    new batch.CronJob(
      name,
      {
        metadata: { name: args.name, namespace: args.namespace },
        spec: cronJobSpec({ schedule, timeZone, deadlineSeconds, app: RESTORE_DRILL, pod: pod(args) }),
      },
      { parent: this, dependsOn: opts?.dependsOn ?? [] },
    );
    this.cronJob = args.name;
    this.registerOutputs({ cronJob: this.cronJob });
  }
}

function pod(args: RestoreDrillArgs) {
  const { bucket, queries, limits, recoveryTimeSeconds, recoveryPointSeconds } = args;
  const { server = "docker.io/library/postgres:15.18", downloader = "docker.io/amazon/aws-cli:2.27.0" } =
    args;
  const asked = queries.flatMap(({ name, sql, equals }) => [name, sql, String(equals)]);
  const most = [recoveryTimeSeconds, recoveryPointSeconds].map(String);
  const step = container(limits);
  return {
    serviceAccountName: args.serviceAccount,
    initContainers: [
      {
        ...step("fetch", downloader, [
          literal(FETCH),
          "sh",
          bucket.name,
          bucket.folder ?? "pg_dump",
          SCRATCH,
        ]),
        env: [
          { name: "AWS_REGION", value: bucket.region },
          { name: "HOME", value: "/tmp" },
        ],
        securityContext: RESTRICTED_CONTAINER,
      },
    ],
    containers: [
      {
        ...step("restore", server, [
          literal(RESTORE_DUMP),
          "sh",
          ...[SCRATCH, REPORT, ...most, DATABASE, ...asked].map(literal),
        ]),
        env: [{ name: "HOME", value: "/tmp" }],
        securityContext: { ...RESTRICTED_CONTAINER, runAsUser: POSTGRES_USER },
      },
    ],
    volumes: [
      { name: "scratch", emptyDir: { sizeLimit: args.storage } },
      { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
    ],
  };
}

const container =
  (limits: CpuAndMemory) => (name: string, image: string, words: readonly pulumi.Input<string>[]) => ({
    name,
    image,
    command: ["sh", "-c", ...words],
    resources: resources(limits),
    terminationMessagePath: REPORT,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "scratch", mountPath: SCRATCH },
      { name: "tmp", mountPath: "/tmp" },
    ],
  });
