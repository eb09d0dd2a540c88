import assert from "node:assert/strict";
import type { Outcome } from "../../cli/doctor/probes";
import { receiptOf } from "../../cli/release/job";
import { UserError } from "../../cli/user-error";
import { isFact, readReport } from "../../evidence/reports";

const AT = "2026-11-24T03:00:00Z";
const ended = (name: string, exitCode = 0) => ({
  name,
  image: "postgres:15.18",
  state: { terminated: { exitCode, reason: "Completed", startedAt: AT, finishedAt: AT, containerID: "x" } },
});
const JOB = {
  metadata: {
    name: "shop-migration-1a2b",
    namespace: "shop",
    annotations: { "golive.dev/version": "v1.2.0" },
  },
};
const pod = (name: string, created: string, last: object = ended("verify")) => ({
  metadata: { name, creationTimestamp: created },
  status: {
    initContainerStatuses: [ended("check-backup"), ended("migrate")],
    containerStatuses: [last],
  },
});
const LOGS: Readonly<Record<string, string>> = {
  "check-backup": "backup: /backups/x.dump\n",
  migrate: "001-state.sql: applied\n",
  verify: "ok: every product has version 1: 0\n",
};

/** A stand-in for kubectl: what it would answer of these Jobs and pods. */
function kubectl(jobs: readonly object[], pods: readonly object[]) {
  const asked: string[] = [];
  const ask = (...args: string[]): Promise<Outcome> => {
    asked.push(args.join(" "));
    if (args[0] === "logs") return Promise.resolve({ text: LOGS[args.at(-1) ?? ""] ?? "" });
    return Promise.resolve({ text: JSON.stringify({ items: args[1] === "jobs" ? jobs : pods }) });
  };
  return { asked, ask };
}

describe("the receipt of a Job", () => {
  it("G2 G3 has the version of the Job and what each container of its last pod said, and is believed", async () => {
    const pods = [pod("first", "2026-11-24T02:00:00Z"), pod("second", AT)];
    const { asked, ask } = kubectl([JOB], pods);
    const receipt = await receiptOf(ask, "staging", "shop-migration-1a2b");
    assert.deepEqual(
      receipt.steps.map(({ name, exitCode, log }) => [name, exitCode, log]),
      Object.entries(LOGS).map(([name, log]) => [name, 0, log]),
    );
    assert.deepEqual(asked, [
      "get jobs -A --field-selector metadata.name=shop-migration-1a2b -o json",
      "get pods -n shop -l job-name=shop-migration-1a2b -o json",
      ...Object.keys(LOGS).map((name) => `logs -n shop second -c ${name}`),
    ]);
    const release = { system: "shop", version: "v1.2.0", commit: "c".repeat(40), at: AT };
    const bytes = Buffer.from(JSON.stringify(receipt));
    const read = readReport(
      { kind: "migration", name: "staging", file: "m.json" },
      bytes,
      release,
      new Date(AT),
    );
    assert.ok(isFact(read) && read.kind === "migration", JSON.stringify(read));
    assert.deepEqual([read.stack, read.applied], ["staging", ["001-state.sql"]]);
  });

  const running = { name: "verify", image: "x", state: { running: { startedAt: AT } } };
  const REFUSED: readonly [string, readonly object[], readonly object[], RegExp][] = [
    ["is not there", [], [], /^staging has no Job x of golive: kubectl get jobs -A lists them$/],
    [
      "is none of golive",
      [{ metadata: { name: "x", namespace: "shop" } }],
      [],
      /^staging has no Job x of golive/,
    ],
    ["has no pod any more", [JOB], [], /^the Job x has no pod any more: its logs are gone with it$/],
    ["still runs", [JOB], [pod("first", AT, running)], /^the step verify of the Job x has not ended$/],
  ];
  for (const [what, jobs, pods, message] of REFUSED) {
    it(`G3 is refused of a Job that ${what}`, async () => {
      await assert.rejects(receiptOf(kubectl(jobs, pods).ask, "staging", "x"), {
        name: "UserError",
        message,
      });
    });
  }

  it("G3 tells in one sentence why kubectl failed", async () => {
    const failing = () => Promise.resolve({ failure: "no kubectl to ask with" });
    await assert.rejects(
      receiptOf(failing, "staging", "x"),
      (error) =>
        error instanceof UserError &&
        /^kubectl get jobs .* failed: no kubectl to ask with$/.test(error.message),
    );
  });
});
