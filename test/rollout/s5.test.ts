/** `golive rollout s5`, end to end: the real command, engine, API server and Prometheus; requests and hosts are a stand-in's. */
import assert from "node:assert/strict";
import { parseDocument } from "yaml";
import { waitUntil } from "../support/cluster";
import { failJobs, mendJobs } from "../support/failing-jobs";
import { entriesIn, Runs, safeIn, stepsOf, verdictsOf, type Ended } from "../support/rollout-runs";
import { scenario } from "../support/scenarios";
import { S5Stage } from "../support/s5-stage";

const WAVES = ["migrations", "auth", "catalog", "orders", "frontend", "smoke", "traffic", "tidy"];
const APIS = ["auth", "catalog", "orders"];
const at = (...versions: readonly string[]) =>
  APIS.map((api, index) => `s5-${api}-${(versions[index] ?? versions[0] ?? "").replaceAll(".", "-")}`);

const sites = (version: string) => ({ "s5.example.com": version, "candidate.s5.example.com": version });

/** Each test goes on from the one before. */
describe("golive rollout s5", function () {
  this.timeout(900_000);
  let stage: S5Stage;
  let runs: Runs;

  before(async () => {
    stage = await S5Stage.start();
    runs = new Runs(stage, "s5", ["--prometheus", stage.prometheus.url]);
    const up = stage.golive(["up", stage.stack, "--yes", "--skip-preview", "--non-interactive"]);
    assert.equal(await up.ended, 0, up.output());
  });

  afterEach(() => runs.end());

  after(async () => {
    await mendJobs(stage.cluster);
    const destroyed = stage.golive(["destroy", stage.stack, "--yes", "--skip-preview", "--non-interactive"]);
    const code = await destroyed.ended;
    await stage.stop();
    assert.equal(code, 0, destroyed.output());
  });

  const note = async (name: string, { entries, output }: Ended): Promise<void> => {
    const serving = (await stage.serving()).map((service) => service.replace(/^s5-/, "")).join(", ");
    scenario({
      scenario: `S5: ${name}`,
      verdicts: verdictsOf(entries),
      state: serving,
      safe: safeIn(output),
    });
  };

  /** What the stack file says. */
  const tags = async (): Promise<object> => {
    const file = parseDocument(await stage.stackFile());
    const tagOf = (part: string) => file.getIn(["config", "golive:s5", part, "image", "tag"]);
    return Object.fromEntries(["migrations", ...APIS].map((part) => [part, tagOf(part)]));
  };

  it("S3 S4 S5 S8 walks its waves in their order, traffic last, and then what served before goes", async () => {
    const result = await runs.rollout("--to", "v2.2.0");
    assert.equal(result.code, 0, result.output);
    await note("clean release", result);
    assert.deepEqual(stepsOf("change done", result.entries), WAVES);
    assert.deepEqual(await stage.serving(), at("v2.2.0"));
    assert.deepEqual(await stage.deployed(), at("v2.2.0"));
    assert.deepEqual(await stage.builds(), sites("v2.2.0"));
  });

  it("S7 S8 K22 is taken back once complete, by one command and one up: what served comes back, then its traffic", async () => {
    const result = await runs.rollback("--reason", "drill");
    assert.equal(result.code, 0, result.output);
    await note("rollback once complete", result);
    assert.equal(stepsOf("undo begun", result.entries).length, 1);
    assert.deepEqual(await stage.serving(), at("v2.1.0"));
    assert.deepEqual(await stage.deployed(), at("v2.1.0"));
    assert.deepEqual(await stage.builds(), sites("v2.1.0"));
    assert.deepEqual(await tags(), {
      migrations: "v2.2.0",
      auth: "v2.1.0",
      catalog: "v2.1.0",
      orders: "v2.1.0",
    });
  });

  it("S3 S7 S8 with a failing Orders Auth and Catalog stay beside, Orders goes back, Frontend and the CDN are not touched", async () => {
    const before = { builds: await stage.builds(), invalidations: await stage.invalidations() };
    await failJobs(stage.cluster, "s5-4-orders-verification");
    const result = await runs.rollout("--to", "v2.3.0");
    await mendJobs(stage.cluster);
    assert.equal(result.code, 2, result.output);
    await note("Orders fails", result);
    assert.deepEqual(stepsOf("change begun", result.entries), WAVES.slice(0, 4));
    assert.deepEqual(await stage.serving(), at("v2.1.0"));
    const [auth, catalog] = at("v2.3.0");
    assert.deepEqual(await stage.deployed(), [...at("v2.1.0"), auth, catalog].sort());
    assert.deepEqual({ builds: await stage.builds(), invalidations: await stage.invalidations() }, before);
    assert.deepEqual(await tags(), {
      migrations: "v2.3.0",
      auth: "v2.3.0",
      catalog: "v2.3.0",
      orders: "v2.1.0",
    });
  });

  it("S3 S7 S8 with goBack: all Auth and Catalog go back too, and the public notices nothing", async () => {
    const before = { builds: await stage.builds(), invalidations: await stage.invalidations() };
    const deployed = await stage.deployed();
    await stage.edit((text) => text.replace("soak: 8s", "goBack: all\n      soak: 8s"));
    await failJobs(stage.cluster, "s5-4-orders-verification");
    const result = await runs.rollout("--to", "v2.4.0");
    await mendJobs(stage.cluster);
    await stage.edit((text) => text.replace("goBack: all\n      ", ""));
    assert.equal(result.code, 2, result.output);
    await note("Orders fails, goBack: all", result);
    assert.deepEqual(stepsOf("change begun", result.entries), WAVES.slice(0, 4));
    assert.equal(stepsOf("undo begun", result.entries).length, 1);
    assert.deepEqual(await stage.serving(), at("v2.1.0"));
    assert.deepEqual(await stage.deployed(), deployed);
    assert.deepEqual({ builds: await stage.builds(), invalidations: await stage.invalidations() }, before);
  });

  it("S3 S7 killed within a wave it is taken up there; errors of Catalog after the traffic take Catalog alone back", async () => {
    const killed = runs.start("--to", "v2.5.0");
    await runs.until(killed, "Catalog's wave", (entries) =>
      stepsOf("change begun", entries).includes("catalog"),
    );
    await waitUntil("its pods", async () => (await stage.deployed()).includes("s5-catalog-v2-5-0"));
    killed.child.kill("SIGKILL");
    await killed.ended;
    stage.errors["s5-catalog-v2-5-0"] = 0.3;
    const result = await runs.rollout("--to", "v2.5.0");
    assert.equal(result.code, 2, result.output);
    const entries = [...entriesIn(killed.output()), ...result.entries];
    await note("killed in Catalog's wave, then its errors", { ...result, entries });
    assert.deepEqual(stepsOf("change done", entries), WAVES.slice(0, -1));
    assert.match(result.output, /errors of s5-catalog-v2-5-0: 30 % \(at most 5 %\)/);
    assert.deepEqual(await stage.serving(), at("v2.5.0", "v2.3.0", "v2.5.0"));
    assert.deepEqual(await stage.builds(), sites("v2.5.0"));
  });
});
