#!/usr/bin/env bash
# A preview as a comment of a pull request: one for each stack, which the next push updates.
#   preview-comment.sh body STACK FILE [REPORT]   prints it, after what golive release report --markdown wrote
#   preview-comment.sh post STACK FILE [REPORT]   posts it, with GH_TOKEN, GITHUB_REPOSITORY and NUMBER of the environment
set -euo pipefail
action=$1 stack=$2 file=$3 report=${4:-}

# GitHub takes 65536 characters; what a reviewer must see, the count and the policies, stands at the end.
most=60000
# A report that is longer would be cut in the middle of its markup: it is in the run's artifact.
most_of_report=30000
marker="<!-- golive preview of $stack -->"

body() {
  echo "$marker"
  if [ -s "$report" ]; then
    if [ "$(wc -c < "$report")" -le "$most_of_report" ]; then
      most=$((most - $(wc -c < "$report")))
      cat "$report"
      echo
    else
      printf 'The verdict on the release is longer than a comment may be: the run has it as the artifact `release-%s`.\n\n' "$stack"
    fi
  fi
  printf '### Preview of `%s`\n\n' "$stack"
  if [ ! -s "$file" ]; then
    echo "There is none: a step before it failed."
    return
  fi
  if [ "$(wc -c < "$file")" -gt "$most" ]; then
    printf 'The last %s bytes; the run has all of it.\n\n' "$most"
  fi
  printf '````text\n%s\n````\n' "$(tail -c "$most" "$file" | iconv -c -f UTF-8 -t UTF-8)"
}

post() {
  comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
  ours="select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$marker\")))"
  id=$(gh api --paginate "$comments" --jq ".[] | $ours | .id" | head -n 1)
  if [ -n "$id" ]; then
    body | gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field body=@- --silent
  else
    body | gh api --method POST "$comments" --field body=@- --silent
  fi
}

"$action"
