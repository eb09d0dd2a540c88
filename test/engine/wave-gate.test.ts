import assert from "node:assert/strict";
import { parseDocument } from "yaml";
import type { Cluster } from "../../engine/cluster/cluster";
import { startMoto, type Moto } from "../../engine/moto";
import { kubectl, sharedCluster } from "../support/cluster";
import { IngressMetrics } from "../support/ingress-metrics";
import { playedJobs, TestPrometheus } from "../support/prometheus";
import { TestProject } from "../support/project";

const FILE = "Pulumi.production.yaml";
const NAMESPACE = "s5-production";
const OTHERS = ["enova", "guelaguetza", "listacompra", "kometa"];
const APIS = ["auth", "catalog", "orders"];

/** S5 alone, watched by a Prometheus. */
const watched = (url: string) => (text: string) => {
  const file = parseDocument(text);
  for (const system of OTHERS) file.deleteIn(["config", `golive:${system}`]);
  file.setIn(["config", "golive:observability", "prometheus", "url"], url);
  return file.toString();
};

/** Orders and the frontend at another version; the image is adopted as well. */
const moved = (from: string, to: string) => (text: string) =>
  text
    .replaceAll(new RegExp(`(repository: s5/(?:orders|frontend),\\s+tag: )${from}`, "g"), `$1${to}`)
    .replace(`      version: ${from}\n`, `      version: ${to}\n`);

describe("the gate before the waves of S5: a real Prometheus, played metrics (a stand-in)", () => {
  let project: TestProject;
  let cluster: Cluster;
  let moto: Moto;
  let player: IngressMetrics;
  let prometheus: TestPrometheus;

  before(async () => {
    [cluster, moto, player] = await Promise.all([
      sharedCluster(),
      startMoto({ accountId: "444455556666" }),
      IngressMetrics.start(),
    ]);
    play(0.0002);
    prometheus = await TestPrometheus.start(playedJobs(player.target, NAMESPACE));
    project = await TestProject.create("production", {
      KUBECONFIG: cluster.kubeconfig,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    await project.edit(FILE, watched(prometheus.url));
  });

  after(async () => {
    const { code, output } = await project.run("destroy", "--yes", "--skip-preview");
    await Promise.all([project.remove(), moto.stop(), prometheus.stop(), player.stop()]);
    assert.equal(code, 0, output);
  });

  /** What each API answers. */
  function play(errorRatio: number): void {
    for (const api of APIS) {
      player.play({
        namespace: NAMESPACE,
        ingress: `s5-${api}`,
        service: `s5-${api}-v2-1-0`,
        host: `${api}.s5.example.com`,
        perSecond: 400,
        errorRatio,
      });
    }
  }

  const run = (operation: "up" | "preview", env: NodeJS.ProcessEnv = {}) =>
    project.runWith(env, operation, ...(operation === "up" ? ["--yes", "--skip-preview"] : []));

  async function done(operation: "up" | "preview", env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, output } = await run(operation, env);
    assert.equal(code, 0, output);
    return output;
  }

  async function refused(operation: "up" | "preview"): Promise<string> {
    const before = await orders();
    const { code, output } = await run(operation);
    assert.notEqual(code, 0, output);
    assert.doesNotMatch(output, /^\s+at .*\.[jt]s:\d/m);
    assert.deepEqual(await orders(), before);
    return output;
  }

  const orders = async () =>
    (await kubectl(cluster, ["get", "deployments", "-n", NAMESPACE, "-o", "name"]))
      .split("\n")
      .filter((name) => name.includes("s5-orders"))
      .map((name) => name.replace(/.*\//, ""));

  /** Lines about waves, each once: the engine shows what is said while it runs, and again at the end. */
  const said = (output: string): readonly string[] =>
    [...new Set([...output.matchAll(/\bwave \d \w+, [^\n]*/g)].map(([line]) => line.trim()))].sort();

  it("S3 the first install is asked nothing: nothing serves yet", async () => {
    assert.deepEqual(said(await done("up")), []);
    assert.deepEqual(await orders(), ["s5-orders-v2-1-0"]);
  });

  it("S3 D6 preview prints a reading a wave, of the waves that bring another version alone", async () => {
    await project.edit(FILE, moved("v2.1.0", "v2.2.0"));
    const lines = said(await done("preview"));
    const waves = ["wave 4 orders", "wave 5 frontend", "wave 7 traffic"];
    assert.equal(lines.length, waves.length, lines.join("\n"));
    for (const [index, wave] of waves.entries()) {
      assert.match(
        lines[index] ?? "",
        new RegExp(`^${wave}, v2\\.1\\.0 → v2\\.2\\.0: errors 0(\\.\\d+)? %, n = \\d[\\d ]*: pass$`),
      );
    }
  });

  it("S7 S8 an up is refused while what serves fails, before the first change of the wave", async () => {
    play(0.4);
    const output = await refused("up");
    assert.match(
      output,
      /refused: wave 4 orders, v2\.1\.0 → v2\.2\.0: errors of s5-\w+-v2-1-0: [\d.]+ % \(at most 5 %\)/,
    );
    assert.match(output, /set GOLIVE_PROMOTE to who says so and why/);
  });

  it("S8 who answers for a fix lets it through, and a way back of golive rollout is asked nothing", async () => {
    assert.match(
      await done("preview", { GOLIVE_PROMOTE: "ana: the fix" }),
      /let through by GOLIVE_PROMOTE: ana: the fix/,
    );
    assert.deepEqual(said(await done("preview", { GOLIVE_GOING_BACK: "golive rollout s5-1: back" })), []);
  });

  it("S8 what cannot be read is a warning beside what serves, and no traffic is moved blindly", async () => {
    await prometheus.pause();
    const output = await refused("preview");
    assert.match(said(output).join("\n"), /^wave 4 orders, [^\n]*ECONNREFUSED/m);
    assert.match(output, /refused: wave 7 traffic, [^\n]*ECONNREFUSED/);
    assert.doesNotMatch(output, /refused: wave [45]/);
    await prometheus.resume();
  });

  it("S8 a fix goes through by who answers for it; back to the version before goes against the readings", async () => {
    play(0);
    await done("up", { GOLIVE_PROMOTE: "test: the errors of a minute ago" });
    assert.deepEqual(await orders(), ["s5-orders-v2-2-0"]);
    play(0.4);
    await project.edit(FILE, moved("v2.2.0", "v2.1.0"));
    const output = await done("up");
    assert.match(output, /wave 4 orders, v2\.2\.0 → v2\.1\.0: going back, and nobody is asked/);
    assert.deepEqual(await orders(), ["s5-orders-v2-1-0"]);
  });
});
