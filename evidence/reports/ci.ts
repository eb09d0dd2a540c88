/** The checks of a commit, as GitHub's API tells them (`/repos/{owner}/{repo}/commits/{sha}/check-runs`). */
import * as z from "zod";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { commit, counted, has, instant, latest, natural, parsed } from "./shared";

const check = z.object({
  name: z.string(),
  head_sha: commit,
  status: z.string(),
  conclusion: z.string().nullable(),
  started_at: instant.nullish(),
  completed_at: instant.nullish(),
  app: z.object({ slug: z.string().nullish() }).nullish(),
});
type Check = z.infer<typeof check>;

const answer = z.object({ total_count: natural, check_runs: z.array(check) });

/** Conclusions of a check that has said nothing, neither good nor bad. */
const SILENT: readonly (string | null)[] = ["skipped", "neutral"];

/**
 * Of each check its last run counts. One that was skipped has said nothing and is left out; all that is not `success` failed.
 *
 * @see https://docs.github.com/en/rest/checks/runs
 */
export const ci: Format<"ci"> = {
  title: "GitHub's check runs",
  kind: "ci",
  recognise: ({ json }) => has(json, "total_count", "check_runs"),
  read: ({ json }) => {
    const { total_count: total, check_runs: all } = parsed(answer, json, "check runs");
    if (all.length === 0) throw new Disbelieved("has 0 checks; expected those of the commit");
    if (all.length < total)
      throw new Disbelieved(`has ${all.length} of ${total} checks; expected every page`);
    const commits = new Set(all.map(({ head_sha: sha }) => sha));
    if (commits.size > 1) throw new Disbelieved(`is of ${commits.size} commits; expected one`);
    const last = lastRuns(all);
    const open = last.find(({ status }) => status !== "completed");
    if (open !== undefined)
      throw new Disbelieved(`has the check ${open.name}, which has not ended (${open.status})`);
    const spoken = last.filter(({ conclusion }) => !SILENT.includes(conclusion));
    if (spoken.length === 0) {
      throw new Disbelieved(
        `has ${counted(last.length, "check")}, all of them skipped; expected some that ran`,
      );
    }
    return {
      finding: {
        kind: "ci",
        checks: spoken.map(({ name, conclusion }) => ({ name, ok: conclusion === "success" })),
      },
      tool: "GitHub's checks",
      at: latest(last.flatMap(({ completed_at: at }) => at ?? [])),
      commit: all[0]?.head_sha,
    };
  },
};

function lastRuns(all: readonly Check[]): readonly Check[] {
  const runs = new Map<string, Check>();
  for (const each of [...all].sort(byStart)) runs.set(`${each.app?.slug ?? ""} ${each.name}`, each);
  return [...runs.values()];
}

const byStart = (one: Check, other: Check) => startOf(one) - startOf(other);
/** One that waits has not begun, and is the last. */
const startOf = ({ started_at: at }: Check) => (at ? Date.parse(at) : Infinity);
