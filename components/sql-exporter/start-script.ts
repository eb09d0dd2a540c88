/** How the SQL exporter is started, for POSIX sh. Pure. */

/**
 * Makes the exporter's data source of `DATABASE_URL`, without what Prisma alone reads there: its driver hands what it does
 * not know to PostgreSQL, which refuses it. Prisma's `schema` becomes the search path; `now()` is read in UTC, in which
 * Prisma writes its times. The first argument is the exporter's program, the second its configuration file.
 *
 * https://pkg.go.dev/github.com/lib/pq#hdr-Connection_String_Parameters
 */
export const START = `set -eu
parameters='timezone=UTC&application_name=golive-sql-exporter'
case $DATABASE_URL in *\\?*)
  for parameter in $(printf '%s' "\${DATABASE_URL#*\\?}" | tr '&' ' '); do
    case $parameter in
      schema=*) parameters="$parameters&search_path=%22\${parameter#*=}%22" ;;
      sslmode=prefer|sslmode=allow) ;;
      sslmode=*|sslrootcert=*|connect_timeout=*) parameters="$parameters&$parameter" ;;
    esac
  done
esac
export SQLEXPORTER_TARGET_DSN="\${DATABASE_URL%%\\?*}?$parameters"
unset DATABASE_URL
exec "$1" "--config.file=$2"
`;
