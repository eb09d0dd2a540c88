/** A restore drill on time: the latest backup into a scratch database, the questions to it, and how long it all took. */
import * as batch from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import { cronJobSpec } from "./backup/cron-job";
import { ASK_CLUSTER, FETCH, REFUSED, RESTORE_CLUSTER, RESTORE_DUMP } from "./backup/drill-scripts";
import { PGBACKREST_IMAGE, repositoryWords } from "./backup/pgbackrest-config";
import { type CpuAndMemory, literal, resources, RESTRICTED_CONTAINER } from "./jobs/once";
import { inThrees, type VerificationQuery } from "./migration/steps";

export interface RestoreDrillArgs {
  /** Name of the CronJob; at most 52 characters. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  /** What made the backups, and where they lie. */
  readonly from: Dumps | Repository;
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
}

/** What `PgDumpBackup` makes. */
export interface Dumps {
  readonly kind: "pg_dump";
  readonly bucket: {
    readonly name: pulumi.Input<string>;
    readonly region: string;
    /** Folder of the bucket. @default "pg_dump" */
    readonly folder?: string;
  };
  /** Image with AWS's command line. @default "docker.io/amazon/aws-cli:2.27.0" */
  readonly downloader?: string;
}

/** What `PgBackRest` makes. */
export interface Repository {
  readonly kind: "pgBackRest";
  readonly stanza: string;
  /** Database of the cluster that is asked. */
  readonly database: string;
  readonly repository: {
    readonly bucket: pulumi.Input<string>;
    readonly region: string;
    /** Folder of the bucket. @default "/pgbackrest" */
    readonly path?: string;
    /** Secret and its key with the passphrase that encrypts the repository. */
    readonly cipher: { readonly secret: pulumi.Input<string>; readonly key: string };
  };
  /** Image with pgbackrest of the version that made the backups. @default {@link PGBACKREST_IMAGE} */
  readonly image?: string;
}

/** Label `app` of the pods, by which a namespace's openings find them: to S3 and STS. */
export const RESTORE_DRILL = "restore-drill";

const SCRATCH = "/scratch";
const REPORT = "/dev/termination-log";
/** initdb asks who it is: it must be a user of the image. */
const POSTGRES_USER = 999;

/**
 * Declares a CronJob of two steps. The newest backup is fetched: a dump, checked by its SHA-256, or a cluster of pgBackRest's
 * repository. A PostgreSQL of the pod's own, which only the pod reaches, has it and answers the questions. The pod says
 * `recovery_time_seconds` (fetched, restored and verified) and `recovery_point_seconds` (age of the backup as the drill began),
 * in its log and as its termination message; it fails where either is longer than allowed, without another try, and what
 * tells of failed Jobs and of CronJobs that are late tells of the drill. Database and server are gone with the pod.
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
        spec: cronJobSpec({
          schedule,
          timeZone,
          deadlineSeconds,
          app: RESTORE_DRILL,
          finalExitCode: REFUSED,
          pod: pod(args),
        }),
      },
      { parent: this, dependsOn: opts?.dependsOn ?? [] },
    );
    this.cronJob = args.name;
    this.registerOutputs({ cronJob: this.cronJob });
  }
}

function pod(args: RestoreDrillArgs) {
  const { from, queries, recoveryTimeSeconds, recoveryPointSeconds } = args;
  const asked = inThrees(queries);
  const most = [recoveryTimeSeconds, recoveryPointSeconds].map(String);
  const ask = (script: string, database: string) =>
    [script, "sh", SCRATCH, REPORT, ...most, database, ...asked].map(literal);
  const { fetch, restore } = from.kind === "pg_dump" ? fromDumps(from) : fromRepository(from);
  return {
    serviceAccountName: args.serviceAccount,
    initContainers: [container(args, fetch)],
    containers: [
      container(args, {
        name: "restore",
        image: args.server ?? "docker.io/library/postgres:15.18",
        words: ask(...restore),
        variables: [],
      }),
    ],
    volumes: [
      { name: "scratch", emptyDir: { sizeLimit: args.storage } },
      { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
    ],
  };
}

interface Step {
  readonly name: string;
  readonly image: string;
  /** Of `sh -c`. */
  readonly words: pulumi.Input<pulumi.Input<string>[]>;
  readonly variables: readonly Variable[];
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef: { readonly name: pulumi.Input<string>; readonly key: string };
  };
}

/** What brings the backup, and the script and database of what restores and asks it. */
interface Steps {
  readonly fetch: Step;
  readonly restore: readonly [script: string, database: string];
}

const fromDumps = ({ bucket, downloader = "docker.io/amazon/aws-cli:2.27.0" }: Dumps): Steps => ({
  fetch: {
    name: "fetch",
    image: downloader,
    words: [literal(FETCH), "sh", bucket.name, bucket.folder ?? "pg_dump", SCRATCH],
    variables: [{ name: "AWS_REGION", value: bucket.region }],
  },
  restore: [RESTORE_DUMP, "scratch"],
});

function fromRepository({ stanza, database, repository, image = PGBACKREST_IMAGE }: Repository): Steps {
  const { bucket, region, path = "/pgbackrest", cipher } = repository;
  const words = pulumi
    .output(bucket)
    .apply((known) => [
      literal(RESTORE_CLUSTER),
      "sh",
      SCRATCH,
      "--no-config",
      `--stanza=${stanza}`,
      ...repositoryWords({ bucket: known, region, path }),
    ]);
  return {
    fetch: {
      name: "fetch",
      image,
      words,
      variables: [
        {
          name: "PGBACKREST_REPO1_CIPHER_PASS",
          valueFrom: { secretKeyRef: { name: cipher.secret, key: cipher.key } },
        },
      ],
    },
    restore: [ASK_CLUSTER, database],
  };
}

/** Both run as the image's own user: the server's data must be its own. */
const container = ({ limits }: RestoreDrillArgs, { name, image, words, variables }: Step) => ({
  name,
  image,
  command: pulumi.output(words).apply((known) => ["sh", "-c", ...known]),
  env: [...variables, { name: "HOME", value: "/tmp" }],
  resources: resources(limits),
  securityContext: { ...RESTRICTED_CONTAINER, runAsUser: POSTGRES_USER },
  terminationMessagePath: REPORT,
  terminationMessagePolicy: "FallbackToLogsOnError",
  volumeMounts: [
    { name: "scratch", mountPath: SCRATCH },
    { name: "tmp", mountPath: "/tmp" },
  ],
});
