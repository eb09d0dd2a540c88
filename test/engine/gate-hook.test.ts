import assert from "node:assert/strict";
import type { Cluster } from "../../engine/cluster/cluster";
import { startMoto, type Moto } from "../../engine/moto";
import { kubectl, sharedCluster } from "../support/cluster";
import { IngressMetrics, type PlayedTraffic } from "../support/ingress-metrics";
import { playedJobs, TestPrometheus } from "../support/prometheus";
import { TestProject } from "../support/project";

const FILE = "Pulumi.staging.yaml";
const NAMESPACE = "enova-staging";
const SIDES = [
  { host: "staging.enova.com", service: "frontend-legacy", canary: `${NAMESPACE}-frontend-canary-3000` },
  {
    host: "staging-api.enova.com",
    service: "api-gateway-legacy",
    canary: `${NAMESPACE}-api-gateway-canary-3000`,
  },
] as const;

/** ENOVA alone, watched by a Prometheus, with soaks of seconds. */
const enovaWatched = (url: string) => (text: string) =>
  text
    .replace(
      /^ {2}golive:(?!aws|ceiling|router|secretStore|observability|enova)\w+:.*\n(?: {4}.*\n|\n)*/gm,
      "",
    )
    .replace(/^ {4}stress:.*\n/m, "")
    .replace(/prometheus: \{ ?namespace/, `prometheus: { url: "${url}", namespace`)
    .replace(/^( {4})canary:\n/m, '$1rollout: { soaks: { "10": 1s, "50": 1s, "100": 1h } }\n$1canary:\n');

const phased = (phase: string) => (text: string) =>
  text.replace(/phase: \S+/, `phase: ${/^\d/.test(phase) ? `"${phase}"` : phase}`);

describe("the gate inside the engine: ENOVA's canary, a real Prometheus, played metrics (a stand-in)", () => {
  let project: TestProject;
  let cluster: Cluster;
  let moto: Moto;
  let player: IngressMetrics;
  let prometheus: TestPrometheus;

  before(async () => {
    [cluster, moto, player] = await Promise.all([
      sharedCluster(),
      startMoto({ accountId: "111122223333" }),
      IngressMetrics.start(),
    ]);
    play({ errorRatio: 0.0003 });
    prometheus = await TestPrometheus.start(playedJobs(player.target, NAMESPACE));
    project = await TestProject.create("staging", {
      KUBECONFIG: cluster.kubeconfig,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    await project.edit(FILE, (text) => phased("legacy")(enovaWatched(prometheus.url)(text)));
    await up();
  });

  after(async () => {
    const { code, output } = await project.run("destroy", "--yes", "--skip-preview");
    await Promise.all([project.remove(), moto.stop(), prometheus.stop(), player.stop()]);
    assert.equal(code, 0, output);
  });

  /** Each host's sides; the new one with these. */
  function play(share: Partial<PlayedTraffic>): void {
    for (const { host, service, canary } of SIDES) {
      const stable = { namespace: NAMESPACE, ingress: "enova-legacy", service, host, perSecond: 450 };
      player.play(stable);
      player.play({ ...stable, canary, perSecond: 50, ...share });
    }
  }

  const run = (operation: "up" | "preview", ...more: readonly string[]) =>
    project.run(operation, ...(operation === "up" ? ["--yes", "--skip-preview"] : []), ...more);

  async function up(): Promise<string> {
    const { code, output } = await run("up");
    assert.equal(code, 0, output);
    return output;
  }

  async function refused(operation: "up" | "preview", reason: RegExp): Promise<void> {
    const before = await weight();
    const { code, output } = await run(operation);
    assert.notEqual(code, 0, output);
    assert.match(output, reason);
    assert.doesNotMatch(output, /^\s+at .*\.[jt]s:\d/m);
    assert.equal(await weight(), before);
  }

  const weight = () =>
    kubectl(cluster, [
      ...["get", "ingress", "enova-canary", "-n", NAMESPACE, "--ignore-not-found"],
      ...["-o", String.raw`jsonpath={.metadata.annotations.nginx\.ingress\.kubernetes\.io/canary-weight}`],
    ]);

  it("E3 a phase that leaves out the one before it is refused, and says which", async () => {
    await project.edit(FILE, phased("50"));
    await refused("preview", /refused: legacy → 50 leaves out 10: .*set "10" first/);
    await project.edit(FILE, phased("complete"));
    await refused("up", /refused: legacy → complete leaves out 10/);
  });

  it("E3 the first weight needs no reading: the new version has no traffic", async () => {
    await project.edit(FILE, phased("10"));
    assert.match(await up(), /legacy → 10: no reading is due/);
    assert.equal(await weight(), "10");
  });

  it("E3 E4 D6 preview prints the reading of 10 → 50, and up takes the step", async () => {
    await project.edit(FILE, phased("50"));
    const { code, output } = await run("preview");
    assert.equal(code, 0, output);
    assert.match(output, /10 → 50: error rate 0(\.\d+)? %, n = \d[\d ]*: pass/);
    await up();
    assert.equal(await weight(), "50");
  });

  it("E4 a plain up against bad readings is refused, and so is one that cannot see", async () => {
    play({ errorRatio: 0.2 });
    await project.edit(FILE, phased("100"));
    await refused("up", /refused: 50 → 100: roll back: error rate of .*-legacy: [\d.]+ % \(at most/);
    await prometheus.pause();
    await refused("preview", /refused: 50 → 100: hold: .*ECONNREFUSED/);
    await prometheus.resume();
  });

  it("E4 who answers for it lets it through, by a reason that is told", async () => {
    const { code, output } = await project.runWith({ GOLIVE_PROMOTE: "ana: drill" }, "preview");
    assert.equal(code, 0, output);
    assert.match(output, /let through by GOLIVE_PROMOTE: ana: drill/);
  });

  it("E5 less for the new version is never refused: against the readings, and with Prometheus gone", async () => {
    await prometheus.pause();
    await project.edit(FILE, phased("10"));
    await up();
    assert.equal(await weight(), "10");
    await project.edit(FILE, phased("rollback"));
    await up();
    assert.equal(await weight(), "");
    await prometheus.resume();
  });
});
