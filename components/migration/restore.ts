/** A backup of a migration, put back in place of what the database holds now, and asked. Pure. */
import { onceSpec } from "../jobs/once";
import { APP, BACKUPS, type PodArgs, stepsPod } from "./pod";
import { ALONE, CONNECT, SESSION, VERIFY } from "./scripts";
import { client, lock, type VerificationQuery, inThrees } from "./steps";

/** Every schema that is the database's own; the one that each database has comes back as it is at first. */
const EMPTY = `SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' \\gexec
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
`;

/**
 * Takes a dump by its name in the folder of the second argument, or a version, whose latest dump it takes; the seconds for the lock;
 * what a statement may wait for a lock; and SQL that empties the database. All of it is one transaction, which ends once the dump was
 * read to its end: whatever fails, the database is as it was.
 */
const RESTORE = `${CONNECT}
wait=$3
${ALONE}export PGAPPNAME=${SESSION}
refuse() { echo "the database is as it was: $1" >&2; exit 1; }
dump="$2/$1"
if ! test -f "$dump"; then for found in "$2/$1"-*.dump; do dump=$found; done; fi
test -f "$dump" || refuse "there is no $dump; there are: $(cd "$2" && ls | grep '\\.dump$' | tr '\\n' ' ')"
pg_restore --file=/dev/null "$dump" || refuse "$dump cannot be read to its end"
echo f >/state/done
{
  echo "BEGIN; SET LOCAL lock_timeout = '$4';"
  printf '%s' "$5"
  pg_restore --no-owner --file=- "$dump" && printf '%s\\n' 'COMMIT;' "SELECT 'restored' \\g /state/restored"
} | ask --file=- >/dev/null || refuse "it does not take $dump"
test -s /state/restored || refuse "$dump could not be read"
echo "restored: $dump"
`;

/** Spec of a Job that asks queries, and changes nothing. */
export function questionsSpec({
  verify,
  deadlineSeconds = 900,
  ...args
}: Pick<RestoreArgs, "client" | "limits" | "database" | "verify" | "deadlineSeconds">) {
  const steps = [client("verify", `echo f >/state/done\n${VERIFY}`, ...inThrees(verify))];
  return onceSpec(APP, deadlineSeconds, stepsPod(steps, args));
}

/** What is put back. */
export interface RestoreArgs extends Pick<PodArgs<string>, "client" | "limits" | "database"> {
  /** `name` of the {@link MigrationJob} that made the backup. */
  readonly name: string;
  /** Claim of the volume of its backups. */
  readonly backups: string;
  /** Name of a dump, such as `v1.2.0-20261128T030405Z.dump`, or the version before whose migration it was made: then its latest. */
  readonly dump: string;
  /** What the database must answer then. */
  readonly verify: readonly VerificationQuery[];
  /** @default 3600 */
  readonly deadlineSeconds?: number;
  /** Seconds for which a migration of the same database is waited for. @default 60 */
  readonly waitSeconds?: number;
  /** Seconds for which a statement may wait for those who still use the database. @default 30 */
  readonly lockSeconds?: number;
}

/**
 * Spec of a Job that puts a backup back in one transaction: what the database holds now goes, the rows and the schema of the dump
 * come, golive's receipts of then among them, so that the next release applies what they lack. It may run again.
 *
 * @see G14, L12, L19 of the requirements
 */
export function restoreSpec({ name, backups, dump, verify, deadlineSeconds = 3600, ...args }: RestoreArgs) {
  const { waitSeconds = 60, lockSeconds = 30 } = args;
  const queries = inThrees(verify);
  const steps = [
    lock(waitSeconds, `restore of ${name}`),
    client("restore", RESTORE, dump, BACKUPS, waitSeconds, `${lockSeconds}s`, EMPTY),
    ...(queries.length === 0 ? [] : [client("verify", VERIFY, ...queries)]),
  ];
  return onceSpec(APP, deadlineSeconds, stepsPod(steps, { ...args, backups }));
}
