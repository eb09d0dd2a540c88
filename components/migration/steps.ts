/** The steps of a migration: lock → receipt of earlier runs → backup → check of the backup → maintenance → migrate → verify → receipt. Pure. */
import { beginSql, finishSql, reverseSql } from "./receipt";
import {
  asStep,
  BACKUP,
  BEGIN,
  CHECK_BACKUP,
  FINISH,
  HOLD_LOCK,
  KEEP_OUT,
  LET_IN,
  LET_IN_AT_THE_END,
  PLAIN_SQL,
  READ,
  REVERSE,
  RUN,
  VERIFY,
} from "./scripts";
import { type MigrationTool, type Tool, TOOLS } from "./tools";

/** A question to the database, and the one value that it must answer. */
export interface VerificationQuery {
  /** What is asked, for the logs, e.g. `no product has a negative stock`. */
  readonly name: string;
  /** A query of one row and one column; it cannot write. */
  readonly sql: string;
  /** The value as psql prints it; `(null)` stands for null. */
  readonly equals: string | number;
  /** It holds only right after a migration: a run that applies none does not ask it. @default - it always holds */
  readonly once?: true;
}

/** Addresses that keep users out and let them in again, by POST. */
export interface Maintenance {
  readonly enable: string;
  readonly disable: string;
}

/** One container of the Job. */
export interface Step {
  /** Name of the container, and of its logs. */
  readonly name: string;
  /** `application`: the image that is released; `client`: the image with PostgreSQL's programs; `curl`: the one with curl. */
  readonly image: "application" | "client" | "curl";
  readonly command: readonly string[];
  /** It runs beside the steps after it, and ends with the pod. @default false */
  readonly beside?: true;
}

/** What the steps are made from. */
export interface Plan {
  /** Name by which the receipts of one application's migrations are told from another's. */
  readonly job: string;
  readonly version: string;
  /** Image of the application. */
  readonly image: string;
  readonly tool: MigrationTool;
  /** Folder of the migrations in that image. @default - as the tool has it */
  readonly folder?: string | undefined;
  /** Folder in which the backup is put. @default - no backup */
  readonly backups?: string;
  /** @default - users are served meanwhile */
  readonly maintenance?: Maintenance | undefined;
  readonly verify: readonly VerificationQuery[];
  /** Seconds for which another release's migration is waited for. */
  readonly waitSeconds: number;
  /** Seconds for which a statement of a migration may wait for a lock. */
  readonly lockSeconds: number;
  /** Seconds that a statement of a migration may take. */
  readonly statementSeconds: number;
}

const sh = (script: string, ...args: readonly (string | number)[]) => [
  "sh",
  "-c",
  script,
  "sh",
  ...args.map(String),
];

export const client = (name: string, ...command: Parameters<typeof sh>): Step => ({
  name,
  image: "client",
  command: sh(...command),
});
const curl = (name: string, ...command: Parameters<typeof sh>): Step => ({
  name,
  image: "curl",
  command: sh(...command),
});
const beside = (step: Step): Step => ({ ...step, beside: true });

export const lock = (waitSeconds: number, holder: string) =>
  beside(client("lock", HOLD_LOCK.script, waitSeconds, holder, ...HOLD_LOCK.sql));

/** Queries as the scripts take them, in threes. */
export const inThrees = (queries: readonly VerificationQuery[]): readonly string[] =>
  queries.flatMap(({ name: what, sql, equals }) => [what, sql, String(equals)]);

/** The steps in their order. */
export function migrationSteps(plan: Plan): readonly Step[] {
  const { job, version, image, tool, waitSeconds, verify } = plan;
  const { folder, files, name, reverse, second = "" }: Tool = TOOLS[tool];
  const once = verify.filter((query) => query.once);
  const queries = [
    ...inThrees(verify.filter((query) => !query.once)),
    ...(once.length === 0 ? [] : ["--once", ...inThrees(once)]),
  ];
  return [
    lock(waitSeconds, `${job} ${version}`),
    { name: "read", image: "application", command: sh(READ, plan.folder ?? folder) },
    client("begin", BEGIN, beginSql(tool), job, version, image, files, name, reverse, second, waitSeconds),
    ...backupSteps(plan),
    ...keptOut(plan.maintenance),
    ...toolSteps(plan),
    ...(queries.length === 0 ? [] : [client("verify", VERIFY, ...queries)]),
    ...letIn(plan.maintenance),
    client("receipt", asStep("receipt", FINISH), finishSql(tool), job),
  ];
}

/** What a reversal is made from. */
export type Reversal = Pick<
  Plan,
  "job" | "version" | "tool" | "waitSeconds" | "lockSeconds" | "statementSeconds"
>;

/** The steps that take a version's migrations back, by the reverse that was recorded as they were applied; no image of it is needed. */
export function reversalSteps({ job, version, tool, ...seconds }: Reversal): readonly Step[] {
  const { waitSeconds, lockSeconds, statementSeconds } = seconds;
  const limits = [waitSeconds, `${lockSeconds}s`, `${statementSeconds}s`];
  return [
    lock(waitSeconds, `${job} ${version} back`),
    client("reverse", REVERSE, reverseSql(tool), job, version, ...limits),
  ];
}

const backupSteps = ({ version, backups }: Plan): readonly Step[] =>
  backups === undefined
    ? []
    : [
        client("backup", asStep("backup", BACKUP), version, backups),
        client("check-backup", asStep("check-backup", CHECK_BACKUP), version, backups),
      ];

/** Who lets users in again is there before they are kept out. */
const keptOut = (maintenance: Maintenance | undefined): readonly Step[] =>
  maintenance === undefined
    ? []
    : [
        beside(curl("maintenance", LET_IN_AT_THE_END, maintenance.disable)),
        curl("maintenance-on", asStep("maintenance-on", KEEP_OUT), maintenance.enable),
      ];

const letIn = (maintenance: Maintenance | undefined): readonly Step[] =>
  maintenance === undefined
    ? []
    : [curl("maintenance-off", asStep("maintenance-off", LET_IN), maintenance.disable)];

function toolSteps({ tool, lockSeconds, statementSeconds }: Plan): readonly Step[] {
  const { commands, optionsInUrl = false }: Tool = TOOLS[tool];
  const limits = [`${lockSeconds}s`, `${statementSeconds}s`];
  if (commands === undefined) return [client("migrate", asStep("migrate", PLAIN_SQL), ...limits)];
  return Object.entries(commands).map(([name, command]) => ({
    name,
    image: "application",
    command: sh(asStep(name, RUN), ...limits, optionsInUrl ? "url" : "environment", ...command),
  }));
}
