/**
 * What a restore drill runs, for POSIX sh with AWS's command line and with PostgreSQL's own programs. Nothing of the caller's is
 * part of a script: it comes as an argument. Pure.
 */

/**
 * Fetches the newest `*.dump` of the bucket of the first argument, folder of the second, into the folder of the third, and
 * checks it by the SHA-256 that lies beside it. Dumps are named by their time, so that the last name is the newest.
 */
export const FETCH = `set -eu
bucket=$1 source=$2 folder=$3
date +%s >"$folder/begun"
aws s3api list-objects-v2 --bucket "$bucket" --prefix "$source/" --query 'Contents[].[Key]' --output text |
  sort >"$folder/keys"
key=
while read -r name; do
  case $name in *.dump) key=$name ;; esac
done <"$folder/keys"
[ -n "$key" ] || { echo "no dump in s3://$bucket/$source" >&2; exit 1; }
for object in "$key" "$key.sha256"; do
  aws s3 cp --only-show-errors "s3://$bucket/$object" "$folder/$(basename "$object")"
done
cd "$folder"
sha256sum -c "$(basename "$key").sha256"
`;

/** Exit code of a drill that went to its end and found the backup wanting. */
export const REFUSED = 3;

/**
 * What every drill is built on: a server of its own in the folder of the first argument, reached by its socket alone, and the
 * verdict. `finish TAKEN BACKUP` takes the time of the backup in seconds since 1970 and its name; it asks the questions that
 * the arguments from the sixth on hold in threes (what it is, SQL, the one value expected), and writes the recovery time and the
 * recovery point into the file of the second too; they must not be longer than the third and the fourth, in seconds. The fifth
 * is the database. The server and its data are gone at the end, whatever happened.
 */
const DRILL = `set -eu
folder=$1 report=$2 most_time=$3 most_point=$4 database=$5
shift 5
data=$folder/data
end() { pg_ctl --pgdata="$data" --mode=immediate stop >/dev/null 2>&1 || true; rm -rf "$data"; }
trap end EXIT
trap 'exit 143' TERM INT
begin() {
  pg_ctl --pgdata="$data" --log="$folder/log" --wait --timeout=3600 \\
    --options="-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off -c shared_buffers=32MB $*" start >/dev/null ||
    { tail -20 "$folder/log" >&2; exit 1; }
}
ask() {
  PGOPTIONS='-c default_transaction_read_only=on' psql --host="$folder" --username=postgres --dbname="$database" \\
    --no-psqlrc --quiet --tuples-only --no-align --pset=null='(null)' --set=ON_ERROR_STOP=1 --command="$1"
}
refuse() { echo "$1" | tee -a "$report" >&2; exit ${REFUSED}; }
finish() {
  taken=$1 backup=$2 wrong=0
  shift 2
  tables=$(ask 'SELECT count(*) FROM pg_stat_user_tables')
  while [ $# -ge 3 ]; do
    if ! found=$(ask "$2"); then
      echo "failed: $1: no answer" >&2; wrong=$((wrong + 1))
    elif [ "$found" != "$3" ]; then
      echo "failed: $1: expected $3, found \${found:-no row}" >&2; wrong=$((wrong + 1))
    else
      echo "ok: $1: $found"
    fi
    shift 3
  done
  begun=$(cat "$folder/begun")
  time=$(($(date +%s) - begun)) point=$((begun - taken))
  echo "restore_drill recovery_time_seconds=$time recovery_point_seconds=$point tables=$tables failed=$wrong backup=$backup" | tee "$report"
  [ "$tables" -gt 0 ] || refuse "the backup holds no table"
  [ "$wrong" = 0 ] || refuse "the restored database does not answer as it should"
  [ "$time" -le "$most_time" ] || refuse "the recovery took longer than $most_time s"
  [ "$point" -le "$most_point" ] || refuse "the backup was older than $most_point s"
}
`;

/** Restores the one dump of the folder into a scratch database. */
export const RESTORE_DUMP = `${DRILL}
dump=$(echo "$folder"/*.dump)
made=$(TZ=UTC pg_restore --list "$dump" | sed -n 's/^; *Archive created at //p')
initdb --pgdata="$data" --username=postgres --auth=trust --encoding=UTF8 --no-sync >/dev/null
begin
createdb --host="$folder" --username=postgres "$database"
pg_restore --exit-on-error --no-owner --no-privileges --host="$folder" --username=postgres --dbname="$database" "$dump"
finish "$(date -ud "$made" +%s)" "$(basename "$dump")" "$@"
`;

/**
 * Restores the newest backup of pgBackRest's repository into the folder of the first argument; the others are what pgbackrest is
 * told of the repository. No WAL is asked for: the backup holds what makes it consistent (`archive-copy`).
 */
export const RESTORE_CLUSTER = `set -eu
folder=$1
shift
date +%s >"$folder/begun"
pgbackrest "$@" --output=json --log-level-console=warn --log-level-file=off info >"$folder/info"
last() { grep -o "$1" "$folder/info" | tail -1 | tr -cd "$2"; }
taken=$(last '"stop":[0-9]*' 0-9)
[ -n "$taken" ] || { echo "no backup in the repository: $(cat "$folder/info")" >&2; exit 1; }
echo "$taken" >"$folder/taken"
last '"label":"[0-9A-Z_-]*"' 0-9A-Z_- >"$folder/label"
mkdir -p "$folder/lock" "$folder/spool"
pgbackrest "$@" --pg1-path="$folder/data" --lock-path="$folder/lock" --spool-path="$folder/spool" \\
  --type=none --process-max=2 --log-level-console=info --log-level-file=off restore
`;

/** Starts the restored cluster, by settings of its own: Debian keeps a cluster's elsewhere, and a library of theirs may be missing. */
export const ASK_CLUSTER = `${DRILL}
# It would have PostgreSQL ask for WAL; what makes the backup consistent is there.
rm -f "$data/recovery.signal"
: >"$folder/drill.conf"
echo 'local all all trust' >"$folder/hba.conf"
begin "-c config_file=$folder/drill.conf -c hba_file=$folder/hba.conf -c shared_preload_libraries="
finish "$(cat "$folder/taken")" "$(cat "$folder/label")" "$@"
`;
