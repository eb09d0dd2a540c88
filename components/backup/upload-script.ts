/** What puts a checked dump into a bucket, for POSIX sh with AWS's command line. Pure. */

/** Exit code of a dump that is suspiciously small. */
export const SHRUNK = 3;

/**
 * Uploads the one `*.dump` of the folder of the first argument, and its SHA-256 beside it, into the bucket of the second,
 * folder of the third, and asks S3 for the size of what it holds. Fails where there is no dump, or another size; with
 * {@link SHRUNK} where it is less than half as big as one of the seven before it, which is no reason to make another.
 */
export const UPLOAD = `set -eu
folder=$1 bucket=$2 target=$3
set -- "$folder"/*.dump
[ $# -eq 1 ] && [ -s "$1" ] || { echo "expected one dump in $folder that is not empty" >&2; exit 1; }
key=$target/$(basename "$1")
(cd "$folder" && sha256sum "$(basename "$1")" >"$1.sha256")
aws s3 cp --only-show-errors "$1" "s3://$bucket/$key"
aws s3 cp --only-show-errors "$1.sha256" "s3://$bucket/$key.sha256"
size=$(($(wc -c <"$1")))
held=$(aws s3api head-object --bucket "$bucket" --key "$key" --query ContentLength --output text)
[ "$size" = "$held" ] || { echo "s3://$bucket/$key: $held bytes, expected $size" >&2; exit 1; }
echo "uploaded: s3://$bucket/$key, $size bytes, SHA-256 $(cut -d' ' -f1 "$1.sha256")"
aws s3api list-objects-v2 --bucket "$bucket" --prefix "$target/" --query 'Contents[].[Key,Size]' --output text |
  sort | tail -16 >"$folder/held"
biggest=0
while read -r name bytes; do
  case $name in *.dump) [ "$bytes" -le "$biggest" ] || biggest=$bytes ;; esac
done <"$folder/held"
[ $((size * 2)) -ge "$biggest" ] || {
  echo "shrunk: $size bytes, less than half of the $biggest of one of the last dumps: are rows missing?" >&2
  exit ${SHRUNK}
}
`;
