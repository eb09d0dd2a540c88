import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { attest } from "../../cli/release/attest";
import { completeRelease } from "../../cli/release/complete";
import { makeKeys } from "../../cli/release/keys";
import { newRecord } from "../../cli/release/new";
import { register } from "../../cli/release/register";
import { shownRelease } from "../../cli/release/show";
import { signRelease } from "../../cli/release/sign";
import { waive } from "../../cli/release/waive";
import { UserError } from "../../cli/user-error";
import { repositoryRoot } from "../../engine/cache";
import { SettingsError } from "../../settings/mistakes";
import { ungated } from "../support/ungated";

const NOW = new Date("2026-11-24T08:30:00Z");
const DIGEST = `sha256:${"c3".repeat(32)}`;
const VERSION = "v1.0-develop-12";

/** A checkout with git, Kometa's stack file of develop, and a release branch of two commits. */
class Checkout {
  readonly root = mkdtempSync(path.join(tmpdir(), "golive-checkout-"));
  readonly named = { root: this.root, system: "kometa", version: VERSION };
  readonly folder = path.join(this.root, "releases/kometa", VERSION);
  readonly file = path.join(this.folder, "release.yaml");

  constructor() {
    this.git("init", "-q", "-b", "release/1.0");
    const stackFile = readFileSync(path.join(repositoryRoot, "Pulumi.develop.yaml"), "utf8");
    this.write("Pulumi.develop.yaml", ungated(stackFile));
    this.commit("the shop, as it was");
    this.git("tag", "v1.0-develop-11");
    this.commit("feat: search by price");
    this.commit("feat!: prices in cents");
  }

  git(...args: readonly string[]): string {
    const person = ["-c", "user.name=Ana Ruiz", "-c", "user.email=7+ana@users.noreply.github.com"];
    const env = {
      ...process.env,
      GIT_AUTHOR_DATE: "2026-11-20T08:00:00Z",
      GIT_COMMITTER_DATE: "2026-11-20T08:00:00Z",
    };
    return execFileSync("git", ["-C", this.root, ...person, ...args], { encoding: "utf8", env }).trim();
  }

  commit(message: string): void {
    this.git("add", "-A");
    this.git("commit", "-q", "--allow-empty", "-m", message);
  }

  write(file: string, text: string): string {
    const target = path.join(this.root, file);
    writeFileSync(target, text);
    return target;
  }

  begin(): this {
    newRecord({ ...this.named, digests: { "kometa-marketplace": DIGEST } });
    return this;
  }

  /** Puts the signers into the stack file. Gives the files of their private keys. */
  withSigners(...roles: readonly (readonly [role: string, name: string, account: string])[]) {
    const keys = roles.map(([role, name, account]) => {
      const file = path.join(this.root, `${role}.key`);
      return {
        file,
        line: `        ${role}: { name: ${name}, account: ${account}, key: ${makeKeys(file).text} }`,
      };
    });
    const stack = readFileSync(path.join(this.root, "Pulumi.develop.yaml"), "utf8");
    const evidence = ["    evidence:", "      signers:", ...keys.map(({ line }) => line)].join("\n");
    this.write("Pulumi.develop.yaml", stack.replace("  golive:kometa:\n", `  golive:kometa:\n${evidence}\n`));
    return keys.map(({ file }) => file);
  }
}

const JUNIT =
  '<testsuites><testsuite name="unit" tests="2"><testcase name="a"/><testcase name="b"/></testsuite></testsuites>';

describe("golive release", () => {
  it("K27 new writes what git and the stack file know, and says what is left", () => {
    const checkout = new Checkout();
    const { file, left } = newRecord(checkout.named);
    assert.equal(file, `releases/kometa/${VERSION}/release.yaml`);
    assert.deepEqual(left.length, 1);
    assert.match(left[0] ?? "", /images\[0\]\.digest: found ""; expected a digest/);
    const text = readFileSync(checkout.file, "utf8");
    for (const line of [
      "author: { name: Ana Ruiz, account: ana }",
      `commit: ${checkout.git("rev-parse", "HEAD")}`,
      "branch: release/1.0",
      'at: "?2026-11-20T',
      "previous: v1.0-develop-11",
      "repository: kometa-marketplace",
      `tag: ${VERSION}`,
      "changes:\n {2}- [\"']?feat: search by price[\"']?\n {2}- [\"']?feat!: prices in cents[\"']?\n",
      "breaking:\n {2}- [\"']?feat!: prices in cents",
      "develop:",
    ]) {
      assert.match(text, new RegExp(line.replace(/[()]/g, "\\$&")), line);
    }
  });

  it("K27 new writes nothing over a record, for a system that no stack has, or outside its folder", () => {
    const checkout = new Checkout().begin();
    const refused = (change: object, message: RegExp) =>
      assert.throws(() => newRecord({ ...checkout.named, ...change }), { name: "UserError", message });
    refused({}, /is there already: edit it, or remove it first/);
    refused({ system: "shop" }, /^No stack file has golive:shop; looked at: develop$/);
    refused({ version: "../../x" }, /^version "\.\.\/\.\.\/x": expected a tag/);
    refused({ system: ".." }, /^system "\.\.": expected a name/);
    refused({ version: "v9", repository: tmpdir() }, /is no working tree of git with a commit/);
    assert.equal(existsSync(path.join(checkout.root, "releases/shop")), false);
  });

  it("K10 attest copies a report in and cites it, and leaves every comment where it is", async () => {
    const checkout = new Checkout().begin();
    const before = readFileSync(checkout.file, "utf8");
    const report = checkout.write("unit.xml", JUNIT);
    const attesting = { ...checkout.named, kind: "tests", name: "unit", file: report };
    const fact = await attest(attesting);
    assert.deepEqual([fact.kind, fact.name, fact.source.file], ["tests", "unit", "reports/tests-unit.xml"]);
    assert.equal(readFileSync(path.join(checkout.folder, "reports/tests-unit.xml"), "utf8"), JUNIT);
    await attest(attesting);
    await attest({ ...attesting, stack: "develop", name: "smoke" });
    const after = readFileSync(checkout.file, "utf8");
    const comments = (text: string) => text.match(/#.*/g);
    assert.deepEqual(comments(after), comments(before));
    const { reports } = await shownRelease(checkout.named, NOW);
    assert.deepEqual(
      reports.map(({ citation, stack }) => [citation.file, stack]),
      [
        ["reports/tests-unit.xml", undefined],
        ["reports/develop/tests-smoke.xml", "develop"],
      ],
    );
  });

  it("K10 attest refuses what would not be believed, and changes nothing then", async () => {
    const checkout = new Checkout().begin();
    const before = readFileSync(checkout.file, "utf8");
    const report = checkout.write("unit.xml", "<testsuites/>");
    const refused = (change: object, message: RegExp) =>
      assert.rejects(attest({ ...checkout.named, kind: "tests", file: report, ...change }), {
        name: "UserError",
        message,
      });
    await refused({}, /unit\.xml is not taken as tests: it /);
    await refused({ kind: "test" }, /"test" is no kind of report: expected one of tests, coverage/);
    await refused({ file: "nowhere.xml" }, /nowhere\.xml cannot be read/);
    await refused({ name: "Unit tests" }, /--name "Unit tests": expected a name/);
    await refused(
      { kind: "scan", file: undefined },
      /^scan is not read live: name its file, a scan of dependencies/,
    );
    await refused({ kind: "preflight", file: undefined }, /^preflight is of one stack: name it by --stack$/);
    await refused(
      { kind: "migration", file: undefined, stack: "develop" },
      /^migration is read of a Job: name it by --job, or name its file$/,
    );
    await refused({ kind: "alerts", file: undefined }, /one of --prometheus URL and --alertmanager URL/);
    await refused(
      { kind: "alerts", file: undefined, prometheus: "http://127.0.0.1:9" },
      /^http:\/\/127\.0\.0\.1:9\/api\/v1\/alerts does not answer: /,
    );
    assert.equal(readFileSync(checkout.file, "utf8"), before);
    assert.equal(existsSync(path.join(checkout.folder, "reports")), false);
  });

  it("G16 keys makes a pair that only its owner may read, and writes over none", () => {
    const file = path.join(new Checkout().root, "qa.key");
    makeKeys(file);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.throws(() => makeKeys(file), { name: "UserError", message: /is there already/ });
  });

  it("G16 L9 sign keeps an approval that will be believed, and no other", async () => {
    const checkout = new Checkout().begin();
    const [qa, devops] = checkout.withSigners(["qa", "Berta", "berta"], ["devops", "Ana", "ana"]);
    const signing = {
      ...checkout.named,
      stack: "develop",
      role: "qa",
      key: qa,
      days: 7,
      due: "after",
      now: NOW,
    };
    const { file, approval } = await signRelease(signing);
    assert.equal(file, "signatures/develop/qa.dsse.json");
    assert.equal(approval.expires, "2026-12-01T08:30:00.000Z");
    assert.ok(approval.lines.includes("webhooks"), approval.lines.join());
    assert.deepEqual((await signRelease({ ...signing, lines: ["forms"] })).approval.lines, ["forms"]);
    const before = await signRelease({ ...signing, due: "before" });
    assert.ok(!before.approval.lines.includes("webhooks"));
    const refused = (change: object, message: RegExp) =>
      assert.rejects(signRelease({ ...signing, ...change }), { name: "UserError", message });
    await refused({ key: devops }, /^Berta cannot sign qa for develop so: it is signed by another key/);
    await refused({ role: "devops", key: devops }, /Ana is the author of the release/);
    await refused({ role: "boss" }, /^"boss" is no role: expected one of backend-lead/);
    await refused(
      { role: "product-owner" },
      /names no signer for product-owner: add \{ name, account, key \}/,
    );
    await refused({ key: checkout.file }, /expected an ed25519 private key in PEM/);
    await refused({ key: undefined }, /^Berta signs qa by a key: name its file by --key$/);
    await refused(
      { lines: ["code-review"] },
      /^qa does not sign "code-review" of kometa on develop: expected one of /,
    );
    await refused({ due: "later" }, /^--due "later": expected one of before, during, after$/);
    await refused({ days: 0 }, /before it was signed$/);
    const { stacks } = await shownRelease(checkout.named, NOW);
    assert.deepEqual(
      stacks["develop"]?.approvals.map(({ of, valid }) => [of, valid]),
      [["qa", true]],
    );
  });

  it("K10 waive writes who, why and until when; git tells who wrote it, and approvals before it fall", async () => {
    const checkout = new Checkout().begin();
    const [qa] = checkout.withSigners(["qa", "Berta", "berta"]);
    const signing = {
      ...checkout.named,
      stack: "develop",
      role: "qa",
      key: qa,
      days: 7,
      lines: [],
      now: NOW,
    };
    await signRelease(signing);
    const waiving = {
      ...checkout.named,
      line: "load-test",
      stack: "develop",
      reason: "no users yet",
      by: "devops",
      until: "2026-12-31",
      now: NOW,
    };
    waive(waiving);
    const shown = async () => (await shownRelease(checkout.named, NOW)).stacks["develop"];
    const waiver = { line: "load-test", reason: "no users yet", by: "devops", until: "2026-12-31" };
    const before = await shown();
    assert.deepEqual(before?.waivers, [waiver]);
    assert.deepEqual(
      before.approvals.map((each) => (each.valid ? "valid" : each.reason)),
      ["release.yaml was changed after it was signed"],
    );
    checkout.commit("waive the load test");
    const [committed] = (await shown())?.waivers ?? [];
    assert.equal(committed?.commit?.id, checkout.git("rev-parse", "HEAD"));
    assert.equal(committed.commit.author, "Ana Ruiz <7+ana@users.noreply.github.com>");
    const refused = (change: object, message: RegExp) => {
      assert.throws(() => waive({ ...waiving, ...change }), message);
    };
    refused({ until: "2026-11-23" }, /is past: expected a day to come/);
    refused({ until: "soon" }, /expected a date such as 2026-12-31/);
    refused({ by: "boss" }, /is no role/);
    refused({ line: "Load test" }, /waivers\[1\]\.line: found "Load test"/);
  });

  it("G17 K27 complete signs how it ended, which the register then shows", async () => {
    const checkout = new Checkout().begin();
    const [devops] = checkout.withSigners(["devops", "Dora", "dora"]);
    assert.match(await register(checkout.root, "kometa", NOW), /develop: not completed/);
    const completing = {
      ...checkout.named,
      stack: "develop",
      role: "devops",
      key: devops,
      start: "2026-11-24T08:00:00Z",
      downtime: 3,
      incidents: ["a | slow <query>"],
      state: "succeeded",
      now: NOW,
    };
    const { completion } = await completeRelease(completing);
    assert.equal(completion.end, NOW.toISOString());
    const text = await register(checkout.root, undefined, NOW);
    assert.match(text, /## kometa/);
    assert.match(
      text,
      /\| v1\.0-develop-12 +\| 2026-11-20 +\| feat: search by price<br>feat!: prices in cents +\| Ana Ruiz/,
    );
    assert.match(text, /develop: succeeded 2026-11-24 08:30/);
    const refused = (change: object, message: RegExp) =>
      assert.rejects(completeRelease({ ...completing, ...change }), { name: "UserError", message });
    await refused({ downtime: 1801 }, /its downtime of 1801 s is longer than the 1800 s that it took/);
    await refused({ start: "2026-11-24T09:00:00Z" }, /before its start/);
    await refused({ state: "fine" }, /^state "fine": expected one of succeeded, rolled-back$/);
    await refused({ role: "qa" }, /^role "qa": expected one of devops, release-manager$/);
    await refused(
      { start: "today" },
      /cannot be signed so: it signs no statement that golive knows: predicate\.start/,
    );
  });

  it("K27 a mistake in the record is told as such by every command", async () => {
    const checkout = new Checkout();
    newRecord(checkout.named);
    const report = checkout.write("unit.xml", JUNIT);
    await assert.rejects(attest({ ...checkout.named, kind: "tests", file: report }), SettingsError);
    await assert.rejects(shownRelease(checkout.named), SettingsError);
    await assert.rejects(shownRelease({ ...checkout.named, version: "/x" }), UserError);
  });
});
