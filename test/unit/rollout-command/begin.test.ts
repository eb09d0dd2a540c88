import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beginProblems, mayBegin } from "../../../cli/rollout/begin";
import { repositoryRoot } from "../../../engine/cache";
import { parseStackText, type StackSettings } from "../../../settings";
import { newPeople, writeExample, type Example } from "../../support/releases/example";
import { guelaguetza } from "../../support/releases/guelaguetza";
import { withKeys } from "../../support/releases/write";
import { plan, change } from "../rollout/fixtures";

const NOW = new Date("2025-01-25T03:00:00Z");
const people = newPeople("backend-lead", "devops", "product-owner");

/** A release that was signed and has not begun. */
const ready: Example = {
  ...guelaguetza,
  approvals: guelaguetza.approvals.map((approval) => ({ ...approval, at: "2025-01-25T02:00:00Z" })),
  completion: undefined,
};

describe("whether a rollout may begin, by its release records", () => {
  let folder: string;
  let releases: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "golive-begin-"));
    releases = path.join(folder, "releases");
    // The migrations that are reviewed lie beside the records.
    cpSync(path.join(repositoryRoot, "database"), path.join(folder, "database"), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true }));

  function settingsOf(stack: string, change = (text: string) => text): StackSettings {
    const file = `Pulumi.${stack}.yaml`;
    const text = readFileSync(path.join(repositoryRoot, file), "utf8");
    return parseStackText({ stack, file, text: change(withKeys(text, "guelaguetza", people)) });
  }

  /** Production, which runs the version before. */
  const before1 = (text: string) =>
    text.replace(/(repository: guelaguetza-backend,\s+tag: )v1\.1\.0/, "$1v1.0.0");

  const begin = (example: Example, to: string, stack = "production") => {
    writeExample(releases, example, people);
    const settings = settingsOf(stack, before1);
    const given = { plan: plan([change("release")]), rollouts: [], now: NOW, to, releases };
    return { of: { stack, system: "guelaguetza", settings } as const, given };
  };

  const problems = (...args: Parameters<typeof begin>): Promise<readonly string[]> => {
    const { of, given } = begin(...args);
    return beginProblems(of, given);
  };

  it("G9 a version whose record is complete may", async () => {
    assert.deepEqual(await problems(ready, "v1.1.0"), []);
  });

  it("G9 one that has not soaked on staging may not: the line, and the command that would supply it", async () => {
    const unsoaked = { ...ready, reports: ready.reports.filter(({ kind }) => kind !== "soak") };
    const { of, given } = begin(unsoaked, "v1.1.0");
    await assert.rejects(mayBegin(of, given), (error: Error & { exitCode?: number }) => {
      assert.equal(error.exitCode, 4);
      assert.match(
        error.message,
        /^\[release-soak\] guelaguetza v1\.1\.0 on production: "[^"]+" is not met, for no report soak is in the record: npm run golive -- release attest guelaguetza v1\.1\.0 soak FILE --stack production$/m,
      );
      return true;
    });
  });

  it("G9 one without a record may not, where the stack asks for records", async () => {
    const [line = ""] = await problems(ready, "v1.2.0");
    assert.match(line, /^\[release-record\] .*npm run golive -- release new guelaguetza v1\.2\.0/);
    assert.deepEqual(await problems(ready, "v1.2.0", "staging"), []);
  });
});
