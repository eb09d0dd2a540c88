/**
 * What the containers of a migration Job run, for POSIX sh: with psql, pg_dump and pg_restore, which read `DATABASE_URL`, with curl,
 * or with what the application's image has. They tell each other in the folder /state, which all of them see and which is as old as
 * the pod. Nothing of the caller's is part of a script: it comes as an argument or a variable. Pure.
 */
import { IS_LOCK, LOCK } from "./receipt";

/**
 * Makes `url` of `DATABASE_URL`, without what Prisma or golang-migrate (`x-`) alone read there and libpq refuses; Prisma's
 * `schema` becomes the search path. https://www.prisma.io/docs/orm/overview/databases/postgresql
 */
export const CONNECT = `set -eu
url=\${DATABASE_URL%%\\?*}
parameters=
PGOPTIONS='-c client_min_messages=warning'
case $DATABASE_URL in *\\?*)
  for parameter in $(printf '%s' "\${DATABASE_URL#*\\?}" | tr '&' ' '); do
    case $parameter in
      schema=*) PGOPTIONS="$PGOPTIONS -c search_path=\\"\${parameter#*=}\\"" ;;
      connection_limit=*|pool_timeout=*|socket_timeout=*|pgbouncer=*|statement_cache_size=*) ;;
      single_use_connections=*|sslaccept=*|sslidentity=*) ;;
      x-*) ;;
      *) parameters="$parameters&$parameter" ;;
    esac
  done
esac
export PGOPTIONS PGCONNECT_TIMEOUT=10
url="$url\${parameters:+?\${parameters#&}}"
ask() { psql "$url" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
`;

/** A script as the step of a migration: where there is nothing to do it says so and ends well; else the migration has come to it. */
export const asStep = (name: string, script: string) => `set -eu
if [ "$(cat /state/done)" = t ]; then echo 'nothing to do'; exit 0; fi
echo ${name} >/state/step
${script}`;

/** A sidecar that sleeps until its pod ends; the shell hears the signal only where it waits. */
const UNTIL_THE_END = `while :; do sleep 60 & wait $! || true; done
`;

/** What failed, noted in the run that has no receipt. */
const NOTE = `UPDATE golive.migration_run SET failed_at = clock_timestamp(), step = :'step', message = nullif(:'message', '')
WHERE id = :run AND finished_at IS NULL`;

/** Name of the sessions of the migration itself: one whose pod is gone may run on in the server. */
export const SESSION = "golive-migration";

/** Those that still run. */
const RUNNING = `SELECT coalesce(string_agg(pid::text, ', '), '') FROM pg_stat_activity
WHERE application_name = '${SESSION}' AND datname = current_database()`;

const HOLDERS = `SELECT coalesce(string_agg(format('%s, connected since %s', application_name, backend_start), '; '), 'nobody any more')
FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE ${IS_LOCK}`;

/**
 * Beside the other steps, as long as the pod lives: the lock that keeps two releases apart, held by a session whose end is the
 * lock's. Takes the seconds for which it waits for the lock, and a name by which others see who holds it. When the pod ends without
 * a receipt, it notes in the database which step failed and what the tool said last.
 */
const HOLD = `${CONNECT}
export PGAPPNAME="$2"
refuse() { echo "$1" >&2; echo "$1" >/state/refusal.new; mv /state/refusal.new /state/refusal; }
note() {
  if test -e /state/receipt || ! test -s /state/run; then return 0; fi
  if test -e /state/log; then tail -c 2000 /state/log >/state/message; else : >/state/message; fi
  echo "$3" | ask --set=run="$(cat /state/run)" --set=step="$(cat /state/step)" --set=message="$(cat /state/message)" --file=- || true
}
trap 'note "$@"; exit 0' TERM
if ! mkfifo /state/ask; then
  refuse 'the connection that held the lock is lost'
else
  exec 3<>/state/ask
  ask --file=- <&3 >/state/lock.log 2>&1 &
  session=$!
  echo "SET lock_timeout = '$1s'; SELECT pg_advisory_lock(${LOCK});" >&3
  printf '%s\\n' 'SELECT pg_backend_pid() \\g /state/locked' >&3
  while kill -0 $session 2>/dev/null; do
    echo 'SELECT 1;' >&3
    sleep 1 & wait $! || true
  done
  if test -s /state/locked; then
    refuse 'the connection that held the lock is lost'
  else
    holders=$(ask --command="$4") || holders='the database does not answer'
    refuse "the database's lock was not to be had within $1 s ($(tail -n 1 /state/lock.log)); it is held by: $holders"
  fi
fi
${UNTIL_THE_END}`;

/** Arguments of {@link HOLD} after its first two. */
export const HOLD_LOCK = { script: HOLD, sql: [NOTE, HOLDERS] } as const;

/** Copies the migrations of the image, in the folder of the first argument, to where the other steps see them. */
export const READ = `set -eu
test -d "$1" || { echo "the image has no folder $1; expected the migrations there" >&2; exit 1; }
mkdir -p /state/migrations
cp -R "$1/." /state/migrations/
`;

/** Waits `$wait` seconds for the lock, and for a migration of an earlier pod that the server still runs. */
export const ALONE = `rounds=0
until test -s /state/locked; do
  if test -e /state/refusal; then cat /state/refusal >&2; exit 1; fi
  rounds=$((rounds + 1))
  if [ $rounds -gt $(($wait * 5 + 300)) ]; then echo 'the step lock does not answer: see its logs' >&2; exit 1; fi
  sleep 0.2
done
rounds=0
while running=$(ask --command="${RUNNING}") && [ -n "$running" ]; do
  rounds=$((rounds + 1))
  if [ $rounds -gt $(($wait * 5)) ]; then
    echo "a migration whose pod is gone still runs in the server, by the process $running: wait, or SELECT pg_terminate_backend($running)" >&2
    exit 1
  fi
  sleep 0.2
done
`;

/**
 * Begins a run, once the lock is held: reads the migrations, asks the tool's books and golive's receipts, and refuses by name what
 * was changed or is half applied. Takes the SQL for it, job, version and image; then the migrations as a glob, and sed expressions
 * for a migration's name, its reverse and what else belongs to it; then the seconds for which the lock is waited for.
 */
export const BEGIN = `${CONNECT}
wait=$9
${ALONE}field() { printf '"'; cat "$@" | sed 's/"/""/g'; printf '"'; }
cd /state/migrations
for up in $5; do
  case $up in *down.sql) continue ;; esac
  test -f "$up" || continue
  other=$(echo "$up" | sed -E "$8")
  test "$other" != "$up" && test -f "$other" || other=
  echo "$up" | sed -E "$6; s/.*/\\"&\\",/" | tr -d '\\n'
  field "$up" \${other:+"$other"}
  printf ,
  down=$(echo "$up" | sed -E "$7")
  if test -f "$down"; then field "$down"; fi
  echo
done >/state/files.csv
test -s /state/files.csv || { echo "the image has no migrations: expected $5" >&2; exit 1; }
printf '%s' "$1" | ask --set=job="$2" --set=version="$3" --set=image="$4" --file=-
`;

/** Dumps the database into the folder of the second argument, under the name of the first and not yet as a backup. */
export const BACKUP = `${CONNECT}
pg_dump --dbname="$url" --format=custom --file="$2/$1.partial"
echo "dumped: $(wc -c <"$2/$1.partial") bytes"
`;

/**
 * Makes a backup of a dump that is not empty, has a table of contents, and can be read to its end: a dump cut short still
 * has its table of contents. Takes the arguments of {@link BACKUP}; the backup's name ends in the time, and none is
 * overwritten. What it prints is the proof that a release record cites (evidence/reports/backup.ts).
 */
export const CHECK_BACKUP = `set -eu
dump="$2/$1.partial"
refuse() { echo "no backup: $dump $1" >&2; exit 1; }
test -e "$dump" || refuse 'is not there'
test -s "$dump" || refuse 'is empty'
TZ=UTC pg_restore --list "$dump" >/tmp/contents || refuse 'has no table of contents'
pg_restore --file=/dev/null "$dump" || refuse 'cannot be read to its end'
backup="$2/$1-$(date -u +%Y%m%dT%H%M%SZ).dump"
mv "$dump" "$backup"
sha256sum "$backup"
wc -c "$backup"
cat /tmp/contents
echo "read to its end: $backup"
echo "backup: $backup, $(wc -c <"$backup") bytes, $(grep -c ' TABLE DATA ' /tmp/contents || true) tables"
`;

/** Arguments of every request: none answers with more than its code, and none is waited for. */
const POST = "curl --silent --show-error --fail --max-time 10 --retry 2 --request POST --output /dev/null";

/** Beside the other steps: whatever becomes of them, users are let in again, at the address of the first argument, when the pod ends. */
export const LET_IN_AT_THE_END = `trap 'if test -e /state/maintenance; then ${POST} "$1"; echo "maintenance is off"; fi; exit 0' TERM
${UNTIL_THE_END}`;

/** Keeps users out by the address of the first argument, where a migration is to be applied and there is anybody to keep out. */
export const KEEP_OUT = `set -eu
if [ "$(cat /state/pending)" = 0 ]; then echo 'no migration is to be applied: users are served'; exit 0; fi
touch /state/maintenance
code=0
${POST} "$1" || code=$?
case $code in
  0) echo 'maintenance is on' ;;
  6|7) rm /state/maintenance; echo 'nothing answers there: there is nobody to keep out' ;;
  *) exit 1 ;;
esac
`;

/** Lets users in again by the address of the first argument. */
export const LET_IN = `set -eu
if ! test -e /state/maintenance; then echo 'maintenance was not on'; exit 0; fi
${POST} "$1"
rm /state/maintenance
echo 'maintenance is off'
`;

/**
 * Runs a tool's command, the fourth argument and those after it: no statement waits for a lock longer than the first says, none
 * runs longer than the second. A driver takes that from PGOPTIONS, or, where the third says `url`, from its URL.
 */
export const RUN = `set -eu
export PGAPPNAME=${SESSION} PGOPTIONS="-c lock_timeout=$1 -c statement_timeout=$2"
options="application_name=${SESSION}&options=-c%20lock_timeout%3D$1%20-c%20statement_timeout%3D$2"
case "$3 $DATABASE_URL" in
  'url '*[?\\&]options=*) ;;
  'url '*\\?*) export DATABASE_URL="$DATABASE_URL&$options" ;;
  'url '*) export DATABASE_URL="$DATABASE_URL?$options" ;;
esac
shift 3
{ code=0; "$@" || code=$?; echo $code >/state/code; } 2>&1 | tee /state/log
exit "$(cat /state/code)"
`;

/**
 * Runs the `*.sql` files of the image in the order of their names; each file and its entry in `golive_migrations` is one
 * transaction, so that a file is applied whole or not at all, and never twice. Takes what a statement may wait for a lock, and run.
 */
export const PLAIN_SQL = `${CONNECT}
export PGAPPNAME=${SESSION}
PGOPTIONS="$PGOPTIONS -c lock_timeout=$1 -c statement_timeout=$2"
ask --command='CREATE TABLE IF NOT EXISTS golive_migrations (
  name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())'
cd /state/migrations
apply() {
  for file in *.sql; do
    case $file in *.down.sql) continue ;; esac
    applied=$(echo "SELECT count(*) FROM golive_migrations WHERE name = :'name'" | ask --set=name="$file")
    if [ "$applied" = 1 ]; then echo "$file: applied before"; continue; fi
    echo "INSERT INTO golive_migrations (name) VALUES (:'name')" |
      ask --set=name="$file" --single-transaction --file="$file" --file=-
    echo "$file: applied"
  done
}
{ set +e; (set -e; apply); echo $? >/state/code; } 2>&1 | tee /state/log
exit "$(cat /state/code)"
`;

/**
 * Asks the queries that its arguments hold in threes (what it is, SQL, the one value expected), all of them, in sessions
 * that cannot write; fails where one answers otherwise or not at all. Those after `--once` hold only right after a migration.
 */
export const VERIFY = `${CONNECT}
[ "$(cat /state/done)" = t ] || echo verify >/state/step
export PGOPTIONS="$PGOPTIONS -c default_transaction_read_only=on"
code=0
while [ $# -ge 3 ]; do
  if [ "$1" = --once ]; then
    shift
    if [ "$(cat /state/pending)" = 0 ]; then echo 'no migration was applied now: what holds right after one is not asked'; break; fi
  fi
  if ! found=$(ask --pset=null='(null)' --command="$2"); then
    echo "failed: $1: no answer" >&2; code=1
  elif [ "$found" != "$3" ]; then
    echo "failed: $1: expected $3, found \${found:-no row}" >&2; code=1
  else
    echo "ok: $1: $found"
  fi
  shift 3
done
exit $code
`;

/** The receipt: takes the SQL for it and the job. */
export const FINISH = `${CONNECT}
printf '%s' "$1" | ask --set=job="$2" --set=run="$(cat /state/run)" --set=session="$(cat /state/locked)" --file=-
touch /state/receipt
`;

/** Takes a version back: the SQL for it, job, version, the seconds for the lock, and what a statement may wait for a lock, and run. */
export const REVERSE = `${CONNECT}
wait=$4
${ALONE}export PGAPPNAME=${SESSION}
PGOPTIONS="$PGOPTIONS -c lock_timeout=$5 -c statement_timeout=$6"
printf '%s' "$1" | ask --set=job="$2" --set=version="$3" --file=-
`;
