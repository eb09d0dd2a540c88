import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import { repositoryRoot } from "../../../engine/cache";
import { COMMIT } from "./release";
import { factOf, findingOf, problemOf, read } from "./read";

const fixture = (name: string) =>
  readFileSync(path.join(repositoryRoot, "test/fixtures/reports", name), "utf8");

const analysis = (results: unknown, change: object = {}, driver: object = {}) => ({
  $schema: "https://json.schemastore.org/sarif-2.1.0.json",
  version: "2.1.0",
  runs: [{ tool: { driver: { name: "CodeQL", semanticVersion: "2.23.1", ...driver } }, results, ...change }],
});
const counts = (results: unknown, change: object = {}, driver: object = {}) => {
  const { errors, warnings, suppressed } = factOf("sast", analysis(results, change, driver));
  return [errors, warnings, suppressed];
};

describe("a static analysis as SARIF", () => {
  it("K10 counts what node-sarif-builder writes", () => {
    const run = new SarifRunBuilder().initSimple({ toolDriverName: "njsscan", toolDriverVersion: "0.4.3" });
    run.addRule(new SarifRuleBuilder().initSimple({ ruleId: "sqli", shortDescriptionText: "SQL injection" }));
    for (const level of ["error", "warning", "note"] as const) {
      run.addResult(new SarifResultBuilder().initSimple({ level, messageText: "found", ruleId: "sqli" }));
    }
    const log = new SarifBuilder();
    log.addRun(run);
    const text = log.buildSarifJsonString({ indent: true });
    assert.deepEqual(findingOf("sast", text), { kind: "sast", errors: 1, warnings: 1, suppressed: 0 });
    assert.equal(factOf("sast", text).source.tool, "njsscan 0.4.3");
  });

  const rules = [{ id: "a", defaultConfiguration: { level: "error" } }, { id: "b" }];
  const COUNTED: readonly [string, object, readonly number[]][] = [
    ["a level of its own", { ruleId: "a", level: "note" }, [0, 0, 0]],
    ["its rule's level", { ruleId: "a" }, [1, 0, 0]],
    ["its rule's level, by the index", { ruleIndex: 0 }, [1, 0, 0]],
    ["a rule without a level", { ruleId: "b" }, [0, 1, 0]],
    ["no rule", { ruleId: "c" }, [0, 1, 0]],
    ["a kind that is no failure", { ruleId: "a", kind: "pass" }, [0, 0, 0]],
    ["what an older run had", { ruleId: "a", baselineState: "absent" }, [0, 0, 0]],
    ["a suppression that says no more", { ruleId: "a", suppressions: [{ kind: "inSource" }] }, [0, 0, 1]],
    ["a suppression under review", { ruleId: "a", suppressions: [{ status: "underReview" }] }, [1, 0, 0]],
    [
      "one suppression accepted and one rejected",
      { ruleId: "a", suppressions: [{ status: "accepted" }, { status: "rejected" }] },
      [1, 0, 0],
    ],
    ["an empty list of suppressions", { ruleId: "a", suppressions: [] }, [1, 0, 0]],
  ];
  for (const [what, result, expected] of COUNTED) {
    it(`K10 counts a result with ${what}`, () => assert.deepEqual(counts([result], {}, { rules }), expected));
  }

  it("K10 takes a level from the extension that has the rule", () => {
    const tool = { driver: { name: "CodeQL", rules: [] }, extensions: [{ name: "queries", rules }] };
    const result = { ruleId: "a", rule: { id: "a", index: 0, toolComponent: { index: 0 } } };
    assert.deepEqual(counts([result], { tool }), [1, 0, 0]);
  });

  it("K10 says when it ended, and of which commit", () => {
    const report = analysis([], {
      invocations: [{ executionSuccessful: true, endTimeUtc: "2026-11-24T08:00:00Z" }],
      versionControlProvenance: [{ repositoryUri: "https://example.com", revisionId: COMMIT }],
    });
    const { tool, at, commit } = factOf("sast", report).source;
    assert.deepEqual([tool, at, commit], ["CodeQL 2.23.1", "2026-11-24T08:00:00.000Z", COMMIT]);
  });

  const revision = (revisionId: string) => ({ repositoryUri: "https://example.com", revisionId });
  const BROKEN: readonly [string, object, string | RegExp][] = [
    ["no run", { ...analysis([]), runs: [] }, "has 0 runs; expected that of an analysis"],
    ["no runs at all", { ...analysis([]), runs: null }, "has 0 runs; expected that of an analysis"],
    [
      "no results",
      analysis(undefined),
      "has no results of CodeQL, which is an analysis that did not run; expected a list, if empty",
    ],
    [
      "a run that failed",
      analysis([], { invocations: [{ executionSuccessful: false }] }),
      "says that CodeQL did not succeed (executionSuccessful is false); expected a run to its end",
    ],
    [
      "another commit",
      analysis([], { versionControlProvenance: [revision("f".repeat(40))] }),
      `is of commit ${"f".repeat(40)}; expected ${COMMIT}`,
    ],
    [
      "two commits",
      analysis([], { versionControlProvenance: [revision(COMMIT), revision("f".repeat(40))] }),
      "is of 2 commits; expected one",
    ],
    [
      "a version that nobody reads",
      { ...analysis([]), version: "2.0.0" },
      /^is malformed SARIF 2\.1\.0: version: /,
    ],
    [
      "a level that is none",
      analysis([{ level: "fatal" }]),
      /^is malformed SARIF 2\.1\.0: runs\[0\]\.results\[0\]\.level: /,
    ],
  ];
  for (const [what, report, problem] of BROKEN) {
    it(`K10 does not believe an analysis with ${what}`, () => {
      const found = problemOf("sast", report);
      if (typeof problem === "string") assert.equal(found, problem);
      else assert.match(found, problem);
    });
  }
});

const NO_VULNERABILITIES = { info: 0, low: 0, moderate: 0, high: 0, critical: 0, total: 0 };
const audit = (severities: readonly string[], change: object = {}) => ({
  auditReportVersion: 2,
  vulnerabilities: Object.fromEntries(
    severities.map((severity, index) => [
      `p${index}`,
      { name: `p${index}`, severity, isDirect: true, via: [], effects: [] },
    ]),
  ),
  metadata: {
    vulnerabilities: { ...NO_VULNERABILITIES, total: severities.length },
    dependencies: { prod: 3, dev: 0, optional: 0, peer: 0, peerOptional: 0, total: 2 },
  },
  ...change,
});

describe("npm audit", () => {
  it("K10 counts packages by their severity, and what was looked at", () => {
    assert.deepEqual(findingOf("scan", fixture("npm-audit.json")), {
      kind: "scan",
      target: "dependencies",
      critical: 1,
      high: 0,
      moderate: 0,
      low: 0,
      packages: 2,
    });
    const all = ["critical", "high", "moderate", "low", "info"] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...all)), (severities) => {
        const count = (severity: string) => severities.filter((one) => one === severity).length;
        const { critical, high, moderate, low } = factOf("scan", audit(severities));
        assert.deepEqual(
          [critical, high, moderate, low],
          [count("critical"), count("high"), count("moderate"), count("low") + count("info")],
        );
      }),
    );
  });

  const BROKEN: readonly [string, string | object, string | RegExp][] = [
    [
      "an audit that the registry refused",
      fixture("npm-audit-refused.json"),
      "is of an audit that did not run (405 Method Not Allowed - POST https://registry.npmjs.org/-/npm/v1/security/advisories/bulk); expected what it found",
    ],
    [
      "an audit without a lockfile",
      { error: { code: "ENOLOCK", summary: "This command requires an existing lockfile.", detail: "" } },
      "is of an audit that did not run (This command requires an existing lockfile.); expected what it found",
    ],
    ["an audit of npm 6", { advisories: {}, metadata: {} }, /report of another version; expected version 2/],
    [
      "an audit that tells of more than it has",
      audit(["low"], { vulnerabilities: {} }),
      "tells of 1 vulnerabilities and has 0; expected all of them",
    ],
    [
      "an audit of nothing",
      audit([], { metadata: { vulnerabilities: NO_VULNERABILITIES, dependencies: { total: 0 } } }),
      "looked at 0 packages, which is a scan that did not run; expected the packages in it",
    ],
    ["a severity that is none", audit(["bad"]), /^has a severity "bad"; expected critical, high/],
    [
      "an audit without its counts",
      { auditReportVersion: 2, vulnerabilities: {} },
      /^is malformed npm audit --json: metadata: /,
    ],
  ];
  for (const [what, report, problem] of BROKEN) {
    it(`K10 does not believe ${what}`, () => {
      const found = problemOf("scan", report);
      if (typeof problem === "string") assert.equal(found, problem);
      else assert.match(found, problem);
    });
  }
});

const DIGEST = `sha256:${"a1".repeat(32)}`;
const SCANNED = "2026-11-23T08:00:00.5Z";
const scanner = (UpdatedAt: string) => ({
  Version: "0.67.2",
  VulnerabilityDB: { Version: 2, UpdatedAt, NextUpdate: UpdatedAt, DownloadedAt: UpdatedAt },
});

/** As `trivy image --format json --list-all-pkgs` writes it, shortened. */
const trivy = (change: object = {}) => ({
  SchemaVersion: 2,
  Trivy: scanner("2026-11-23T01:00:00Z"),
  CreatedAt: SCANNED,
  ArtifactName: `registry.example.com/shop/api@${DIGEST}`,
  ArtifactType: "container_image",
  Metadata: {
    OS: { Family: "debian", Name: "12.9" },
    RepoDigests: [`registry.example.com/shop/api@${DIGEST}`],
  },
  Results: [
    {
      Target: "debian 12.9",
      Class: "os-pkgs",
      Packages: [{ Name: "libc6" }, { Name: "openssl" }],
      Vulnerabilities: [
        { VulnerabilityID: "CVE-2026-1", Severity: "HIGH" },
        { VulnerabilityID: "CVE-2026-2", Severity: "UNKNOWN" },
      ],
    },
    { Target: "Node.js", Class: "lang-pkgs", Packages: [{ Name: "fastify" }] },
  ],
  ...change,
});

/** As `trivy image --format cyclonedx --scanners vuln` writes it, shortened. */
const cyclonedx = (change: object = {}, vulnerabilities: unknown = []) => ({
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  metadata: {
    timestamp: SCANNED,
    tools: { components: [{ type: "application", name: "trivy", version: "0.67.2" }] },
    component: {
      type: "container",
      name: "registry.example.com/shop/api:v1.2.0",
      purl: `pkg:oci/api@sha256%3A${"a1".repeat(32)}?arch=amd64`,
      properties: [
        { name: "aquasecurity:trivy:RepoDigest", value: `registry.example.com/shop/api@${DIGEST}` },
      ],
    },
  },
  components: [{ type: "library", name: "openssl" }],
  vulnerabilities,
  ...change,
});
const paired = (report: object, updated = "2026-11-23T01:00:00Z") => ({ report, scanner: scanner(updated) });

describe("a scan of an image", () => {
  it("K10 counts what Trivy found, and says of which image and how old the database was", () => {
    assert.deepEqual(findingOf("scan", trivy()), {
      kind: "scan",
      target: "image",
      critical: 0,
      high: 1,
      moderate: 1,
      low: 0,
      packages: 3,
      databaseAt: "2026-11-23T01:00:00Z",
      image: DIGEST,
    });
    const { tool, at } = factOf("scan", trivy()).source;
    assert.deepEqual([tool, at], ["Trivy 0.67.2", "2026-11-23T08:00:00.500Z"]);
  });

  it("K10 counts a vulnerability of CycloneDX once for each component that it affects, by its worst rating", () => {
    const found = [
      {
        id: "CVE-1",
        ratings: [{ severity: "low" }, { severity: "critical" }],
        affects: [{ ref: "a" }, { ref: "b" }],
      },
      { id: "CVE-2", ratings: [], affects: [{ ref: "a" }] },
      { id: "CVE-3", ratings: [{ severity: "info" }] },
    ];
    assert.deepEqual(findingOf("scan", paired(cyclonedx({}, found))), {
      kind: "scan",
      target: "image",
      critical: 2,
      high: 0,
      moderate: 1,
      low: 1,
      packages: 1,
      databaseAt: "2026-11-23T01:00:00Z",
      image: DIGEST,
    });
    assert.equal(factOf("scan", paired(cyclonedx())).source.tool, "trivy 0.67.2");
  });

  it("K10 reads a scan of a repository as one of its dependencies", () => {
    const repository = trivy({ ArtifactType: "repository", ArtifactName: ".", Metadata: { Commit: COMMIT } });
    const fact = factOf("scan", repository);
    assert.deepEqual([fact.target, fact.image, fact.source.commit], ["dependencies", undefined, COMMIT]);
  });

  it("K10 believes a database of seven days, and none that is a second older", () => {
    const old = (UpdatedAt: string) => trivy({ Trivy: scanner(UpdatedAt) });
    assert.equal(factOf("scan", old("2026-11-16T08:00:00.5Z")).high, 1);
    assert.equal(
      problemOf("scan", old("2026-11-16T07:59:59.5Z")),
      "was made with a database 7 days old; expected at most 7 days",
    );
  });

  const silent = { Version: "0.50.0" };
  const BROKEN: readonly [string, object, string | RegExp][] = [
    [
      "no database",
      trivy({ Trivy: silent }),
      /^does not say how old the scanner's database was; expected \{ "report"/,
    ],
    ["a CycloneDX by itself", cyclonedx(), /^does not say how old the scanner's database was/],
    [
      "a database of after it",
      trivy({ Trivy: scanner("2026-11-23T09:00:00Z") }),
      "was made at 2026-11-23T08:00:00.5Z with a database of 2026-11-23T09:00:00Z, which is later; expected the one it used",
    ],
    [
      "a scanner that says nothing",
      { report: trivy(), scanner: silent },
      "has a scanner without VulnerabilityDB.UpdatedAt; expected what trivy version --format json answers",
    ],
    [
      "no package",
      trivy({ Results: null }),
      "looked at 0 packages, which is a scan that did not run; expected the packages in it",
    ],
    [
      "a tag alone",
      trivy({ ArtifactName: "shop/api:v1.2.0", Metadata: { RepoDigests: [] } }),
      "does not say which image it scanned; expected its digest: scan <repository>@sha256:… as pushed",
    ],
    [
      "two digests",
      trivy({ Metadata: { RepoDigests: [`x@sha256:${"b2".repeat(32)}`] } }),
      "names 2 digests of its image; expected one",
    ],
    [
      "another commit",
      trivy({ Metadata: { RepoDigests: [], Commit: "f".repeat(40) } }),
      /^is of commit f+; expected 0123/,
    ],
    [
      "a bill of materials that nobody scanned",
      paired(cyclonedx({ vulnerabilities: undefined })),
      "is a bill of materials without vulnerabilities, which was not scanned; expected a list, if empty",
    ],
    [
      "a severity that is none",
      paired(cyclonedx({}, [{ ratings: [{ severity: "awful" }] }])),
      /^has a severity "awful"/,
    ],
  ];
  for (const [what, report, problem] of BROKEN) {
    it(`K10 does not believe a scan with ${what}`, () => {
      const found = problemOf("scan", report);
      if (typeof problem === "string") assert.equal(found, problem);
      else assert.match(found, problem);
    });
  }

  it("K10 gives a sentence for any scan with one field changed", () => {
    const keys = Object.keys(trivy());
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
        const found = read("scan", trivy({ [key]: value }));
        return "source" in found || found.problem !== "";
      }),
      { numRuns: 300 },
    );
  });
});
