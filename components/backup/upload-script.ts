/** What puts a checked dump into a bucket, for POSIX sh with AWS's command line. Pure. */

/**
 * Uploads the one `*.dump` of the folder of the first argument, and its SHA-256 beside it, below the address of the
 * second (`s3://bucket/folder`), and asks S3 for the size of what it holds. Fails where there is no dump, or another size.
 */
export const UPLOAD = `set -eu
folder=$1 target=$2
set -- "$folder"/*.dump
[ $# -eq 1 ] && [ -s "$1" ] || { echo "expected one dump in $folder that is not empty" >&2; exit 1; }
name=$(basename "$1")
(cd "$folder" && sha256sum "$name" >"$name.sha256")
aws s3 cp --only-show-errors "$1" "$target/$name"
aws s3 cp --only-show-errors "$1.sha256" "$target/$name.sha256"
local_size=$(wc -c <"$1" | tr -d ' ')
remote_size=$(aws s3 ls "$target/$name" | awk -v name="$name" '$4 == name { print $3 }')
[ "$local_size" = "$remote_size" ] || { echo "$target/$name: \${remote_size:-no} bytes, expected $local_size" >&2; exit 1; }
echo "uploaded: $target/$name, $local_size bytes, SHA-256 $(cut -d' ' -f1 "$1.sha256")"
`;
