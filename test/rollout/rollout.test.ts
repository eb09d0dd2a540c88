/** `golive rollout` of ENOVA, end to end: the real command, engine, API server and Prometheus; the requests are a stand-in's. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { kubectl, waitUntil } from "../support/cluster";
import {
  HEALTHY,
  NAMESPACE,
  RolloutStage,
  STACK,
  type Started,
  type Traffic,
} from "../support/rollout-stage";
import { entriesIn, safeIn, verdictsOf, type Entry } from "../support/rollout-runs";
import { scenario } from "../support/scenarios";

/** Every state of the traffic that the plan knows. */
const KNOWN = ["enova-legacy", "enova-legacy + 10 %", "enova-legacy + 50 %", "enova-legacy + 100 %", "enova"];
/** What the API server holds between the two deletions of the last step. */
const PASSING = ["enova + 100 %", "nothing"];

const LIMIT_SECONDS = 420;

const APPROVALS = "      approvals: [{ before: weight 50, roles: [qa, product-owner], quorum: 2 }]\n";

const kinds = (entries: readonly Entry[]): readonly string[] => entries.map(({ event }) => event.kind);

describe("golive rollout", function () {
  this.timeout(900_000);
  let stage: RolloutStage;
  let started: Started[] = [];

  before(async () => {
    stage = await RolloutStage.start((text) => text.replace(/phase: \S+/, "phase: legacy"));
    const up = stage.golive(["up", STACK, "--yes", "--skip-preview", "--non-interactive"]);
    assert.equal(await up.ended, 0, up.output());
  });

  afterEach(async () => {
    for (const { child, ended } of started) {
      child.kill("SIGTERM");
      await ended;
    }
    started = [];
    stage.traffic = HEALTHY;
    await build();
  });

  after(async () => {
    const destroyed = stage.golive(["destroy", STACK, "--yes", "--skip-preview", "--non-interactive"]);
    const code = await destroyed.ended;
    await stage.stop();
    assert.equal(code, 0, destroyed.output());
  });

  /** A build that no rollout has shown to be bad. */
  let builds = 0;
  const build = () =>
    stage.edit((text) =>
      text.replace(/(enova\/(?:frontend|api-gateway|chat), )tag: v[\d.]+/g, `$1tag: v2.0.${(builds += 1)}`),
    );

  const rollout = (...args: readonly string[]): Started => {
    const command = [
      "rollout",
      "enova",
      "--stack",
      STACK,
      "--json",
      "--prometheus",
      stage.prometheus.url,
      ...args,
    ];
    const process = stage.golive(command);
    started.push(process);
    return process;
  };

  const run = async (...args: readonly string[]) => {
    const process = stage.golive(args);
    started.push(process);
    return { code: await process.ended, output: process.output() };
  };

  const say = async (word: string, ...args: readonly string[]): Promise<void> => {
    const { code, output } = await run("rollout", word, "enova", "--stack", STACK, ...args);
    assert.equal(code, 0, output);
  };

  /** Waits until the journal of a running rollout has such an entry. */
  const until = (process: Started, what: string, test: (entries: readonly Entry[]) => boolean) =>
    waitUntil(
      what,
      () => {
        const entries = entriesIn(process.output());
        if (process.child.exitCode !== null && !test(entries)) {
          throw new Error(`golive ended (${process.child.exitCode}) before ${what}:\n${process.output()}`);
        }
        return test(entries);
      },
      LIMIT_SECONDS,
    );

  const atSoak = (id: string) => (entries: readonly Entry[]) =>
    entries.some(({ event }) => event.kind === "readings" && event.step === id);

  const isHeldBy = (by: string) => (entries: readonly Entry[]) =>
    entries.some(({ event: { verdict } }) => verdict?.kind === "hold" && verdict.by === by);

  const ended = async (
    process: Started,
  ): Promise<{ code: number | null; entries: readonly Entry[]; output: string }> => {
    const code = await process.ended;
    return { code, entries: entriesIn(process.output()), output: process.output() };
  };

  const note = async (name: string, entries: readonly Entry[], output: string): Promise<void> => {
    const { text } = await stage.held();
    scenario({
      scenario: `ENOVA: ${name}`,
      verdicts: verdictsOf(entries),
      state: text,
      safe: safeIn(output),
    });
  };

  /** All that the API server has held was one of the plan's states. */
  const onlyKnownStates = (): void => {
    const others = stage.seen.filter((text) => !KNOWN.includes(text) && !PASSING.includes(text));
    assert.deepEqual(others, [], stage.seen.join(" → "));
  };

  const rollback = (...more: readonly string[]) =>
    run("rollback", "enova", "--stack", STACK, "--json", "--prometheus", stage.prometheus.url, ...more);

  it("E3 E4 E5 walks a clean release to its end: 10, 50, 100 %, complete; and back after it by one command", async () => {
    stage.seen.length = 0;
    const { code, entries, output } = await ended(rollout());
    assert.equal(code, 0, output);
    await note("clean release", entries, output);
    assert.deepEqual(kinds(entries).at(-1), "finished");
    assert.deepEqual(
      stage.seen.filter((text) => KNOWN.includes(text)),
      KNOWN,
    );
    onlyKnownStates();
    assert.match(await stage.stackFile(), /phase: complete/);
    const back = await rollback();
    assert.equal(back.code, 0, back.output);
    await note("rollback once complete", entriesIn(back.output), back.output);
    assert.equal((await stage.held()).text, "enova-legacy");
    assert.match(back.output, /no request has reached the new version for \d+ s/);
  });

  it("E3 G8 G11 G12 goes by people's words: pause, resume, two roles' approval, a promotion past a hold; then it is verified and watched", async () => {
    stage.seen.length = 0;
    const before = await stage.stackFile();
    // The gate inside the engine asks Prometheus too.
    await stage.edit((text) =>
      text
        .replace("prometheus: { ", `prometheus: { url: ${stage.prometheus.url}, `)
        .replace("    rollout:\n", `    rollout:\n${APPROVALS}`),
    );
    const process = rollout();
    await until(process, "the soak at 10 %", atSoak("soak 10"));
    await say("pause", "--reason", "lunch", "--by", "ana");
    await until(process, "a hold by the pause", isHeldBy("paused"));
    assert.match((await run("rollout", "status", "enova", "--stack", STACK)).output, /paused by ana: lunch/);
    await say("resume", "--by", "ana");
    await until(process, "the end of the soak", (entries) =>
      entries.some(({ event: { step, verdict } }) => step === "soak 10" && verdict?.kind === "advance"),
    );
    const approve = (role: string, by: string) =>
      run("rollout", "approve", "enova", "--stack", STACK, "--role", role, "--by", by);
    assert.equal((await approve("qa", "eva")).code, 0);
    const twice = await approve("product-owner", "eva");
    assert.equal(twice.code, 1);
    assert.match(twice.output, /another role and another person; eva has approved as qa/);
    assert.equal((await stage.held()).weight, 10);
    assert.equal((await approve("product-owner", "leo")).code, 0);
    await until(process, "the soak at 50 %", atSoak("soak 50"));
    stage.traffic = { ...HEALTHY, canary: { seconds: 0.9 } };
    await until(process, "a hold by latency", isHeldBy("fail"));
    await say("promote", "--reason", "a report runs", "--by", "ana");
    await until(process, "100 %", (entries) =>
      entries.some(({ event }) => event.kind === "change done" && event.step === "weight 100"),
    );
    stage.traffic = HEALTHY;
    const result = await ended(process);
    await note("paused, approved by two, promoted", result.entries, result.output);
    assert.equal(result.code, 0, result.output);
    onlyKnownStates();
    const asked = ["enova", "--stack", STACK, "--prometheus", stage.prometheus.url];
    const verified = await run("rollout", "verify", ...asked);
    assert.equal(verified.code, 0, verified.output);
    assert.match(verified.output, /ok {3}traffic: frontend 100 %, api-gateway 100 %/);
    const watched = await run("rollout", "watch", ...asked, "--hours", "0.001,0.002");
    assert.equal(watched.code, 0, watched.output);
    assert.match(watched.output, /success: every reading was good, and no critical alert fired/);
    const back = await rollback();
    assert.equal(back.code, 0, back.output);
    await stage.edit(() => before);
  });

  it("E3 killed at each step it is taken up where it was, and nothing is done twice or left out", async () => {
    stage.seen.length = 0;
    const all: Entry[] = [];
    const kills: readonly (readonly [string, (entries: readonly Entry[]) => boolean])[] = [
      [
        "10 % begun",
        (entries) => entries.some(({ event }) => event.kind === "change begun" && event.step === "weight 10"),
      ],
      ["the soak at 10 %", atSoak("soak 10")],
      [
        "50 % begun",
        (entries) => entries.some(({ event }) => event.kind === "change begun" && event.step === "weight 50"),
      ],
      [
        "100 % done",
        (entries) => entries.some(({ event }) => event.kind === "change done" && event.step === "weight 100"),
      ],
    ];
    for (const [what, test] of kills) {
      const process = rollout();
      await until(process, what, test);
      process.child.kill("SIGKILL");
      await process.ended;
      all.push(...entriesIn(process.output()));
    }
    const last = await ended(rollout());
    all.push(...last.entries);
    assert.equal(last.code, 0, last.output);
    await note("kill -9 at each step", all, last.output);
    assert.deepEqual(
      stage.seen.filter((text) => KNOWN.includes(text)),
      KNOWN,
    );
    onlyKnownStates();
    const back = await rollback();
    assert.equal(back.code, 0, back.output);
  });

  /** A rollout to 10 %, where the traffic becomes another. */
  const troubled = async (name: string, traffic: Traffic, ...args: readonly string[]) => {
    stage.seen.length = 0;
    const process = rollout(...args);
    await until(process, "the soak at 10 %", atSoak("soak 10"));
    stage.traffic = traffic;
    const result = await ended(process);
    await note(name, result.entries, result.output);
    return result;
  };

  const wentBack = async ({ code, output }: { code: number | null; output: string }): Promise<void> => {
    assert.equal(code, 2, output);
    assert.equal((await stage.held()).text, "enova-legacy");
    assert.match(await stage.stackFile(), /phase: rollback/);
    onlyKnownStates();
    assert.ok(!stage.seen.includes("enova-legacy + 50 %"), stage.seen.join(" → "));
  };

  it("E4 an error burst at 10 % takes it back at once, and the same build is not taken again", async () => {
    const burst = { ...HEALTHY, canary: { errorRatio: 0.2 } };
    const result = await troubled("errors 20 % at 10 %", burst, "--to", "v2.1.0");
    await wentBack(result);
    assert.match(result.output, /error rate of .* \(at most 1 %\)/);
    const again = await ended(rollout("--to", "v2.1.0"));
    assert.equal(again.code, 4, again.output);
    assert.match(again.output, /went back because of it/);
  });

  it("E4 0.2 % of 5xx takes it back", async () => {
    await wentBack(await troubled("5xx 0.2 %", { ...HEALTHY, canary: { errorRatio: 0.002 } }));
  });

  it("E4 a slow new version holds, and does not go back by itself; who aborts it takes it back", async () => {
    const process = rollout();
    await until(process, "the soak at 10 %", atSoak("soak 10"));
    stage.traffic = { ...HEALTHY, canary: { seconds: 0.9 } };
    await until(process, "a hold by latency", isHeldBy("fail"));
    const held = entriesIn(process.output()).find(({ event: { verdict } }) => verdict?.by === "fail");
    assert.match(held?.event.verdict?.reason ?? "", /p95 of /);
    await say("abort", "--reason", "too slow", "--by", "ana");
    const result = await ended(process);
    await note("slow at 10 % (hold), aborted", result.entries, result.output);
    await wentBack(result);
  });

  it("E4 a canary that nobody asks holds, and goes back once patience ends", async () => {
    const idle = await troubled("idle canary", { ...HEALTHY, perSecond: 0.2 });
    await wentBack(idle);
    assert.match(verdictsOf(idle.entries), /roll back \((insufficient|broken)\)/);
  });

  it("E4 E5 without Prometheus it holds, goes back once patience ends, and needs no Prometheus to", async () => {
    const process = rollout();
    await until(process, "the soak at 10 %", atSoak("soak 10"));
    await stage.prometheus.pause();
    const result = await ended(process);
    await stage.prometheus.resume();
    await note("Prometheus dies", result.entries, result.output);
    await wentBack(result);
    assert.match(verdictsOf(result.entries), /roll back \(broken\)/);
    assert.match(result.output, /no reading proves it/);
  });

  it("S3 a second run of the same system is refused while the first goes on", async () => {
    const first = rollout();
    await until(first, "the soak at 10 %", atSoak("soak 10"));
    const second = await ended(rollout());
    assert.equal(second.code, 5, second.output);
    assert.match(second.output, /A rollout of enova is run by/);
    // By hand, somebody has turned the weight and taken the new pods away.
    await kubectl(stage.cluster, [
      "annotate",
      "ingress",
      "enova-canary",
      "-n",
      NAMESPACE,
      "--overwrite",
      "nginx.ingress.kubernetes.io/canary-weight=77",
    ]);
    await kubectl(stage.cluster, ["scale", "deployment", "frontend", "-n", NAMESPACE, "--replicas=0"]);
    first.child.kill("SIGKILL");
    await first.ended;
    const { code, output } = await rollback();
    assert.equal(code, 0, output);
    await note("weight and replicas turned by hand, golive killed", entriesIn(output), output);
    assert.equal((await stage.held()).text, "enova-legacy");
  });

  it("E3 E5 an API server that is away for a minute is waited for; the run goes on, and walks a rollback beside it", async () => {
    const process = rollout();
    await until(process, "the soak at 10 %", atSoak("soak 10"));
    await stage.withoutApiServer(60);
    await until(process, "50 % after it", (entries) =>
      entries.some(({ event }) => event.kind === "change done" && event.step === "weight 50"),
    );
    const back = await run("rollback", "enova", "--stack", STACK, "--reason", "drill");
    assert.equal(back.code, 0, back.output);
    assert.match(back.output, /is run by .* It goes back; this follows it/);
    const result = await ended(process);
    await note("API server away for a minute, rollback beside the run", result.entries, result.output);
    assert.equal(result.code, 2, result.output);
    assert.equal((await stage.held()).text, "enova-legacy");
  });

  it("E4 E5 a stack file that nobody can read any more at 50 % takes it back, though no up can", async () => {
    stage.seen.length = 0;
    const process = rollout();
    await until(process, "the soak at 10 %", atSoak("soak 10"));
    await stage.edit((text) => text.replace(/cpu: "1"/, 'cpu: "100m"'));
    const result = await ended(process);
    await stage.edit((text) => text.replace(/cpu: "100m"/, 'cpu: "1"'));
    await note("limits above the ceiling at 50 %", result.entries, result.output);
    await wentBack(result);
    assert.match(result.output, /kubectl takes the share away/);
  });

  it("E4 E5 D6 a policy that is violated at 50 % takes it back", async () => {
    stage.seen.length = 0;
    const process = rollout();
    await until(process, "the soak at 10 %", atSoak("soak 10"));
    // No setting is wrong: the pack finds it in what the chart renders.
    const chart = path.join(stage.folder, "charts", "service", "templates", "deployment.yaml");
    const before = await readFile(chart, "utf8");
    await writeFile(chart, before.replace(/^ *allowPrivilegeEscalation: false\n/m, ""));
    const result = await ended(process);
    await writeFile(chart, before);
    await note("a chart that the policies refuse at 50 %", result.entries, result.output);
    await wentBack(result);
    const failed = result.entries.find(({ event }) => event.kind === "change failed");
    assert.match(failed?.event.message ?? "", /policy privilege-escalation on /);
  });

  it("G17 K23 each rollout leaves its record, one that went back the beginning of a post-mortem", async () => {
    const folder = path.join(stage.folder, "out", "rollouts", STACK);
    const all = (await readdir(folder)).sort();
    assert.ok(all.length > 0);
    for (const rolloutFolder of all) {
      const record: unknown = JSON.parse(
        await readFile(path.join(folder, rolloutFolder, "record.json"), "utf8"),
      );
      z.looseObject({
        start: z.string(),
        end: z.string(),
        durationSeconds: z.number(),
        finalState: z.string(),
      }).parse(record);
    }
    const { output } = await run("rollout", "history", "enova", "--stack", STACK);
    for (const rolloutFolder of all) assert.ok(output.includes(rolloutFolder), output);
  });
});
