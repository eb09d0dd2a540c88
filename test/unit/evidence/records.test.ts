import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { evidenceFor, findRecords, loadRecord } from "../../../evidence/records";
import { SettingsError } from "../../../settings/mistakes";
import { CHANGELOG, DIGEST, RECORD, releaseFolder } from "./release";

function mistakes(folder: string): readonly string[] {
  try {
    loadRecord(folder);
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error.lines.map((line) => line.replace("releases/shop/v1.2.0/release.yaml:", ""));
  }
}

describe("a record's folder", () => {
  it("K27 K10 gives the record, what its reports say, and where that was read", () => {
    const loaded = loadRecord(releaseFolder());
    assert.equal(loaded.record.version, "v1.2.0");
    const names = (stack: string) =>
      evidenceFor(loaded, stack).facts.map(({ kind, name }) => `${kind} ${name}`);
    assert.deepEqual(names("production"), ["document changelog", "document rollback-plan"]);
    assert.deepEqual(names("staging"), ["document changelog"]);
    assert.equal(evidenceFor(loaded, "production").facts[0]?.source.file, "reports/changelog.md");
  });

  it("K10 does not believe a report that is none, and still loads", () => {
    const folder = releaseFolder(
      RECORD.replace("kind: document, name: changelog", "kind: tests, name: unit"),
    );
    const { facts, disbeliefs } = evidenceFor(loadRecord(folder), "staging");
    assert.deepEqual(
      [facts.length, disbeliefs.map(({ file, name }) => [file, name])],
      [0, [["reports/changelog.md", "unit"]]],
    );
  });

  it("K27 names the folder that has no record", () => {
    const folder = releaseFolder();
    rmSync(path.join(folder, "release.yaml"));
    assert.deepEqual(mistakes(folder), [
      "releases/shop/v1.2.0/release.yaml  expected a release record; golive release new SYSTEM VERSION writes one",
    ]);
  });

  it("K10 refuses a cited file that is missing, is none, or is a link to elsewhere", () => {
    const folder = releaseFolder();
    const changelog = path.join(folder, "reports/changelog.md");
    rmSync(changelog);
    const at = '15:46  reports[0].file: found "reports/changelog.md"';
    assert.deepEqual(mistakes(folder), [
      `${at}; expected a file that is there; golive release attest copies a report in and cites it`,
    ]);
    mkdirSync(changelog);
    assert.deepEqual(mistakes(folder), [`${at}; expected a file; this is none`]);
    rmSync(changelog, { recursive: true });
    const outside = path.join(folder, "../changelog.md");
    writeFileSync(outside, CHANGELOG);
    symlinkSync(outside, changelog);
    const link = "expected the file itself in the record's folder; a symbolic link leads elsewhere";
    assert.deepEqual(mistakes(folder), [`${at}; ${link}`]);
    rmSync(path.join(folder, "reports"), { recursive: true });
    mkdirSync(path.join(folder, "../elsewhere/production"), { recursive: true });
    writeFileSync(path.join(folder, "../elsewhere/changelog.md"), CHANGELOG);
    writeFileSync(path.join(folder, "../elsewhere/production/plan.md"), CHANGELOG);
    symlinkSync(path.join(folder, "../elsewhere"), path.join(folder, "reports"));
    assert.deepEqual(mistakes(folder).length, 2);
  });

  it("K27 tells the mistakes of the text and of the files together", () => {
    const folder = releaseFolder(RECORD.replace("summary: Search by price\n", ""));
    rmSync(path.join(folder, "reports/production/plan.md"));
    assert.deepEqual(mistakes(folder).length, 2);
  });

  it("K27 G17 has one digest for one meaning, and another where a report has one byte changed", () => {
    const { digest } = loadRecord(releaseFolder());
    const same = releaseFolder(RECORD.replace("# the release before the holidays", "# anything"));
    assert.equal(loadRecord(same).digest, digest);
    assert.notEqual(
      loadRecord(releaseFolder(RECORD.replace(DIGEST, DIGEST.replace("a1", "a2")))).digest,
      digest,
    );
    const folder = releaseFolder();
    fc.assert(
      fc.property(fc.nat(CHANGELOG.length - 1), fc.integer({ min: 1, max: 255 }), (index, bits) => {
        const bytes = Buffer.from(CHANGELOG);
        bytes[index] = (bytes[index] ?? 0) ^ bits;
        writeFileSync(path.join(folder, "reports/changelog.md"), bytes);
        assert.notEqual(loadRecord(folder).digest, digest);
      }),
      { numRuns: 50 },
    );
  });

  it("K27 finds a system's records, and none where there are none", () => {
    const folder = releaseFolder();
    const releases = path.join(folder, "../..");
    mkdirSync(path.join(releases, "shop/v1.3.0"));
    assert.deepEqual(findRecords(releases, "shop"), [path.join(releases, "shop/v1.2.0")]);
    assert.deepEqual(findRecords(releases, "kometa"), []);
  });
});
