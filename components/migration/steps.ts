/** The steps of a migration: backup → check of the backup → migrate → verify. Pure. */
import { BACKUP, CHECK_BACKUP, PLAIN_SQL, VERIFY } from "./scripts";

/** What applies the migrations that the application's image holds. */
export type MigrationTool = keyof typeof TOOLS;

/** A question to the database, and the one value that it must answer. */
export interface VerificationQuery {
  /** What is asked, for the logs, e.g. `no product has a negative stock`. */
  readonly name: string;
  /** A query of one row and one column; it cannot write. */
  readonly sql: string;
  /** The value as psql prints it; `(null)` stands for null. */
  readonly equals: string | number;
}

/** One container of the Job. */
export interface Step {
  /** Name of the container, and of its logs. */
  readonly name: string;
  /** `application`: the image that is released; `client`: the image with PostgreSQL's programs. */
  readonly image: "application" | "client";
  readonly command: readonly string[];
}

/** What the steps are made from. */
export interface Plan {
  readonly version: string;
  readonly tool: MigrationTool;
  /** Folder in which the backup is put. @default - no backup */
  readonly backups?: string;
  readonly verify: readonly VerificationQuery[];
}

/** Folder of the application's image that the tool `sql` reads. */
const SQL_FOLDER = "/migrations";

const sh = (script: string, ...args: readonly string[]) => ["sh", "-c", script, "sh", ...args];
const npx = (...words: readonly string[]) => ["npx", "--no-install", ...words];

/**
 * The commands of each tool, by the name of their step: `prisma` and `db-migrate` are Node programs of the image, `sql`
 * runs the files of `/migrations` and needs psql in the image.
 */
const TOOLS = {
  prisma: {
    migrate: npx("prisma", "migrate", "deploy"),
    status: npx("prisma", "migrate", "status"),
  },
  "db-migrate": { migrate: npx("db-migrate", "up") },
  sql: { migrate: sh(PLAIN_SQL, SQL_FOLDER) },
} as const satisfies Record<string, Readonly<Record<string, readonly string[]>>>;

/** The steps in their order. */
export function migrationSteps({ version, tool, backups, verify }: Plan): readonly Step[] {
  const client = (name: string, command: readonly string[]): Step => ({ name, image: "client", command });
  const queries = verify.flatMap(({ name, sql, equals }) => [name, sql, String(equals)]);
  return [
    ...(backups === undefined
      ? []
      : [
          client("backup", sh(BACKUP, version, backups)),
          client("check-backup", sh(CHECK_BACKUP, version, backups)),
        ]),
    ...Object.entries(TOOLS[tool]).map(([name, command]): Step => ({
      name,
      image: "application",
      command: [...command],
    })),
    ...(queries.length === 0 ? [] : [client("verify", sh(VERIFY, ...queries))]),
  ];
}
