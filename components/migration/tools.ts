/** The tools that apply migrations, as data: where their migrations are, what runs them, how they keep their own books. Pure. */

/** How one tool works. */
export interface Tool {
  /** Folder of the application's image with the migrations; a relative one starts where the image's programs do. */
  readonly folder: string;
  /** The migrations below that folder, as a glob; what ends in `down.sql` is none. */
  readonly files: string;
  /** A sed expression that makes a migration's name of its path. */
  readonly name: string;
  /** A sed expression that makes the path of its reverse SQL of its own. */
  readonly reverse: string;
  /** A sed expression that makes the path of a second file of it, where it has one. @default - it is one file */
  readonly second?: string;
  /** Commands of the application's image, by the name of their step. @default - golive runs the files itself, by psql */
  readonly commands?: Readonly<Record<string, readonly string[]>>;
  /** Takes session parameters from its URL alone (`options`), where others read PGOPTIONS. @default false */
  readonly optionsInUrl?: boolean;
  /** Who makes a migration one transaction: a program's `own` calls; the server, of a `file` that is sent as one; the `tool`, with its entry. */
  readonly transaction: "own" | "file" | "tool";
  readonly books: Books;
}

/** The table in which a tool keeps what it has applied, and questions to it: SQL that may read the table `file (name, up, down)`. */
export interface Books {
  readonly table: string;
  /** A column without which the table is another one. */
  readonly column: string;
  /** Users have tables of that name in a form of their own: then golive's receipts alone tell what is applied. @default false */
  readonly ofUsers?: boolean;
  /** Rows `(name, sha256)` of the migrations that are applied; null where it keeps no checksum. */
  readonly applied: string;
  /** Rows `(name, message)` of those that began and did not end; the message is null where it keeps none. @default - there are none: entry and migration are one transaction */
  readonly unfinished?: string;
  /** What a server says that refused a statement, in the tool's words: then nothing of a transaction stays. A regular expression. */
  readonly refused?: string;
  /** Takes from the books the unfinished ones that are in `rolled_back (name)`. */
  readonly forget?: string;
  /** Takes a migration from the books, once its reverse has run: a text of `format`, to which its name and the job are given. */
  readonly remove: string;
  /** What a person runs who has found out whether the migration `%s` is applied. */
  readonly resolve?: string;
}

const npx = (...words: readonly string[]) => ["npx", "--no-install", ...words];

/**
 * Prisma with its driver adapter for PostgreSQL in place of its own engine sends a migration's statements one by one, each a
 * transaction of its own: what it could leave half applied is not begun.
 */
const PRISMA_DEPLOY = [
  "sh",
  "-c",
  `if [ "$(cat /state/several)" != 0 ] &&
  npx --no-install prisma migrate status 2>&1 | grep -q 'using driver adapter "@prisma/adapter-pg"'; then
  echo 'Prisma with @prisma/adapter-pg would send the statements of a migration one by one, and leave it half applied where one fails: use its schema engine (engine: "classic"), or make each statement a migration' >&2
  exit 1
fi
exec npx --no-install prisma migrate deploy`,
];

/** The number that golang-migrate reads out of a file's name. */
const NUMBER = "substring(name FROM '^[0-9]+')::bigint";

/** Of the copy that was looked at. Its parameter x-multi-statement makes each statement a transaction of its own. */
const GOLANG_UP = [
  "sh",
  "-c",
  `case $DATABASE_URL in *x-multi-statement=true*)
  echo 'x-multi-statement=true would leave a migration half applied where a statement fails: take it out of the URL' >&2
  exit 1 ;;
esac
exec migrate -path /state/migrations -database "$DATABASE_URL" up`,
];

export const TOOLS = {
  /** `migrate deploy`, then `migrate status`. A migration's reverse is `down.sql` beside it, which Prisma itself does not read. */
  prisma: {
    folder: "prisma/migrations",
    files: "*/migration.sql",
    name: "s,/migration\\.sql$,,",
    reverse: "s,migration\\.sql$,down.sql,",
    commands: {
      migrate: PRISMA_DEPLOY,
      status: npx("prisma", "migrate", "status"),
    },
    optionsInUrl: true,
    transaction: "file",
    books: {
      table: "_prisma_migrations",
      column: "migration_name",
      applied: `SELECT DISTINCT ON (migration_name) migration_name, checksum FROM _prisma_migrations
        WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name, finished_at DESC`,
      unfinished: `SELECT migration_name, logs FROM _prisma_migrations
        WHERE finished_at IS NULL AND rolled_back_at IS NULL`,
      refused: "Database error code: |ERROR: |No such ",
      forget: `UPDATE _prisma_migrations SET rolled_back_at = now()
        WHERE finished_at IS NULL AND rolled_back_at IS NULL AND migration_name IN (SELECT name FROM rolled_back)`,
      remove: `UPDATE _prisma_migrations SET rolled_back_at = now()
        WHERE migration_name = %1$L AND rolled_back_at IS NULL`,
      resolve: "npx prisma migrate resolve --applied %s (or --rolled-back)",
    },
  },
  /** `up`: each migration and its entry are one transaction. A reverse is recorded where it is SQL: `sqls/<name>-down.sql`. */
  "db-migrate": {
    folder: "migrations",
    files: "*.js",
    name: "s,\\.js$,,",
    reverse: "s,^(.*)\\.js$,sqls/\\1-down.sql,",
    second: "s,^(.*)\\.js$,sqls/\\1-up.sql,",
    commands: { migrate: npx("db-migrate", "up") },
    transaction: "own",
    books: {
      table: "migrations",
      column: "name",
      ofUsers: true,
      applied: "SELECT DISTINCT ltrim(name, '/'), NULL FROM migrations",
      remove: "DELETE FROM migrations WHERE ltrim(name, '/') = %1$L",
    },
  },
  /** `up` of `migrate`, whose table says at which version the schema is, and whether it got there. */
  "golang-migrate": {
    folder: "/migrations",
    files: "*.up.sql",
    name: "s,\\.up\\.sql$,,",
    reverse: "s,\\.up\\.sql$,.down.sql,",
    commands: { migrate: GOLANG_UP },
    transaction: "file",
    books: {
      table: "schema_migrations",
      column: "dirty",
      applied: `SELECT name, NULL FROM file, schema_migrations
        WHERE ${NUMBER} < version OR ${NUMBER} = version AND NOT dirty`,
      unfinished: `SELECT name, NULL FROM file, schema_migrations WHERE ${NUMBER} = version AND dirty`,
      refused: "pq: |SQLSTATE ",
      forget: `WITH gone AS (DELETE FROM schema_migrations WHERE dirty AND EXISTS (SELECT FROM rolled_back) RETURNING version)
        INSERT INTO schema_migrations (version, dirty)
        SELECT max(${NUMBER}), false FROM file, gone WHERE ${NUMBER} < version HAVING max(${NUMBER}) IS NOT NULL`,
      remove: `WITH gone AS (DELETE FROM schema_migrations RETURNING version)
        INSERT INTO schema_migrations (version, dirty)
        SELECT max(${NUMBER}), false FROM golive.migration_file JOIN golive.migration_run ON id = run, gone
        WHERE job = %2$L AND ${NUMBER} < substring(%1$L FROM '^[0-9]+')::bigint HAVING max(${NUMBER}) IS NOT NULL`,
      resolve: "migrate force <the version of %s, or of the one before>",
    },
  },
  /** Every file in the order of their names, by psql of golive's own image; each and its entry are one transaction. */
  sql: {
    folder: "/migrations",
    files: "*.sql",
    name: "",
    reverse: "s,\\.sql$,.down.sql,",
    transaction: "tool",
    books: {
      table: "golive_migrations",
      column: "name",
      applied: "SELECT name, NULL FROM golive_migrations",
      remove: "DELETE FROM golive_migrations WHERE name = %1$L",
    },
  },
} as const satisfies Readonly<Record<string, Tool>>;

/** What applies the migrations that the application's image holds. */
export type MigrationTool = keyof typeof TOOLS;
