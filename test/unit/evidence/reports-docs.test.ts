import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../../../engine/cache";
import { reportKinds } from "../../../evidence/report-kinds";
import { formats, readReport } from "../../../evidence/reports";
import { document } from "../../../evidence/reports/document";
import { RELEASE } from "./read";

const text = readFileSync(path.join(repositoryRoot, "docs/evidence.md"), "utf8");

describe("docs/evidence.md", () => {
  it("K10 has each format that is read, and no other; every kind has one", () => {
    const rows = [...text.matchAll(/^\| `([a-z0-9-]+)` +\| (.+?) +\|/gm)].map(
      ([, kind, title]) => `${kind} ${title}`,
    );
    const read = [...formats, document].map(({ kind, title }) => `${kind} ${title}`);
    assert.deepEqual([...rows].sort(), [...read].sort());
    assert.deepEqual(
      [...new Set([...formats, document].map(({ kind }) => kind))].sort(),
      [...reportKinds].sort(),
    );
  });

  it("K10 shows reports that are believed", () => {
    const shown = [...text.matchAll(/```json\n([\s\S]+?)```/g)].map(([, json = ""]) => json);
    const release = { ...RELEASE, version: "v1.1.0" };
    const read = shown.map((json) => {
      const kind = json.includes("MigrationReceipt") ? "migration" : "readings";
      return readReport({ kind, name: kind, file: "x" }, Buffer.from(json), release, new Date("2026-11-25"));
    });
    assert.deepEqual(
      read.map((each) => ("problem" in each ? each.problem : each.kind)),
      ["migration", "readings"],
    );
  });
});
