/** The pod whose containers are the steps of a migration, or of its reversal. Pure. */
import {
  type CpuAndMemory,
  literal,
  onceSpec,
  resources,
  RESTRICTED_CONTAINER,
  RESTRICTED_POD,
} from "../jobs/once";
import type { MigrationJobArgs } from "../migration-job";
import { migrationSteps, reversalSteps, type Step } from "./steps";
import type { MigrationTool } from "./tools";

/** Where backups are, in the containers. */
export const BACKUPS = "/backups";
/** Name of the pods, by which a namespace's openings find them. */
export const APP = "migration";

const CLIENT = "docker.io/library/postgres:15.18";
const CURL = "docker.io/curlimages/curl:8.17.0";
/** What a step beside the others waits and signals with. */
const BESIDE: CpuAndMemory = { cpu: "20m", memory: "32Mi" };

/** What the containers are of. */
export interface PodArgs<Secret> {
  /** Image of the application. @default - no step needs it */
  readonly image?: string;
  /** Image with psql, pg_dump and pg_restore. */
  readonly client?: string | undefined;
  /** Image with curl. */
  readonly curl?: string | undefined;
  readonly limits: CpuAndMemory;
  readonly database: { readonly secret: Secret; readonly key: string };
  /** Claim of the volume of backups. @default - there are none */
  readonly backups?: string | undefined;
}

/** Init containers run one after the other, so all steps but the last are such; those beside them are never waited for. */
export function stepsPod<Secret>(steps: readonly Step[], args: PodArgs<Secret>) {
  const containers = steps.map((step) => container(step, args));
  const { backups } = args;
  return {
    ...RESTRICTED_POD,
    initContainers: containers.slice(0, -1),
    containers: containers.slice(-1),
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
      { name: "state", emptyDir: { sizeLimit: "64Mi" } },
      ...(backups === undefined ? [] : [{ name: "backups", persistentVolumeClaim: { claimName: backups } }]),
    ],
  };
}

function container<Secret>(
  { name, image, command, beside }: Step,
  { image: application = CLIENT, client = CLIENT, curl = CURL, limits, database, backups }: PodArgs<Secret>,
) {
  const url = {
    name: "DATABASE_URL",
    valueFrom: { secretKeyRef: { name: database.secret, key: database.key } },
  };
  return {
    name,
    image: { application, client, curl }[image],
    command: command.map(literal),
    ...(beside === undefined ? {} : { restartPolicy: "Always" }),
    // npm keeps its logs in the home folder; the image's own cannot be written to.
    env: [...(image === "curl" ? [] : [url]), { name: "HOME", value: "/tmp" }],
    resources: resources(beside === undefined ? limits : BESIDE),
    securityContext: RESTRICTED_CONTAINER,
    // What a step said last is the pod's message, which the failed `up` shows.
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "tmp", mountPath: "/tmp" },
      { name: "state", mountPath: "/state" },
      ...(backups === undefined || image !== "client" ? [] : [{ name: "backups", mountPath: BACKUPS }]),
    ],
  };
}

/** Name of the claim of the volume for a migration's backups. */
export const backupsClaim = (migration: string): string => `${migration}-backups`;

/** The pod of a migration, with the Secret of its database by whichever name. */
export function migrationPod<Secret>(args: MigrationJobArgs, database: PodArgs<Secret>["database"]) {
  const { name, version, image, tool, folder, maintenance, backup, verify = [] } = args;
  const { waitSeconds = 60, lockSeconds = 5, statementSeconds = 60 } = args;
  const steps = migrationSteps({
    ...{ job: name, version, image, tool, folder, maintenance, verify },
    ...{ waitSeconds, lockSeconds, statementSeconds },
    ...(backup === undefined ? {} : { backups: BACKUPS }),
  });
  return stepsPod(steps, { ...args, database, backups: backup && backupsClaim(name) });
}

/** What takes a version's migrations back. */
export interface ReversalArgs extends Pick<PodArgs<string>, "client" | "limits" | "database"> {
  /** `name` of the {@link MigrationJob} that applied them. */
  readonly name: string;
  readonly version: string;
  readonly tool: MigrationTool;
  /** @default 900 */
  readonly deadlineSeconds?: number;
  /** As the Job's. @default 60 */
  readonly waitSeconds?: number;
  /** As the Job's. @default 5 */
  readonly lockSeconds?: number;
  /** As the Job's. @default 60 */
  readonly statementSeconds?: number;
}

/**
 * Spec of a Job that takes a version's migrations back by the reverse SQL that was recorded as they were applied, all in one
 * transaction, with their entries in the tool's books and in golive's receipts; no image of the version is needed. It may run again:
 * then nothing of the version is applied. It refuses where a migration has no reverse, or where a later version's stands on it.
 *
 * @see G14, S7 of the requirements
 */
export function reversalSpec({ name, version, tool, deadlineSeconds = 900, ...args }: ReversalArgs) {
  const { waitSeconds = 60, lockSeconds = 5, statementSeconds = 60 } = args;
  const steps = reversalSteps({ job: name, version, tool, waitSeconds, lockSeconds, statementSeconds });
  return onceSpec(APP, deadlineSeconds, stepsPod(steps, args));
}
