/**
 * What is looked for in the SQL of a migration: what each statement locks, destroys or breaks, and the safe way. Pure data.
 *
 * https://www.postgresql.org/docs/15/sql-altertable.html, https://www.postgresql.org/docs/15/explicit-locking.html; the facts
 * are those of strong_migrations and squawk too. `test/engine/migration-review.test.ts` tries each lock on a real PostgreSQL 15.
 */

/**
 * What a statement does to a system that runs:
 *
 * - `locks`: who reads or writes the table waits for longer than a moment
 * - `fails`: it cannot be applied, or not to a table with rows
 * - `unseen`: what it does is not in the text
 * - `destroys`: rows are gone
 * - `breaks`: the version before, whose code still runs, can no longer read or write
 * - `reverse`: there is no way back
 */
export type Effect = "locks" | "fails" | "unseen" | "destroys" | "breaks" | "reverse";

/** A lock on a table, as `pg_locks.mode` has it. */
export type Lock = "ShareLock" | "ShareRowExclusiveLock" | "AccessExclusiveLock";

export interface Rule {
  readonly effect: Effect;
  /** @default - it is not about a lock */
  readonly lock?: Lock;
  /** What becomes of its subject, as the end of a sentence that begins with it. */
  readonly does: string;
  /** What to do instead, as an order. */
  readonly safe: string;
}

const IN_A_MIGRATION_OF_ITS_OWN = "in a migration of its own, for it runs in no transaction";

const rules = {
  "index-not-concurrent": {
    effect: "locks",
    lock: "ShareLock",
    does: "takes no write until the index is built (SHARE)",
    safe: `CREATE INDEX CONCURRENTLY, ${IN_A_MIGRATION_OF_ITS_OWN}`,
  },
  "index-drop-not-concurrent": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "takes no read and no write until whoever reads its table now is done (ACCESS EXCLUSIVE)",
    safe: `DROP INDEX CONCURRENTLY, ${IN_A_MIGRATION_OF_ITS_OWN}`,
  },
  "reindex-not-concurrent": {
    effect: "locks",
    lock: "ShareLock",
    does: "takes no write until its indexes are built anew (SHARE)",
    safe: `REINDEX … CONCURRENTLY, ${IN_A_MIGRATION_OF_ITS_OWN}`,
  },
  "column-rewrites-table": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "has a value of its own for each row: the table is written anew, and neither read nor written until then (ACCESS EXCLUSIVE)",
    safe: "add the column without it, set the default in a second statement, and fill the old rows in batches",
  },
  "column-type": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "gets another type: the table is written anew, and neither read nor written until then (ACCESS EXCLUSIVE), unless the types are stored alike",
    safe: "add a second column, write both, fill the old rows in batches, read the second; a later release drops the first",
  },
  "column-set-not-null": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "has every row looked at, and the table is neither read nor written until then (ACCESS EXCLUSIVE)",
    safe: "ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT in a later migration, then SET NOT NULL, which needs no look",
  },
  "column-required": {
    effect: "fails",
    does: "is NOT NULL and has no default: it cannot be added to a table with rows",
    safe: "give it a constant DEFAULT, which costs nothing, or add it nullable and fill it",
  },
  "foreign-key-validated": {
    effect: "locks",
    lock: "ShareRowExclusiveLock",
    does: "takes no write, nor does the table that it leads to, until every row is looked at (SHARE ROW EXCLUSIVE)",
    safe: "ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later migration",
  },
  "check-validated": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "has every row looked at, and the table is neither read nor written until then (ACCESS EXCLUSIVE)",
    safe: "ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later migration",
  },
  "constraint-builds-index": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "is neither read nor written until the constraint's index is built (ACCESS EXCLUSIVE)",
    safe: "CREATE UNIQUE INDEX CONCURRENTLY in an earlier migration, then ADD CONSTRAINT … USING INDEX",
  },
  "validated-at-once": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "is validated in the migration that adds it, whose transaction still holds the lock of the adding",
    safe: "VALIDATE CONSTRAINT in a later migration",
  },
  "table-locked": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "is locked by name until the transaction ends",
    safe: "let each statement take the lock that it needs, or lock rows: SELECT … FOR UPDATE",
  },
  "table-rewritten": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "is written anew, and neither read nor written until then (ACCESS EXCLUSIVE)",
    safe: "VACUUM without FULL, pg_repack, or maintenance mode with an end that was announced",
  },
  "view-refreshed": {
    effect: "locks",
    lock: "AccessExclusiveLock",
    does: "is not read until it is filled (ACCESS EXCLUSIVE)",
    safe: "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index",
  },
  "concurrent-with-others": {
    effect: "fails",
    does: "is CONCURRENTLY among other statements, which tools send as one transaction: PostgreSQL refuses it there",
    safe: "give it a migration of its own",
  },
  "not-sql": {
    effect: "fails",
    does: "is not SQL that PostgreSQL reads",
    safe: "correct it",
  },
  "code-not-judged": {
    effect: "unseen",
    does: "runs code whose statements are not judged",
    safe: "write plain statements; a backfill in batches belongs to the application or to a job of its own",
  },
  "drop-cascade": {
    effect: "unseen",
    does: "takes along whatever depends on it, unnamed",
    safe: "drop each by its name, without CASCADE",
  },
  "table-dropped": {
    effect: "destroys",
    does: "is dropped with its rows",
    safe: "have a release whose code does without it, and a backup that was restored once; then drop it",
  },
  "column-dropped": {
    effect: "destroys",
    does: "is dropped with its values",
    safe: "have a release whose code does without it, and a backup that was restored once; then drop it",
  },
  "schema-dropped": {
    effect: "destroys",
    does: "is dropped with all that is in it",
    safe: "drop what is in it by name",
  },
  "rows-truncated": {
    effect: "destroys",
    lock: "AccessExclusiveLock",
    does: "loses every row",
    safe: "DELETE … WHERE, in batches",
  },
  "rows-deleted": {
    effect: "destroys",
    does: "loses every row: DELETE has no WHERE",
    safe: "say which rows, in batches",
  },
  "rows-overwritten": {
    effect: "destroys",
    does: "has every row written, and locked until the end: UPDATE has no WHERE",
    safe: "say which rows, in batches of some thousand, outside the migration",
  },
  "name-gone": {
    effect: "breaks",
    does: "is dropped",
    safe: "release code that does without it, and write it into that release's contracts; drop it in the next",
  },
  "name-changed": {
    effect: "breaks",
    does: "is renamed, or moved to another schema",
    safe: "add the new name beside the old (a column written by both, or a view), and drop the old in a later release",
  },
  "type-changed": {
    effect: "breaks",
    does: "gets another type",
    safe: "add a second column, and write both; drop the first once a release did without it",
  },
  "null-refused": {
    effect: "breaks",
    does: "refuses what the version before may leave out: NOT NULL",
    safe: "give it a DEFAULT, or first release code that always fills it, and write it into that release's contracts",
  },
  "default-gone": {
    effect: "breaks",
    does: "has no default any more",
    safe: "first release code that always fills it, and write it into that release's contracts",
  },
  "reverse-missing": {
    effect: "reverse",
    does: "has no reverse",
    safe: "write the SQL that undoes it, or in a comment of that file why nothing is to be undone",
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof rules;

/** The rules by name. */
export const RULES: Readonly<Record<RuleName, Rule>> = rules;

/** Whether a text is the name of a rule. */
export const isRuleName = (text: string): text is RuleName => Object.hasOwn(RULES, text);
