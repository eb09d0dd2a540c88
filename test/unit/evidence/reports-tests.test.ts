import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { coverageAbove } from "../../../evidence/checklists/ways";
import { repositoryRoot } from "../../../engine/cache";
import { COMMIT } from "./release";
import { factOf, findingOf, problemOf, read, RELEASE } from "./read";

const program = (name: string) => path.join(repositoryRoot, "node_modules/.bin", name);
const folderOf = (files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(path.join(tmpdir(), "golive-reports-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
};

const suite = (cases: string, attributes = "") => `<testsuite name="unit"${attributes}>${cases}</testsuite>`;
const PASSED = '<testcase classname="cart" name="adds" time="0.01"/>';
const FAILED =
  '<testcase classname="cart" name="removes"><failure message="1 == 2">AssertionError</failure></testcase>';
const SKIPPED = '<testcase classname="cart" name="later"><skipped/></testcase>';

describe("tests as JUnit XML", () => {
  it("K10 G1 counts what mocha itself writes", async () => {
    const folder = folderOf({
      "cart.test.js": `const assert = require("assert");
describe("cart", () => {
  it("adds", () => {});
  it("removes & <counts>", () => assert.equal(1, 2));
  it.skip("later", () => {});
  describe("hooks", () => { before(() => { throw new Error("no database"); }); it("never", () => {}); });
});`,
    });
    const ended = await promisify(execFile)(program("mocha"), ["--reporter", "xunit", "cart.test.js"], {
      cwd: folder,
    }).catch((error: unknown) => error);
    assert.ok(ended instanceof Error && "stdout" in ended && typeof ended.stdout === "string");
    const now = new Date();
    assert.deepEqual(findingOf("tests", ended.stdout, now), {
      kind: "tests",
      passed: 1,
      failed: 2,
      skipped: 1,
    });
    const { tool, at = "" } = factOf("tests", ended.stdout, now).source;
    assert.equal(tool, "mocha");
    assert.ok(Math.abs(Date.parse(at) - now.getTime()) < 60_000, at);
  });

  const WRITERS: readonly [string, string, object, object][] = [
    [
      "mocha-junit-reporter",
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Mocha Tests" time="0.0150" tests="3" failures="1">
  <testsuite name="Root Suite" timestamp="2026-11-19T08:00:00" tests="0" time="0.0000" failures="0"></testsuite>
  <testsuite name="cart" timestamp="2026-11-19T08:00:01" tests="3" file="/shop/cart.test.js" time="0.0110" failures="1">
    ${PASSED}${FAILED}${PASSED}
  </testsuite>
</testsuites>`,
      { passed: 2, failed: 1, skipped: 0 },
      { tool: "mocha", at: "2026-11-19T08:00:00.000Z" },
    ],
    [
      "pytest",
      `<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="0" skipped="1" tests="3" time="0.1" timestamp="2026-11-19T02:00:00.123456-06:00" hostname="ci">
${PASSED}${SKIPPED}<testcase name="x"><error message="fixture">E</error></testcase></testsuite></testsuites>`,
      { passed: 1, failed: 1, skipped: 1 },
      { tool: "pytest", at: "2026-11-19T08:00:00.123Z" },
    ],
    [
      "Maven Surefire, with a commit as a property",
      suite(
        `<properties><property name="java.version" value="21"/><property name="git.commit" value="${COMMIT.slice(0, 12)}"/></properties>${PASSED}`,
        ' tests="1" errors="0" skipped="0" failures="0"',
      ),
      { passed: 1, failed: 0, skipped: 0 },
      { tool: "JUnit XML", commit: COMMIT.slice(0, 12) },
    ],
    [
      "suites in suites, and one that broke outside of every case",
      `<testsuites>${suite(suite(PASSED + PASSED) + suite("<error>cannot be loaded</error>"))}</testsuites>`,
      { passed: 2, failed: 1, skipped: 0 },
      { tool: "JUnit XML" },
    ],
    [
      "a case that says by its status that it did not run",
      suite(`${PASSED}<testcase name="x" status="notrun"/>`),
      { passed: 1, failed: 0, skipped: 1 },
      { tool: "JUnit XML" },
    ],
  ];
  for (const [writer, xml, counts, source] of WRITERS) {
    it(`K10 G1 counts the cases of ${writer}`, () => {
      const fact = factOf("tests", xml);
      const { tool, at, commit } = fact.source;
      assert.deepEqual(findingOf("tests", xml), { kind: "tests", ...counts });
      assert.deepEqual({ tool, ...(at && { at }), ...(commit && { commit }) }, source);
    });
  }

  const BROKEN: readonly [string, string, string | RegExp][] = [
    ["no test", "<testsuites/>", "has 0 tests; expected the cases of a run"],
    [
      "no case in its suites",
      `<testsuites>${suite("")}</testsuites>`,
      "has 0 tests; expected the cases of a run",
    ],
    ["a headline for tests", suite("", ' tests="412"'), "has 0 tests; expected the cases of a run"],
    ["all skipped", suite(SKIPPED + SKIPPED), "has 2 tests, all of them skipped; expected tests that ran"],
    ["an end that is cut off", suite(PASSED).slice(0, -8), "is malformed JUnit XML, or cut short"],
    [
      "failures that no case has",
      suite(PASSED, ' failures="2"'),
      "tells of 2 failures and has no case that failed; expected all its cases",
    ],
    [
      "another commit",
      suite(`<properties><property name="commit" value="abcdef1234"/></properties>${PASSED}`),
      /^is of commit abcdef1234; expected 0123/,
    ],
    [
      "a commit of three digits",
      suite(`<properties><property name="commit" value="012"/></properties>${PASSED}`),
      /^is of commit 012;/,
    ],
    [
      "a time to come",
      suite(PASSED, ' timestamp="2026-11-25T00:00:00Z"'),
      /^is of 2026-11-25T00:00:00Z, which is yet to come/,
    ],
    [
      "a time that is none",
      suite(PASSED, ' timestamp="2026-13-45T00:00:00Z"'),
      'is of the time "2026-13-45T00:00:00Z", which is none',
    ],
  ];
  for (const [what, xml, problem] of BROKEN) {
    it(`K10 does not believe tests with ${what}`, () => {
      const found = problemOf("tests", xml);
      if (typeof problem === "string") assert.equal(found, problem);
      else assert.match(found, problem);
    });
  }

  it("K10 takes no time from one without its zone", () => {
    for (const time of ["2026-11-19T08:00:00", "yesterday at 5Z"]) {
      assert.equal(factOf("tests", suite(PASSED, ` timestamp="${time}"`)).source.at, undefined);
    }
  });

  it("K10 lets no entity swell, and reads none", () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${suite('<testcase name="&b;"/>')}`;
    assert.deepEqual(findingOf("tests", `<?xml version="1.0"?>${bomb}`), {
      kind: "tests",
      passed: 1,
      failed: 0,
      skipped: 0,
    });
  });

  it("K10 G1 counts the cases of suites in suites, however deep", () => {
    const kinds = [PASSED, FAILED, SKIPPED];
    const levels = fc.array(fc.array(fc.nat(2), { maxLength: 5 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(levels, (all) => {
        const casesOf = (own: readonly number[]) => own.map((kind) => kinds[kind]).join("");
        const xml = all.reduceRight((inner, own) => suite(casesOf(own) + inner), "");
        const count = (kind: number) => all.flat().filter((one) => one === kind).length;
        const [passed, failed, skipped] = [count(0), count(1), count(2)];
        if (passed + failed === 0) return problemOf("tests", xml).startsWith("has ");
        assert.deepEqual(findingOf("tests", xml), { kind: "tests", passed, failed, skipped });
        return true;
      }),
      { numRuns: 200 },
    );
  });
});

/** An lcov tracefile of files by their lines' hits. */
const lcovOf = (files: readonly (readonly number[])[]) =>
  files
    .map((hits, file) => {
      const lines = hits.map((hit, line) => `DA:${line + 1},${hit}\n`).join("");
      const covered = hits.filter((hit) => hit > 0).length;
      return `TN:\nSF:src/${file}.ts\n${lines}LF:${hits.length}\nLH:${covered}\nend_of_record\n`;
    })
    .join("");

const istanbulOf = (files: readonly (readonly number[])[]) =>
  Object.fromEntries(
    files.map((hits, file) => {
      const places = hits.map((_, line) => ({
        start: { line: line + 1, column: 0 },
        end: { line: line + 1, column: 9 },
      }));
      return [
        `src/${file}.ts`,
        {
          path: `src/${file}.ts`,
          statementMap: Object.fromEntries(places.entries()),
          s: Object.fromEntries(hits.entries()),
          fnMap: {},
          f: {},
          branchMap: {},
          b: {},
        },
      ];
    }),
  );

const summaryOf = (files: readonly (readonly number[])[]) => {
  const lines = (hits: readonly number[]) => ({
    lines: { total: hits.length, covered: hits.filter((hit) => hit > 0).length, skipped: 0, pct: 99.9 },
  });
  const each = files.map((hits, file) => [`src/${file}.ts`, lines(hits)] as const);
  return { total: lines(files.flat()), ...Object.fromEntries(each) };
};

describe("coverage", () => {
  it("K10 gives the same of what c8 writes in three forms", () => {
    const folder = folderOf({
      "lib.js":
        "function a(x) {\n  if (x) {\n    return 1;\n  }\n  return 2;\n}\nfunction never() {\n  return 3;\n}\nmodule.exports = { a, never };\n",
      "run.js": 'require("./lib").a(true);\n',
    });
    const reporters = ["lcovonly", "json", "json-summary"].map((name) => `--reporter=${name}`);
    execFileSync(program("c8"), [...reporters, "--reports-dir", "coverage", "node", "run.js"], {
      cwd: folder,
      env: { ...process.env, NODE_V8_COVERAGE: "" },
    });
    for (const file of ["lcov.info", "coverage-final.json", "coverage-summary.json"]) {
      const report = readFileSync(path.join(folder, "coverage", file), "utf8");
      assert.deepEqual(findingOf("coverage", report), { kind: "coverage", covered: 7, total: 11 }, file);
    }
  });

  it("K10 counts lines in every form alike, and is above 80 % only by counts", () => {
    const files = fc.array(fc.array(fc.nat(3), { maxLength: 12 }), { minLength: 1, maxLength: 6 });
    const above = coverageAbove(80);
    fc.assert(
      fc.property(files, (hits) => {
        const total = hits.flat().length;
        const covered = hits.flat().filter((hit) => hit > 0).length;
        for (const report of [lcovOf(hits), istanbulOf(hits), summaryOf(hits)]) {
          if (total === 0) {
            assert.equal(
              problemOf("coverage", report),
              "covers 0 lines; expected the lines of the code that was tested",
            );
            continue;
          }
          const fact = factOf("coverage", report);
          assert.deepEqual([fact.covered, fact.total], [covered, total]);
          const isAbove = above.test(fact, { ...RELEASE, stack: "production", images: [] }) === undefined;
          assert.equal(isAbove, covered / total > 0.8, `${covered} of ${total}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  for (const [covered, total, isAbove] of [
    [800, 1000, false],
    [7996, 10_000, false],
    [8001, 10_000, true],
    [80_000_001, 100_000_000, true],
  ] as const) {
    it(`K10 ${covered} of ${total} lines are ${isAbove ? "" : "not "}more than 80 %`, () => {
      const lines = { total, covered, skipped: 0, pct: 80.5 };
      const fact = factOf("coverage", { total: { lines }, "src/a.ts": { lines } });
      const problem = coverageAbove(80).test(fact, { ...RELEASE, stack: "production", images: [] });
      assert.equal(problem === undefined, isAbove, problem);
    });
  }

  it("K10 counts a file of several sections once, and a line by all of its statements", () => {
    const twice = lcovOf([[0, 1]]) + lcovOf([[1, 0]]);
    assert.deepEqual(findingOf("coverage", twice), { kind: "coverage", covered: 2, total: 2 });
    const places = { 0: { start: { line: 1, column: 0 } }, 1: { start: { line: 1, column: 9 } } };
    assert.deepEqual(findingOf("coverage", { "a.ts": { statementMap: places, s: { 0: 0, 1: 2 } } }), {
      kind: "coverage",
      covered: 1,
      total: 1,
    });
  });

  const BROKEN: readonly [string, string | object, string | RegExp][] = [
    [
      "an lcov cut short",
      lcovOf([[1, 1]]).slice(0, -9),
      "is cut short: an lcov tracefile ends in end_of_record",
    ],
    [
      "an lcov that tells of more lines than it has",
      lcovOf([[1, 1]]).replace("LF:2", "LF:5"),
      "tells of 5 lines of src/0.ts and has 2; expected an entry DA for each",
    ],
    [
      "a summary whose files have less",
      { ...summaryOf([[1, 0]]), total: { lines: { total: 10, covered: 9 } } },
      "tells of 9 of 10 lines, and its files have 1 of 2; expected the same",
    ],
    [
      "a summary of more than all",
      { total: { lines: { total: 1, covered: 2 } } },
      /more lines are covered than there are/,
    ],
    [
      "counts without statements",
      { "a.ts": { statementMap: {}, s: { 0: 1 } } },
      /expected one count for each statement/,
    ],
    [
      "a negative count",
      { "a.ts": { statementMap: { 0: { start: { line: 1, column: 0 } } }, s: { 0: -1 } } },
      /^is malformed istanbul coverage/,
    ],
  ];
  for (const [what, report, problem] of BROKEN) {
    it(`K10 does not believe ${what}`, () => {
      const found = problemOf("coverage", report);
      if (typeof problem === "string") assert.equal(found, problem);
      else assert.match(found, problem);
    });
  }
});

describe("a report of whatever kind", () => {
  it("K10 is not believed as another kind than it is, or of a format that nobody reads", () => {
    assert.equal(
      problemOf("coverage", suite(PASSED)),
      "is JUnit XML; expected coverage of the tests: istanbul's JSON or lcov",
    );
    assert.equal(
      problemOf("scan", "all good"),
      "is of no format that is read; expected a scan of dependencies or of an image: npm audit, CycloneDX or Trivy, as JSON",
    );
  });

  it("K10 is not believed where it is empty, cut short, no text, or would change a program", () => {
    assert.equal(problemOf("tests", " \n"), "is empty; a report has the results of a run");
    assert.match(
      problemOf("scan", '{"auditReportVersion": 2, "vulnerab'),
      /^is malformed JSON, or cut short \(/,
    );
    assert.equal(problemOf("scan", '{"__proto__": {}}'), 'has a key "__proto__", which no tool writes');
    assert.equal(problemOf("scan", '{"\\u005f_proto__": {}}'), 'has a key "__proto__", which no tool writes');
  });

  it("K10 gives a sentence, whatever the bytes", () => {
    const start = fc.constantFrom(
      "",
      "{",
      "[",
      "<testsuite>",
      "TN:\nSF:a\n",
      "# branch.oid ",
      "==> Linting x\n",
    );
    fc.assert(
      fc.property(start, fc.string({ unit: "binary" }), (begin, rest) => {
        const found = read("tests", begin + rest);
        return "source" in found || /^\S/.test(found.problem);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        const found = read("scan", json);
        return !("source" in found) && found.problem !== "";
      }),
      { numRuns: 500 },
    );
  });
});
