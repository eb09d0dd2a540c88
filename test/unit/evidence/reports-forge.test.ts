import assert from "node:assert/strict";
import { COMMIT } from "./release";
import { factOf, findingOf, problemOf } from "./read";

const OTHER = "f".repeat(40);

/** As `GET /repos/acme/shop/pulls/12` answers, and its reviews, shortened. */
const PULL = {
  url: "https://api.github.com/repos/acme/shop/pulls/12",
  number: 12,
  state: "closed",
  title: "Release 1.2.0",
  draft: false,
  user: { login: "ana", id: 1, type: "User" },
  merged: true,
  merged_at: "2026-11-19T12:00:00Z",
  merge_commit_sha: "e".repeat(40),
  changed_files: 2,
  head: { ref: "release/1.2.0", sha: COMMIT },
  base: { ref: "main", sha: "d".repeat(40) },
};

const reviewed = (login: string, state: string, time = 10, change: object = {}) => ({
  id: 80,
  user: { login, id: 2, type: "User" },
  body: "",
  state,
  commit_id: COMMIT,
  submitted_at: `2026-11-19T${time}:00:00Z`,
  author_association: "MEMBER",
  ...change,
});

const review = (reviews: readonly object[], pull: object = {}, more: object = {}) => ({
  pull: { ...PULL, ...pull },
  reviews,
  ...more,
});

describe("a review, as GitHub tells it", () => {
  it("K10 L13 G1 gives who approved the commit that was built, and on which branch", () => {
    const files = [{ filename: "prisma/migrations/1/migration.sql" }, { filename: "src/app.ts" }];
    const fact = factOf("review", review([reviewed("beto", "APPROVED")], {}, { files }));
    assert.deepEqual(
      { ...fact, source: [fact.source.tool, fact.source.at, fact.source.commit] },
      {
        kind: "review",
        name: "review",
        author: "ana",
        approvedBy: ["beto"],
        refusedBy: [],
        branch: "release/1.2.0",
        base: "main",
        merged: true,
        files: files.map(({ filename }) => filename),
        source: ["GitHub, pull request 12", "2026-11-19T12:00:00.000Z", COMMIT],
      },
    );
  });

  const said = (...reviews: readonly object[]) => {
    const { approvedBy, refusedBy } = factOf("review", review(reviews));
    return [approvedBy, refusedBy];
  };

  const WORDS: readonly [string, readonly object[], readonly (readonly string[])[]][] = [
    ["nobody", [], [[], []]],
    ["its author", [reviewed("ana", "APPROVED")], [[], []]],
    ["a program", [reviewed("bot", "APPROVED", 10, { user: { login: "bot", type: "Bot" } })], [[], []]],
    ["an account that is gone", [reviewed("x", "APPROVED", 10, { user: null })], [[], []]],
    ["somebody, of an older commit", [reviewed("beto", "APPROVED", 10, { commit_id: OTHER })], [[], []]],
    ["somebody who only commented", [reviewed("beto", "COMMENTED")], [[], []]],
    [
      "somebody who then commented",
      [reviewed("beto", "APPROVED"), reviewed("beto", "COMMENTED", 11)],
      [["beto"], []],
    ],
    [
      "somebody who then asked for changes, whatever the order of the answer",
      [reviewed("beto", "CHANGES_REQUESTED", 11), reviewed("beto", "APPROVED", 10)],
      [[], ["beto"]],
    ],
    [
      "somebody whose refusal was dismissed, and another",
      [
        reviewed("beto", "CHANGES_REQUESTED"),
        reviewed("beto", "DISMISSED", 11),
        reviewed("eva", "APPROVED", 12),
      ],
      [["eva"], []],
    ],
    [
      "somebody who has not sent it",
      [reviewed("beto", "PENDING", 10, { submitted_at: undefined })],
      [[], []],
    ],
  ];
  for (const [who, reviews, words] of WORDS) {
    it(`K10 L13 counts the last word of ${who}`, () => {
      assert.deepEqual(said(...reviews), words);
    });
  }

  it("K10 takes the commit that the merge made, and no other", () => {
    const merged = { merge_commit_sha: COMMIT, head: { ref: "release/1.2.0", sha: OTHER } };
    assert.equal(factOf("review", review([], merged)).source.commit, COMMIT);
    const open = { ...merged, merged: false, state: "open", merged_at: null };
    assert.equal(problemOf("review", review([], open)), `is of commit ${OTHER}; expected ${COMMIT}`);
  });

  it("K10 does not believe a pull request that was closed, a page of files, or what is malformed", () => {
    assert.equal(
      problemOf("review", review([], { merged: false })),
      "is of pull request 12, which was closed and never merged",
    );
    assert.equal(
      problemOf("review", review([], {}, { files: [{ filename: "a" }] })),
      "has 1 of 2 files; expected every page",
    );
    assert.match(
      problemOf("review", review([reviewed("beto", "FINE")])),
      /^is malformed pull request and reviews: reviews\[0\]\.state: /,
    );
  });
});

/** As `GET /repos/acme/shop/commits/{sha}/check-runs` answers, shortened. */
const run = (name: string, change: object = {}) => ({
  id: 4,
  name,
  head_sha: COMMIT,
  status: "completed",
  conclusion: "success",
  started_at: "2026-11-19T10:00:00Z",
  completed_at: "2026-11-19T10:05:00Z",
  app: { id: 15368, slug: "github-actions" },
  ...change,
});
const runs = (...all: readonly object[]) => ({ total_count: all.length, check_runs: all });

describe("the checks of a commit, as GitHub tells them", () => {
  it("G1 L20 gives each, good or bad, of the commit", () => {
    const fact = factOf("ci", runs(run("build"), run("lint", { conclusion: "failure" })));
    assert.deepEqual(fact.checks, [
      { name: "build", ok: true },
      { name: "lint", ok: false },
    ]);
    assert.deepEqual([fact.source.commit, fact.source.at], [COMMIT, "2026-11-19T10:05:00.000Z"]);
  });

  for (const conclusion of ["failure", "cancelled", "timed_out", "action_required", "stale", null]) {
    it(`G1 a check that ended in ${conclusion} failed`, () => {
      assert.deepEqual(findingOf("ci", runs(run("build", { conclusion }))), {
        kind: "ci",
        checks: [{ name: "build", ok: false }],
      });
    });
  }

  it("G1 a check that was skipped has shown nothing", () => {
    const skipped = run("build", { conclusion: "skipped" });
    assert.deepEqual(factOf("ci", runs(run("lint"), skipped)).checks, [{ name: "lint", ok: true }]);
    assert.equal(problemOf("ci", runs(skipped)), "has 1 check, all of them skipped; expected some that ran");
  });

  it("G1 counts the last run of a check, and checks of two apps by themselves", () => {
    const again = run("build", { conclusion: "failure", started_at: "2026-11-19T11:00:00Z" });
    assert.deepEqual(factOf("ci", runs(again, run("build"))).checks, [{ name: "build", ok: false }]);
    assert.equal(factOf("ci", runs(run("build"), run("build", { app: { slug: "other" } }))).checks.length, 2);
  });

  it("G1 L20 does not believe none, a page, a check that runs, another commit, or two", () => {
    assert.equal(problemOf("ci", runs()), "has 0 checks; expected those of the commit");
    assert.equal(
      problemOf("ci", { total_count: 31, check_runs: [run("build")] }),
      "has 1 of 31 checks; expected every page",
    );
    const open = run("e2e", { status: "in_progress", conclusion: null, completed_at: null });
    assert.equal(
      problemOf("ci", runs(run("build"), open)),
      "has the check e2e, which has not ended (in_progress)",
    );
    const other = { head_sha: OTHER };
    assert.equal(problemOf("ci", runs(run("build", other))), `is of commit ${OTHER}; expected ${COMMIT}`);
    assert.equal(problemOf("ci", runs(run("build", other), run("lint"))), "is of 2 commits; expected one");
    const queued = run("build", { status: "queued", conclusion: null, started_at: null });
    assert.equal(
      problemOf("ci", runs(queued, run("build"))),
      "has the check build, which has not ended (queued)",
    );
  });
});
