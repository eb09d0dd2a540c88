/** `golive rollout` of releases in place, end to end: the real command, engine, API server and Prometheus; the rest are stand-ins. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { failJobs, mendJobs } from "../support/failing-jobs";
import { PlainStage, type PlainSystem } from "../support/plain-stage";
import { Runs, safeIn, stepsOf, verdictsOf, type Ended } from "../support/rollout-runs";
import { scenario } from "../support/scenarios";

const record = z.object({ downtimeSeconds: z.number(), finalState: z.string() });
const MAINTENANCE = ["/admin/maintenance/enable", "/admin/maintenance/disable"];

/** Each test goes on from the one before. */
describe("golive rollout in place", function () {
  this.timeout(900_000);
  let stage: PlainStage;
  const started: Runs[] = [];

  before(async () => {
    stage = await PlainStage.start();
    const up = stage.golive(["up", stage.stack, "--yes", "--skip-preview", "--non-interactive"]);
    assert.equal(await up.ended, 0, up.output());
  });

  afterEach(async () => {
    for (const runs of started.splice(0)) await runs.end();
  });

  after(async () => {
    await mendJobs(stage.cluster);
    const destroyed = stage.golive(["destroy", stage.stack, "--yes", "--skip-preview", "--non-interactive"]);
    const code = await destroyed.ended;
    await stage.stop();
    assert.equal(code, 0, destroyed.output());
  });

  const runsOf = (system: PlainSystem): Runs => {
    const runs = new Runs(stage, system, ["--prometheus", stage.prometheus.url, "--loki", stage.loki.url]);
    started.push(runs);
    return runs;
  };

  const note = async (system: PlainSystem, name: string, { entries, output }: Ended): Promise<void> => {
    const state = `${system} ${await stage.version(system)}`;
    scenario({ scenario: `${system}: ${name}`, verdicts: verdictsOf(entries), state, safe: safeIn(output) });
  };

  /** What the rollout has left beside its journal. */
  const left = async ({ output }: Ended, file: string): Promise<string> => {
    const [, folder = ""] = /; in (\S+): /.exec(output) ?? [];
    return readFile(path.join(stage.folder, folder, file), "utf8");
  };

  it("K13 K14 K21 Kometa is released in place: /health answers, and readings are good for the soak", async () => {
    const runs = runsOf("kometa");
    const result = await runs.rollout("--to", "v1.0-develop-12");
    assert.equal(result.code, 0, result.output);
    await note("kometa", "clean release", result);
    assert.deepEqual(stepsOf("change done", result.entries), ["release"]);
    assert.deepEqual(new Set(stepsOf("readings", result.entries)), new Set(["verify release", "soak 100"]));
    assert.equal(await stage.version("kometa"), "v1.0-develop-12");
    assert.match(
      await runs.say("verify", "--prometheus", stage.prometheus.url, "--loki", stage.loki.url),
      /ok {3}errors of kometa-marketplace/,
    );
  });

  it("K21 K22 K23 an error burst while Kometa is watched takes it back, and a post-mortem is begun", async () => {
    const runs = runsOf("kometa");
    const process = runs.start("--to", "v1.0-develop-13");
    await runs.until(process, "the soak", (entries) => stepsOf("readings", entries).includes("soak 100"));
    stage.play("kometa", { errorRatio: 0.3 });
    const result = await runs.finish(process);
    stage.play("kometa");
    assert.equal(result.code, 2, result.output);
    await note("kometa", "error burst", result);
    assert.match(
      result.output,
      /errors of kometa-marketplace: \d+ % \(at most 5 %\)|errors of kometa-marketplace/,
    );
    assert.equal(await stage.version("kometa"), "v1.0-develop-12");
    assert.match(await stage.stackFile(), /tag: v1\.0-develop-12/);
    assert.match(await left(result, "post-mortem.md"), /v1\.0-develop-13/);
  });

  it("G9 G10 G11 G12 Guelaguetza migrates, by a Job that keeps users out, and only then is released and watched", async () => {
    const result = await runsOf("guelaguetza").rollout("--to", "v1.2.0");
    assert.equal(result.code, 0, result.output);
    await note("guelaguetza", "clean release", result);
    assert.deepEqual(stepsOf("change done", result.entries), ["migration", "release"]);
    const commands = await stage.commandsOf("guelaguetza-staging", "guelaguetza-migration-");
    for (const end of MAINTENANCE)
      assert.ok(
        commands.some((word) => word.endsWith(end)),
        end,
      );
    assert.equal(await stage.version("guelaguetza"), "v1.2.0");
    const { downtimeSeconds, finalState } = record.parse(JSON.parse(await left(result, "record.json")));
    assert.ok(downtimeSeconds > 0 && finalState === "released");
  });

  it("G14 L19 Guelaguetza goes back with its data, in the document's order: users out, code, data, users in; a step that fails stands still, and goes on where it is asked for again", async () => {
    const runs = runsOf("guelaguetza");
    const back = () => runs.rollback("--restore", "v1.2.0", "--stop", "--reason", "stock negativo");
    await failJobs(stage.cluster, "guelaguetza-migration-restore");
    const held = await back();
    await mendJobs(stage.cluster);
    assert.equal(held.code, 3, held.output);
    assert.deepEqual(stepsOf("change done", held.entries), ["maintenance on", "code", "stop"], held.output);
    assert.deepEqual(stepsOf("undo done", held.entries), ["release"]);
    assert.equal(await stage.version("guelaguetza"), "v1.1.0");
    assert.equal(await stage.pods("guelaguetza"), 0);
    const result = await back();
    assert.equal(result.code, 0, result.output);
    await note("guelaguetza", "back with its data, at the second try", result);
    assert.deepEqual(stepsOf("change done", result.entries), ["data", "start", "maintenance off"]);
    assert.equal(await stage.pods("guelaguetza"), 1);
    assert.match(result.output, /recovered after/);
    assert.match(await left(result, "post-mortem.md"), /stock negativo/);
    // A pod of it would keep the volume of the backups.
    assert.deepEqual(await stage.commandsOf("guelaguetza-staging", "guelaguetza-migration-restore-"), []);
    // It is no rollout: what a rollback takes back is the release.
    assert.doesNotMatch(await runs.say("history"), /recovery/);
  });

  it("G13 G14 with a failing migration the old version serves, and the stack file says so", async () => {
    await failJobs(stage.cluster, "guelaguetza-migration");
    const result = await runsOf("guelaguetza").rollout("--to", "v1.3.0");
    await mendJobs(stage.cluster);
    assert.equal(result.code, 2, result.output);
    await note("guelaguetza", "the migration fails", result);
    assert.deepEqual(stepsOf("change begun", result.entries), ["migration"]);
    assert.equal(await stage.version("guelaguetza"), "v1.1.0");
    assert.match(await stage.stackFile(), /repository: guelaguetza-backend, tag: v1\.1\.0/);
  });

  it("L8 ListaCompra is released, migrated, asked and tested by one up, and watched", async () => {
    const result = await runsOf("listacompra").rollout("--to", "v1.1.0");
    assert.equal(result.code, 0, result.output);
    await note("listacompra", "clean release", result);
    assert.equal(await stage.version("listacompra"), "v1.1.0");
  });

  it("L12 ListaCompra goes back by one command", async () => {
    const result = await runsOf("listacompra").rollback("--reason", "drill");
    assert.equal(result.code, 0, result.output);
    await note("listacompra", "rollback once complete", result);
    assert.equal(await stage.version("listacompra"), "v1.0.0");
  });

  it("L19 L7 ListaCompra's secrets are told with how each comes back, and what golive makes is rotated", async () => {
    const runs = runsOf("listacompra");
    const before = await stage.stackFile();
    const result = await runs.recover("secrets", "--rotate", "JWT_SECRET");
    assert.match(result.output, /environment\.JWT_SECRET/);
    assert.match(result.output, /rotated: JWT_SECRET; what uses them has started anew/);
    const version = (text: string) => Number(/JWT_SECRET: .*version: (\d+)/.exec(text)?.[1]);
    assert.equal(version(await stage.stackFile()), version(before) + 1);
    // Nobody plays the operator that reads the store.
    assert.equal(result.code, 3, result.output);
    assert.match(result.output, /FAIL ExternalSecret /);
  });

  it("L19 ListaCompra's worker starts anew and gets more pods; without a series nobody says that its queue falls", async () => {
    const runs = runsOf("listacompra");
    const result = await runs.recover("worker", "--replicas", "3", "--prometheus", stage.prometheus.url);
    assert.match(result.output, /listacompra-worker: its new pods are ready/);
    assert.match(result.output, /worker\.replicas is now 3/);
    assert.equal(await stage.pods("listacompra", "listacompra-worker"), 3);
    assert.equal(result.code, 3, result.output);
    assert.match(result.output, /nobody can say \(no series tells it\)/);
  });
});
