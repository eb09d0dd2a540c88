/** A pull request and its reviews, as GitHub's API tells them. */
import * as z from "zod";
import { Disbelieved } from "./disbelieved";
import type { Format, ReleaseOfReport } from "./format";
import { commit, counted, has, instant, latest, natural, parsed } from "./shared";

const user = z.object({ login: z.string(), type: z.string().optional() });

const reviewed = z.object({
  user: user.nullable(),
  state: z.enum(["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]),
  commit_id: commit.nullish(),
  submitted_at: instant.optional(),
});
type Reviewed = z.infer<typeof reviewed>;

const report = z.object({
  pull: z.object({
    number: natural,
    state: z.string(),
    user,
    merged: z.boolean(),
    merge_commit_sha: commit.nullish(),
    merged_at: instant.nullish(),
    changed_files: natural.optional(),
    head: z.object({ ref: z.string(), sha: commit }),
    base: z.object({ ref: z.string() }),
  }),
  reviews: z.array(reviewed),
  files: z.array(z.object({ filename: z.string() })).optional(),
});
type Pull = z.infer<typeof report>["pull"];

/** States by which somebody says a word; a comment takes none back. */
const WORDS: readonly string[] = ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"];

/**
 * `{ "pull": …, "reviews": […], "files": […] }`: the answers of `/repos/{owner}/{repo}/pulls/{n}`, `…/reviews` and, where the
 * files matter, `…/files`, each as it is. The last word of each person counts; an approval of an older commit, of the author, or of a
 * program counts for nothing.
 *
 * @see https://docs.github.com/en/rest/pulls/reviews
 */
export const review: Format<"review"> = {
  title: "GitHub's pull request and reviews",
  kind: "review",
  recognise: ({ json }) => has(json, "pull", "reviews"),
  read: ({ json }, release) => {
    const { pull, reviews, files } = parsed(report, json, "pull request and reviews");
    if (pull.state === "closed" && !pull.merged) {
      throw new Disbelieved(`is of pull request ${pull.number}, which was closed and never merged`);
    }
    if (files !== undefined && pull.changed_files !== undefined && files.length < pull.changed_files) {
      throw new Disbelieved(
        `has ${files.length} of ${counted(pull.changed_files, "file")}; expected every page`,
      );
    }
    const last = lastWords(reviews, pull);
    const approving = last.filter(({ state, commit_id: id }) => state === "APPROVED" && id === pull.head.sha);
    const refusing = last.filter(({ state }) => state === "CHANGES_REQUESTED");
    return {
      finding: {
        kind: "review",
        author: pull.user.login,
        approvedBy: approving.map(({ login }) => login),
        refusedBy: refusing.map(({ login }) => login),
        branch: pull.head.ref,
        base: pull.base.ref,
        merged: pull.merged,
        ...(files && { files: files.map(({ filename }) => filename) }),
      },
      tool: `GitHub, pull request ${pull.number}`,
      at: latest([
        ...last.flatMap(({ submitted_at: at }) => at ?? []),
        ...(pull.merged_at ? [pull.merged_at] : []),
      ]),
      commit: commitOf(pull, release),
    };
  },
};

interface LastWord extends Reviewed {
  readonly login: string;
}

function lastWords(reviews: readonly Reviewed[], { user: author }: Pull): readonly LastWord[] {
  const said = new Map<string, LastWord>();
  for (const each of [...reviews].sort(bySubmission)) {
    const { user: reviewer, state } = each;
    if (reviewer === null || reviewer.type === "Bot" || reviewer.login === author.login) continue;
    if (WORDS.includes(state)) said.set(reviewer.login, { ...each, login: reviewer.login });
  }
  return [...said.values()];
}

const bySubmission = (one: Reviewed, other: Reviewed) =>
  Date.parse(one.submitted_at ?? "") - Date.parse(other.submitted_at ?? "") || 0;

/** What was built is the branch's head, or what its merge made. */
const commitOf = ({ head, merged, merge_commit_sha: merge }: Pull, release: ReleaseOfReport) =>
  merged && merge === release.commit ? merge : head.sha;
