/** What puts a checked dump into a bucket, for POSIX sh with AWS's command line. Pure. */

/**
 * Uploads the one `*.dump` of the folder of the first argument, and its SHA-256 beside it, into the bucket of the second,
 * folder of the third, and asks S3 for the size of what it holds. Fails where there is no dump, or another size.
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
`;
