import assert from "node:assert/strict";
import fc from "fast-check";
import { checklists } from "../../../evidence/checklists";
import { coverageAbove, doctor, migration, review, soak, tests } from "../../../evidence/checklists/ways";
import type { Fact, FindingKind, FindingOf } from "../../../evidence/fact";
import { judgeLines, judgeWaivers, type Judged } from "../../../evidence/judge";
import type { Checklist, Line, Way } from "../../../evidence/line";
import type { Waiver } from "../../../evidence/record";
import { everything, IMAGE, nothing } from "./facts";

const { guelaguetza } = checklists;
const full = everything(guelaguetza, "production");

function verdictOf(id: string, judged: Judged, checklist: Checklist = guelaguetza) {
  const verdict = judgeLines(checklist, judged).find(({ line }) => line.id === id);
  assert.ok(verdict !== undefined, id);
  return verdict;
}

function missingOf(id: string, judged: Judged): string {
  const verdict = verdictOf(id, judged);
  assert.ok(verdict.state === "not-met", `${id} is ${verdict.state}`);
  return verdict.missing;
}

/** Everything, with the facts of a kind and name changed. */
function changed<Kind extends FindingKind>(
  kind: Kind,
  change: Partial<FindingOf<Kind>>,
  name?: string,
): Judged {
  const isMeant = (fact: Fact) => fact.kind === kind && (name === undefined || fact.name === name);
  return { ...full, facts: full.facts.map((fact) => (isMeant(fact) ? { ...fact, ...change } : fact)) };
}

const waived = (waiver: Partial<Waiver>, judged: Judged = nothing(guelaguetza, "production")): Judged => ({
  ...judged,
  record: {
    ...judged.record,
    stacks: {
      production: {
        reports: [],
        waivers: [{ line: "lint", reason: "It hangs.", by: "devops", until: "2026-11-24", ...waiver }],
      },
    },
  },
});

const only = (way: Way): Checklist => ({
  system: "guelaguetza",
  title: { es: "uno", en: "one" },
  lines: [{ ...(guelaguetza.lines[0] ?? assert.fail()), id: "one", way }],
});

function problemOf(way: Way, facts: readonly Fact[], now = full.now): string | undefined {
  const [verdict] = judgeLines(only(way), { ...full, facts, now });
  return verdict?.state === "not-met" ? verdict.missing : undefined;
}

const source = { file: "reports/one.json", digest: IMAGE, tool: "tool", at: "2026-11-24T02:00:00Z" };

describe("the judge of lines", () => {
  it("G1 says by what a line is met", () => {
    const verdict = verdictOf("unit-tests", full);
    assert.deepEqual(
      verdict.state === "met" && verdict.by,
      "reports/tests-unit.json: 412 tests passed (tool 1.0.0, 2026-11-24)",
    );
  });

  it("G1 says what is missing, with the command that supplies it", () => {
    const verdict = verdictOf("unit-tests", nothing(guelaguetza, "production"));
    assert.deepEqual(verdict.state === "not-met" && [verdict.missing, verdict.command], [
      "no report tests unit is in the record",
      "npm run golive -- release attest guelaguetza v1.1.0 tests FILE --name unit",
    ]);
  });

  it("G1 says what is wrong with a report, in its own sentence where it is not believed", () => {
    assert.equal(
      missingOf("unit-tests", changed("tests", { failed: 1, passed: 411 }, "unit")),
      "reports/tests-unit.json has 1 of 412 tests failed",
    );
    const facts = full.facts.filter(({ kind, name }) => kind !== "tests" || name !== "unit");
    const disbeliefs = [
      { kind: "tests", name: "unit", file: "reports/unit.xml", problem: "has no test" } as const,
    ];
    assert.equal(missingOf("unit-tests", { ...full, facts, disbeliefs }), "reports/unit.xml has no test");
    assert.equal(
      missingOf("unit-tests", { ...full, disbeliefs }),
      "reports/tests-unit.json and reports/unit.xml are both the report tests unit: one is enough, and one is wrong",
    );
  });

  it("K10 takes coverage above 80 %, and not at 80 %", () => {
    const coverage = (covered: number, total: number): Fact => ({
      kind: "coverage",
      name: "coverage",
      covered,
      total,
      source,
    });
    assert.equal(problemOf(coverageAbove(80), [coverage(8001, 10_000)]), undefined);
    assert.equal(
      problemOf(coverageAbove(80), [coverage(8000, 10_000)]),
      "reports/one.json covers 8000 of 10000 lines; more than 80 % are asked for",
    );
    assert.notEqual(problemOf(coverageAbove(80), [coverage(7996, 10_000)]), undefined);
    assert.notEqual(problemOf(coverageAbove(80), [coverage(0, 0)]), undefined);
  });

  it("K10 takes no review by its author alone, and none with changes asked for", () => {
    const given = (change: Partial<FindingOf<"review">>) => changed("review", change);
    assert.equal(
      missingOf("sql-reviewed", given({ approvedBy: ["ana"] })),
      "reports/review-review.json has no approval by another than its author",
    );
    assert.equal(
      missingOf("sql-reviewed", given({ refusedBy: ["eva"] })),
      "reports/review-review.json has changes asked for by eva",
    );
    assert.equal(problemOf(review, []), "no report review is in the record");
  });

  it("K11 asks for readings of the last hour, on the same stack, none of the future", () => {
    const at = (time: string, stack = "production"): Fact => ({
      kind: "preflight",
      name: "doctor",
      stack,
      checks: [{ name: "cluster", ok: true, reading: "v1.33" }],
      source: { ...source, at: time },
    });
    const way = doctor("cluster");
    assert.equal(problemOf(way, [at("2026-11-24T02:00:00Z")]), undefined);
    assert.match(problemOf(way, [at("2026-11-24T01:59:59Z")]) ?? "", /old .*at most 60 min are allowed/);
    assert.equal(problemOf(way, [at("2026-11-24T03:05:00Z")]), undefined);
    assert.match(problemOf(way, [at("2026-11-24T03:05:01Z")]) ?? "", /after 2026-11-24T03:00:00.000Z/);
    assert.match(
      problemOf(way, [at("2026-11-24T02:30:00Z", "develop")]) ?? "",
      /is of develop, not of production/,
    );
    assert.match(problemOf(doctor("nodes"), [at("2026-11-24T02:30:00Z")]) ?? "", /has no check "nodes"/);
  });

  it("G9 takes no soak of other images, and none with a reading that is wrong", () => {
    assert.match(
      missingOf("staging-metrics", changed("soak", { images: [] })),
      /is of other images: sha256:a+ did not run/,
    );
    const readings = [{ name: "error rate", ok: false, reading: "7 %" }];
    assert.match(missingOf("staging-metrics", changed("soak", { readings })), /says of "error rate": 7 %/);
    assert.match(
      missingOf("staging-metrics", changed("soak", { stack: "develop" })),
      /is of develop, not of staging/,
    );
    assert.equal(soak("staging").by, "report");
  });

  it("G4 takes no migration whose questions were answered otherwise", () => {
    const verified = [{ name: "every product has version 1", ok: false, reading: "3" }];
    assert.match(
      missingOf("staging-migration", changed("migration", { verified }, "staging")),
      /every product has version 1": 3/,
    );
    assert.match(
      missingOf("staging-column", changed("migration", { verified: [] }, "staging")),
      /has no answer to/,
    );
    assert.equal(migration("staging").name, "staging");
  });

  it("G16 takes a signature that holds, and for the line alone that it signs", () => {
    assert.equal(verdictOf("ux-approved", full).state, "met");
    const refused = full.signatures.map(({ of, file }) => ({
      of,
      file,
      valid: false as const,
      reason: "it expired",
    }));
    assert.equal(
      missingOf("ux-approved", { ...full, signatures: refused }),
      "signatures/production/product-owner.dsse.json does not hold: it expired",
    );
    const partly = full.signatures.map((each) =>
      each.valid ? { ...each, signed: { ...each.signed, lines: ["lint"] } } : each,
    );
    assert.equal(
      missingOf("ux-approved", { ...full, signatures: partly }),
      "Pia has signed as Product Owner, and not for this line",
    );
  });

  it("G17 asks for the completion, and for the steps of a rollback where there was one", () => {
    assert.equal(
      missingOf("completion", { ...full, completion: undefined }),
      "nobody has signed its completion",
    );
    const { completion } = full;
    assert.ok(completion?.valid);
    const back: Judged = {
      ...full,
      completion: { ...completion, signed: { ...completion.signed, state: "rolled-back" } },
      signatures: [],
    };
    assert.equal(verdictOf("rollback-code", full).state, "met");
    assert.match(
      missingOf("rollback-code", back),
      /the completion says that the release was rolled back, and DevOps has not signed it/,
    );
  });

  it("E10 leaves what is due later for later, but not what is wrong already", () => {
    const before: Judged = { ...nothing(guelaguetza, "production"), due: "before" };
    assert.equal(verdictOf("hour-1-logs", before).state, "later");
    assert.equal(verdictOf("lint", before).state, "not-met");
    const readings = [{ name: "no critical errors in logs", ok: false, reading: "12 errors" }];
    const wrong: Judged = { ...changed("readings", { readings }, "hour-1"), due: "before" };
    assert.match(missingOf("hour-1-logs", wrong), /12 errors/);
  });

  it("G6 leaves resources for later where nobody knows them", () => {
    const unknown: Judged = { ...full, resources: () => undefined };
    assert.equal(verdictOf("dashboard", unknown).state, "later");
    assert.match(
      missingOf("dashboard", { ...full, resources: () => false }),
      /production declares no ConfigMap/,
    );
  });

  it("K10 takes a waiver to the end of its last day", () => {
    const given = waived({});
    const verdict = verdictOf("lint", given);
    assert.deepEqual(verdict.state === "waived" && [verdict.why, verdict.who, verdict.until], [
      "It hangs.",
      "Diana (DevOps)",
      "2026-11-24",
    ]);
    assert.deepEqual(judgeWaivers(guelaguetza, given), { mistakes: [], unused: [] });
    const late = (time: string) => ({ ...given, now: new Date(time) });
    assert.equal(verdictOf("lint", late("2026-11-24T23:59:59Z")).state, "waived");
    assert.equal(verdictOf("lint", late("2026-11-25T00:00:00Z")).state, "not-met");
    assert.deepEqual(judgeWaivers(guelaguetza, late("2026-11-25T00:00:00Z")).mistakes, [
      "stacks.production.waivers[0]: it expired after 2026-11-24",
    ]);
  });

  it("K10 refuses a waiver of no line, and one by a role that nobody has", () => {
    assert.deepEqual(judgeWaivers(guelaguetza, waived({ line: "lynt" })).mistakes, [
      "stacks.production.waivers[0]: lynt is no line of the checklist on production; golive release check prints them",
    ]);
    const stranger = waived({ by: "release-manager" });
    assert.equal(verdictOf("lint", stranger).state, "not-met");
    assert.deepEqual(judgeWaivers(guelaguetza, stranger).mistakes, [
      "stacks.production.waivers[0]: the stack file names no signer for release-manager, who answers for it",
    ]);
  });

  it("K10 says which waiver is not needed", () => {
    const given = waived({}, full);
    assert.equal(verdictOf("lint", given).state, "met");
    assert.deepEqual(judgeWaivers(guelaguetza, given).unused, [
      "stacks.production.waivers[0]: lint is met without its waiver: remove it",
    ]);
  });

  it("judges every line where a stack's name says no stage", () => {
    const judged = nothing(guelaguetza, "rehearsal");
    assert.equal(judgeLines(guelaguetza, judged).length, guelaguetza.lines.length);
  });

  it("K10 G1 is never moved by a report that fails to one that passes", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (passed, failed) => {
        const fact: Fact = { kind: "tests", name: "unit", passed, failed, skipped: 0, source };
        assert.equal(problemOf(tests("unit"), [fact]) === undefined, passed > 0 && failed === 0);
      }),
    );
  });

  it("E10 meets no line by nothing, whatever is due and whenever", () => {
    const lines: readonly Line[] = Object.values(checklists).flatMap((checklist) => checklist.lines);
    fc.assert(
      fc.property(
        fc.constantFrom("before", "during", "after"),
        fc.constantFrom(...Object.values(checklists)),
        fc.date({ noInvalidDate: true }),
        (due, checklist, now) => {
          const judged = { ...nothing(checklist, "rehearsal"), due, now };
          assert.ok(
            judgeLines(checklist, judged).every(({ state }) => state !== "met" && state !== "waived"),
          );
        },
      ),
    );
    assert.ok(lines.length >= 208 - 40);
  });
});
