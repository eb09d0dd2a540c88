/**
 * What the containers of a migration Job run with psql, pg_dump and pg_restore, for POSIX sh. Each reads `DATABASE_URL`.
 * Nothing of the caller's is part of a script: it comes as an argument or a variable. Pure.
 */

/**
 * Makes `url` of `DATABASE_URL`, without what Prisma alone reads there and libpq refuses; Prisma's `schema` becomes the
 * search path. https://www.prisma.io/docs/orm/overview/databases/postgresql
 */
const CONNECT = `set -eu
url=\${DATABASE_URL%%\\?*}
parameters=
PGOPTIONS='-c client_min_messages=warning'
case $DATABASE_URL in *\\?*)
  for parameter in $(printf '%s' "\${DATABASE_URL#*\\?}" | tr '&' ' '); do
    case $parameter in
      schema=*) PGOPTIONS="$PGOPTIONS -c search_path=\\"\${parameter#*=}\\"" ;;
      connection_limit=*|pool_timeout=*|socket_timeout=*|pgbouncer=*|statement_cache_size=*) ;;
      single_use_connections=*|sslaccept=*|sslidentity=*) ;;
      *) parameters="$parameters&$parameter" ;;
    esac
  done
esac
export PGOPTIONS
url="$url\${parameters:+?\${parameters#&}}"
ask() { psql "$url" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
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

/**
 * Runs the `*.sql` files of the folder that the first argument names, in the order of their names; each file and its entry
 * in `golive_migrations` is one transaction, so that a file is applied whole or not at all, and never twice.
 */
export const PLAIN_SQL = `${CONNECT}
ask --command='CREATE TABLE IF NOT EXISTS golive_migrations (
  name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())'
for file in "$1"/*.sql; do
  test -f "$file" || { echo "$1 has no file *.sql" >&2; exit 1; }
  name=$(basename "$file")
  applied=$(echo "SELECT count(*) FROM golive_migrations WHERE name = :'name'" | ask --set=name="$name")
  if [ "$applied" = 1 ]; then echo "$name: applied before"; continue; fi
  echo "INSERT INTO golive_migrations (name) VALUES (:'name')" |
    ask --set=name="$name" --single-transaction --file="$file" --file=-
  echo "$name: applied"
done
`;

/**
 * Asks the queries that its arguments hold in threes (what it is, SQL, the one value expected), all of them, in sessions
 * that cannot write; fails where one answers otherwise or not at all.
 */
export const VERIFY = `${CONNECT}
export PGOPTIONS="$PGOPTIONS -c default_transaction_read_only=on"
code=0
while [ $# -ge 3 ]; do
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
