import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { releaseReports, reportCommand, writeReports } from "../../cli/release/report";
import { isReady, refuses, type ReleaseReport } from "../../cli/release/report/report";
import { viewOf } from "../../cli/release/report/view";
import { reportMarkdown } from "../../cli/release/report/markdown";
import { recordedReleases, STACK } from "../support/recorded-releases";

const place = z.object({
  physicalLocation: z.object({
    artifactLocation: z.object({ uri: z.string() }),
    region: z.object({ startLine: z.number() }),
  }),
});
const run = z.object({
  tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string() })).default([]) }) }),
  results: z.array(
    z.object({
      ruleId: z.string(),
      level: z.string(),
      message: z.object({ text: z.string() }),
      locations: z.tuple([place]),
    }),
  ),
});
const sarifLog = z.object({ runs: z.tuple([run]) });
const readSarif = (text: string) => sarifLog.parse(JSON.parse(text)).runs[0];
const junitXml = z.object({
  testsuites: z.object({ "@_tests": z.string(), "@_failures": z.string(), "@_skipped": z.string() }),
});

describe("the files of golive release report", function () {
  this.timeout(120_000); // the program runs once
  let root: string;
  let report: ReleaseReport;
  const written = async (file: string) => readFile(path.join(root, file), "utf8");

  before(async () => {
    root = await recordedReleases();
    const [found] = await releaseReports({ root, system: "guelaguetza", stack: STACK });
    report = found ?? assert.fail();
    const files = { sarif: "o.sarif", junit: "o.xml", markdown: "o.md" };
    await writeReports(
      [report],
      STACK,
      Object.fromEntries(Object.entries(files).map(([kind, file]) => [kind, path.join(root, file)])),
    );
  });

  after(() => rm(root, { recursive: true }));

  it("G16 L20 writes as SARIF each refusal at the stack's place in the record, and each policy that does not pass", async () => {
    const { results, tool } = readSarif(await written("o.sarif"));
    const { refusals, policies } = report;
    const open = policies.filter(({ verdict }) => verdict !== "pass");
    assert.equal(results.length, refusals.length + open.length);
    const text = (await written("releases/guelaguetza/v1.1.0/release.yaml")).split("\n");
    const { physicalLocation: found } = (results[0] ?? assert.fail()).locations[0];
    assert.equal(found.artifactLocation.uri, "releases/guelaguetza/v1.1.0/release.yaml");
    assert.match(text[found.region.startLine - 1] ?? "", /^ {2}production:/);
    const rules = new Set(tool.driver.rules.map(({ id }) => id));
    for (const { ruleId, message } of results) {
      assert.ok(rules.has(ruleId), ruleId);
      assert.notEqual(message.text, "");
    }
    const errors = results.filter(({ level }) => level === "error").length;
    assert.equal(errors, refusals.length + policies.filter(refuses).length);
  });

  it("G16 L20 writes as JUnit a case for each line and for each object and rule; what is due later does not fail", async () => {
    const { testsuites } = junitXml.parse(
      new XMLParser({ ignoreAttributes: false }).parse(await written("o.xml")),
    );
    const { verdicts } = report.checked;
    const refused = verdicts.filter(
      ({ state, line }) => state === "not-met" && line.moment === "before",
    ).length;
    const lines = new Set(verdicts.map(({ line }) => line.id));
    const others = report.refusals.filter(({ line }) => line === undefined || !lines.has(line)).length;
    assert.equal(testsuites["@_tests"], String(verdicts.length + others + report.policies.length));
    assert.equal(testsuites["@_failures"], String(refused + others + report.policies.filter(refuses).length));
    const later = verdicts.filter(({ state }) => state === "later").length;
    assert.equal(testsuites["@_skipped"], String(later));
  });

  it("G16 writes as Markdown the verdict first, then what is missing with the commands, and the rest folded", async () => {
    const text = await written("o.md");
    assert.match(text, /^### guelaguetza v1\.1\.0 → production: ❌ No puede salir\n/);
    assert.match(
      text,
      /\n- ❌ Tests de integración pasando \(`integration-tests`\): [^\n]+\n {2}`npm run golive -- release attest /,
    );
    assert.ok(text.indexOf("integration-tests") < text.indexOf("<details>"));
    assert.ok(text.length < 30_000, "it fits into the comment");
  });

  it("D7 escapes hostile texts in Markdown: no tag, no link, no column, and nobody is called", async () => {
    const text = await written("o.md");
    assert.doesNotMatch(text, /<script|<img|@everyone|\]\(javascript/);
    assert.match(text, /&lt;script&gt;/);
    for (const line of text.split("\n").filter((each) => each.startsWith("| ⚠️")))
      assert.equal(line.match(/(?<!\\)\|/g)?.length, 4);
  });

  it("G16 says it in English where that is asked for", () => {
    const checked = { ...report.checked, language: "en" } as const;
    const text = reportMarkdown([viewOf({ ...report, checked })], "");
    assert.match(text, /❌ Not ready\n/);
    assert.match(text, /Integration tests pass \(`integration-tests`\)/);
  });

  it("G16 is ready only where every line that is due is met or waived, nothing refuses it and no policy fails", () => {
    const checked = { ...report.checked, ok: true };
    const policies = report.policies.filter((each) => !refuses(each));
    assert.equal(isReady({ ...report, checked, policies, refusals: [] }), true);
    assert.equal(isReady({ ...report, policies, refusals: [] }), false);
    assert.equal(isReady({ ...report, checked, policies }), false);
    const failing = report.policies.find(refuses) ?? {
      ...(report.policies[0] ?? assert.fail()),
      verdict: "fail" as const,
      level: "mandatory" as const,
    };
    assert.equal(isReady({ ...report, checked, refusals: [], policies: [failing] }), false);
  });

  it("K27 says that no record names the stack, and needs a file to write", async () => {
    const [sarif, markdown] = [path.join(root, "none.sarif"), path.join(root, "none.md")];
    await writeReports([], "staging", { sarif, markdown });
    assert.equal(await written("none.md"), "No release record names staging.\n");
    assert.deepEqual(readSarif(await written("none.sarif")).results, []);
    await assert.rejects(reportCommand({ root, stack: STACK }), {
      name: "UserError",
      message: /^nothing to write: name/,
    });
    await assert.rejects(writeReports([], STACK, { html: path.join(root, "o.md", "x.html") }), {
      name: "UserError",
      message: /cannot be written/,
    });
  });
});
