import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { isFact, readReport } from "../../../evidence/reports";
import { COMMIT } from "./release";
import { factOf, findingOf, problemOf, RELEASE } from "./read";

const OID = `# branch.oid ${COMMIT}\n# branch.head release/1.2.0\n`;

describe("the working tree that was built", () => {
  it("G1 reads what git says of a real one: clean, then changed, staged, renamed, new", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "golive-tree-"));
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-C", folder, "-c", "user.name=Ana", "-c", "user.email=a@example.com", ...args], {
        encoding: "utf8",
      });
    git("init", "-q", "-b", "release/1.2.0");
    for (const file of ["changed", "staged", "from", "both"])
      writeFileSync(path.join(folder, file), `${file}\n`.repeat(9));
    const status = () => git("status", "--porcelain=v2", "--branch");
    assert.match(problemOf("git", status()), /^is of a branch without a commit/);
    git("add", "-A");
    git("commit", "-q", "-m", "begin");
    const commit = git("rev-parse", "HEAD").trim();
    const read = () =>
      readReport({ kind: "git", name: "git", file: "g" }, Buffer.from(status()), { ...RELEASE, commit });
    const clean = read();
    assert.ok(isFact(clean) && clean.kind === "git");
    assert.deepEqual(
      [clean.clean, clean.changed, clean.branch, clean.source.commit],
      [true, [], "release/1.2.0", commit],
    );
    writeFileSync(path.join(folder, "changed"), "x");
    writeFileSync(path.join(folder, "staged"), "x");
    git("add", "staged");
    git("mv", "from", "a name");
    mkdirSync(path.join(folder, "new"));
    writeFileSync(path.join(folder, "new/file"), "x");
    const changed = read();
    assert.ok(isFact(changed) && changed.kind === "git");
    assert.deepEqual([changed.clean, changed.changed], [false, ["a name", "changed", "staged", "new/"]]);
    git("stash", "-q");
    git("checkout", "-q", "--detach");
    const detached = read();
    assert.ok(isFact(detached) && detached.kind === "git");
    assert.equal(detached.branch, "(detached)");
  });

  it("G1 reads a conflict, and passes over what is ignored", () => {
    const conflict = `u UU N... 100644 100644 100644 100644 ${"a".repeat(40)} ${"b".repeat(40)} ${"c".repeat(40)} src/a b.ts\n! dist/\n`;
    assert.deepEqual(findingOf("git", OID + conflict), {
      kind: "git",
      clean: false,
      changed: ["src/a b.ts"],
      branch: "release/1.2.0",
    });
  });

  it("G1 is not believed of another commit, without its branch, or with other lines", () => {
    assert.equal(
      problemOf("git", OID.replace(COMMIT, "f".repeat(40))),
      `is of commit ${"f".repeat(40)}; expected ${COMMIT}`,
    );
    assert.equal(
      problemOf("git", `# branch.oid ${COMMIT}\n`),
      'has no line "# branch.head"; expected --branch',
    );
    assert.equal(
      problemOf("git", `${OID} M src/a.ts\n`),
      'has a line that git does not write: " M src/a.ts"',
    );
    assert.equal(problemOf("git", `${OID}1 .M N...\n`), 'has a line that git does not write: "1 .M N..."');
  });
});

const mentions = (text: string) => factOf("document", text).mentionsVersion;

describe("a document", () => {
  const SAID: readonly [string, string][] = [
    [
      "a heading with something below it",
      "# Changelog\n\n## [1.2.0] - 2026-11-24\n\n### Added\n\n- Search\n\n## [1.1.0]\n",
    ],
    ["a heading with a v", "## v1.2.0\n\nSearch by price\n"],
    ["a sentence", "This is how 1.2.0 is rolled back.\n"],
    ["a path", "helm rollback shop # to undo v1.2.0\r\n"],
    ["a link to read", "See [1.2.0](https://example.com/notes) for all.\n"],
  ];
  for (const [what, text] of SAID) {
    it(`K27 G15 L20 has something of the version in ${what}`, () => assert.equal(mentions(text), true));
  }

  const SILENT: readonly [string, string][] = [
    ["a heading with nothing below it", "## [1.2.0]\n\n## [1.1.0]\n\n- Search\n"],
    ["a heading with headings alone", "## 1.2.0\n\n### Added\n\n### Fixed\n"],
    ["a link's end", "# Changelog\n\n[1.2.0]: https://example.com/compare/v1.1.0...v1.2.0\n"],
    ["a release candidate", "## 1.2.0-rc.1\n\n- Search\n"],
    ["a longer version", "Versions 11.2.0, 1.2.0.1 and 1.2.01.\n"],
    ["a build", "1.2.0+build.5\n"],
    ["another's digits", "1x2x0\n"],
    ["what is not released", "## Unreleased\n\n- Search\n"],
  ];
  for (const [what, text] of SILENT) {
    it(`K27 G15 L20 has nothing of the version in ${what}`, () => assert.equal(mentions(text), false));
  }

  it("K27 finds any version, however its name is made", () => {
    const part = fc.nat(99);
    fc.assert(
      fc.property(part, part, part, fc.constantFrom("", "-develop-11", "-rc.1"), (a, b, c, end) => {
        const version = `v${a}.${b}.${c}${end}`;
        const read = (text: string) =>
          readReport({ kind: "document", name: "notes", file: "n.md" }, Buffer.from(text), {
            ...RELEASE,
            version,
          });
        const said = read(`# ${version}\n\nSearch\n`);
        const other = read(`# v${a}.${b}.${c + 1}${end}\n\nSearch\n`);
        return "text" in said && said.mentionsVersion && "text" in other && !other.mentionsVersion;
      }),
    );
  });

  it("K10 G15 is any text but none, a badge first or JSON cut short among them", () => {
    assert.equal(factOf("document", "[![ci](x)](y)\n# Shop 1.2.0\n").kind, "document");
    assert.equal(factOf("document", '{ "openapi": "3.1.0", ').text, '{ "openapi": "3.1.0", ');
    assert.equal(problemOf("document", "\n"), "is empty; a report has the results of a run");
    const found = readReport(
      { kind: "document", name: "x", file: "x" },
      Buffer.from([0xff, 0xfe, 0x00]),
      RELEASE,
    );
    assert.ok("problem" in found);
    assert.equal(found.problem, "is not text in UTF-8, as every report that is read here is");
  });
});

const LINT =
  "==> Linting ./src\n[INFO] Chart.yaml: icon is recommended\n\n1 chart(s) linted, 0 chart(s) failed\n";
const DRY_RUN = `NAME: shop
LAST DEPLOYED: Tue Nov 24 08:00:00 2026
NAMESPACE: shop-develop
STATUS: pending-install
REVISION: 1
TEST SUITE: None
USER-SUPPLIED VALUES:
{}

COMPUTED VALUES:
kind: values

HOOKS:
MANIFEST:
---
# Source: shop/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: shop
---
apiVersion: apps/v1
kind: Deployment
`;

describe("what was tried before a release", () => {
  it("K12 K9 reads helm lint, chart by chart", () => {
    assert.deepEqual(findingOf("preflight", LINT), {
      kind: "preflight",
      checks: [{ name: "helm lint ./src", ok: true, reading: "no error" }],
    });
    const failed = `==> Linting shop
[ERROR] Chart.yaml: name is required
[INFO] Chart.yaml: icon is recommended
[ERROR] templates/: validation: chart.metadata.name is required

Error: 1 chart(s) linted, 1 chart(s) failed
`;
    assert.deepEqual(findingOf("preflight", failed), {
      kind: "preflight",
      checks: [
        {
          name: "helm lint shop",
          ok: false,
          reading:
            "[ERROR] Chart.yaml: name is required; [ERROR] templates/: validation: chart.metadata.name is required",
        },
      ],
    });
  });

  it("K12 does not believe helm lint cut short, or that tells of more than it has", () => {
    assert.equal(
      problemOf("preflight", LINT.slice(0, 40)),
      "is cut short: helm lint ends in how many charts it linted",
    );
    assert.equal(
      problemOf("preflight", LINT.replace("1 chart", "3 chart")),
      "tells of 3 charts and has 1; expected all of them",
    );
    assert.equal(
      problemOf("preflight", LINT.replace("0 chart", "1 chart")),
      "tells of 1 charts that failed and has none; expected what was wrong",
    );
  });

  it("K9 reads a dry run of helm, and believes none that did more or less", () => {
    assert.deepEqual(findingOf("preflight", DRY_RUN), {
      kind: "preflight",
      checks: [{ name: "dry run of shop in shop-develop", ok: true, reading: "2 objects, pending-install" }],
    });
    const done = DRY_RUN.replace("pending-install", "deployed");
    assert.equal(
      problemOf("preflight", done),
      "is of a release that is deployed; expected what --dry-run says",
    );
    const nothing = DRY_RUN.slice(0, DRY_RUN.indexOf("---"));
    assert.equal(problemOf("preflight", nothing), "renders 0 objects; expected the chart's manifest");
    assert.match(
      JSON.stringify(findingOf("preflight", `${DRY_RUN}\nError: no permission\n`)),
      /"ok":false.*no permission/,
    );
  });

  const doctor = (...findings: readonly object[]) => ({
    stack: "develop",
    at: "2026-11-24T08:00:00Z",
    ok: true,
    findings,
  });
  const check = (name: string, verdict: string) => ({
    check: name,
    reading: "1.36.3",
    verdict,
    required: true,
  });

  it("K11 reads golive doctor --json; what was skipped has shown nothing", () => {
    const report = doctor(
      check("cluster", "ok"),
      check("certificate", "warn"),
      check("nodes", "fail"),
      check("registry", "skipped"),
    );
    const fact = factOf("preflight", report);
    assert.deepEqual(
      fact.checks.map(({ name, ok, reading }) => [name, ok, reading]),
      [
        ["cluster", true, "1.36.3"],
        ["certificate", true, "1.36.3"],
        ["nodes", false, "1.36.3"],
        ["registry", false, "skipped: 1.36.3"],
      ],
    );
    assert.deepEqual([fact.stack, fact.source.at], ["develop", "2026-11-24T08:00:00.000Z"]);
    assert.equal(problemOf("preflight", doctor()), "has 0 checks; expected what was looked at");
    assert.equal(
      problemOf("preflight", doctor(check("cluster", "skipped"))),
      "has skipped every check; expected some that were made",
    );
  });
});
