import assert from "node:assert/strict";
import { parseDocument } from "yaml";
import { startMoto, type Moto } from "../../engine/moto";
import type { Cluster } from "../../engine/cluster/cluster";
import { kubectl, sharedCluster, waitUntil } from "../support/cluster";
import { failJobs, mendJobs } from "../support/failing-jobs";
import { TestProject } from "../support/project";

const FILE = "Pulumi.production.yaml";
const NAMESPACE = "s5-production";
const WAVES = ["1-migrations", "2-auth", "3-catalog", "4-orders", "5-frontend", "6-smoke", "7-traffic"];
const OTHERS = ["enova", "guelaguetza", "listacompra", "kometa"];

/** The stack with S5 alone. */
function alone(text: string): string {
  const file = parseDocument(text);
  for (const system of OTHERS) file.deleteIn(["config", `golive:${system}`]);
  return file.toString();
}

/** S5's releases on a real engine, a real API server and moto. Each test goes on from the one before. */
describe("the waves of S5", () => {
  let project: TestProject;
  let cluster: Cluster;
  let moto: Moto;

  before(async () => {
    [cluster, moto] = await Promise.all([sharedCluster(), startMoto({ accountId: "444455556666" })]);
    project = await TestProject.create("production", {
      KUBECONFIG: cluster.kubeconfig,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    await project.edit(FILE, alone);
  });

  after(async () => {
    await mend();
    await project.remove();
    await moto.stop();
  });

  const kube = async (...words: readonly string[]) =>
    (await kubectl(cluster, [`--namespace=${NAMESPACE}`, ...words])).trim();
  const names = async (kind: string) =>
    (await kube("get", kind, "-o", "jsonpath={.items[*].metadata.name}")).split(" ").filter(Boolean).sort();
  const backendOf = (ingress: string) =>
    kube("get", "ingress", ingress, "-o", "jsonpath={.spec.rules[0].http.paths[0].backend.service.name}");
  const releases = () => names("deployments");

  const fail = (job: string) => failJobs(cluster, job);
  const mend = () => mendJobs(cluster);

  const up = (...args: readonly string[]) =>
    project.run("up", "--yes", "--skip-preview", "--policy-pack", "policies", ...args);

  const done = async (): Promise<string> => {
    const { code, output } = await up();
    assert.equal(code, 0, output);
    return output;
  };

  /** An `up` that fails, by the resource that the engine names as the cause. */
  const failsAt = async (resource: string): Promise<string> => {
    const { code, output } = await up();
    assert.notEqual(code, 0, output);
    assert.match(
      output,
      new RegExp(`kubernetes:batch/v1:Job \\(${resource}\\):\\n +error: [^]*DeadlineExceeded`),
    );
    return output;
  };

  it("L11 G3 S3 a migration that fails stops the up at once, with its last words; no later wave is declared", async () => {
    await failJobs(cluster, "s5-1-migrations-verification", 300);
    const ended = up();
    const ofMigration = ["get", "pods", "--selector=app=migration", "-o", "name"];
    await waitUntil("the migration's pod", async () => (await kube(...ofMigration)) !== "", 240);
    // What a kubelet would write of it.
    const terminated = { exitCode: 1, reason: "Error", message: 'ERROR: relation "Orders" does not exist' };
    const migrate = {
      name: "migrate",
      ready: false,
      restartCount: 0,
      image: "",
      imageID: "",
      state: { terminated },
    };
    const status = {
      phase: "Failed",
      conditions: [{ type: "Ready", status: "False", reason: "PodFailed" }],
      initContainerStatuses: [migrate],
    };
    const patch = ["--subresource=status", "--type=merge", "--patch", JSON.stringify({ status })];
    await kube("patch", await kube(...ofMigration), ...patch);
    const { code, output } = await ended;
    assert.notEqual(code, 0, output);
    assert.match(
      output,
      /:Job \(s5-1-migrations-verification\):\n +error: [^]*BackoffLimitExceeded[^]*relation "Orders" does not exist/,
    );
    assert.deepEqual(await releases(), []);
    await mend();
  });

  it("S3 D10 a verification that fails names its wave; nothing of the waves after it is declared", async () => {
    await fail("s5-3-catalog-verification");
    await failsAt("s5-3-catalog-verification-v2-1-0");
    assert.deepEqual(await releases(), ["s5-auth-v2-1-0", "s5-catalog-v2-1-0"]);
    assert.deepEqual(
      (await names("jobs")).map((name) => name.replace(/-[0-9a-f]+$/, "")),
      ["s5-1-migrations-verification", "s5-2-auth-verification", "s5-3-catalog-verification"],
    );
    assert.deepEqual(await names("ingresses"), []);
  });

  it("S3 S4 D10 mended, up goes on from there, one wave after the other", async () => {
    await mend();
    const output = await done();
    const verifications = WAVES.slice(2).map((wave) => `s5-${wave}-verification`);
    const order = [...output.matchAll(/:Job (s5-\d-\S+?-verification)(?:-v\S+)? creat(ing|ed)\b/g)].map(
      ([, name = "", end = ""]) => `${name} ${end}`,
    );
    assert.deepEqual(
      [...new Set(order)],
      verifications.flatMap((name) => [`${name} ing`, `${name} ed`]),
    );
  });

  it("D12 S3 a second up changes nothing", async () => {
    const { code, output } = await up("--expect-no-changes");
    assert.equal(code, 0, output);
  });

  it("S3 D10 a new version of one API runs nothing of the waves before it", async () => {
    // The image, and that it is adopted.
    await project.edit(FILE, (text) =>
      text.replaceAll(/(repository: s5\/orders,\s+tag: )v2\.1\.0/g, "$1v2.2.0"),
    );
    const { steps } = await project.plan();
    const touched = steps.map(({ op, type, name }) => `${op} ${type.replace(/.*:/, "")} ${name}`);
    for (const wave of ["1-migrations", "2-auth", "3-catalog", "5-frontend"])
      assert.ok(!touched.some((step) => step.includes(wave)), touched.join("\n"));
    for (const step of [
      "create Release s5-orders-v2-2-0",
      "delete Release s5-orders-v2-1-0",
      "create Job s5-4-orders-verification-v2-2-0",
      "delete Job s5-4-orders-verification-v2-1-0",
      "replace Job s5-6-smoke-verification",
      "update Ingress s5-orders",
    ])
      assert.ok(touched.includes(step), `${step} is not among:\n${touched.join("\n")}`);
  });

  it("S8 a smoke test that fails leaves the traffic and what serves it where they were", async () => {
    await fail("s5-6-smoke-verification");
    await failsAt("s5-6-smoke-verification");
    assert.equal(await backendOf("s5-orders"), "s5-orders-v2-1-0");
    assert.deepEqual(
      (await releases()).filter((name) => name.startsWith("s5-orders")),
      ["s5-orders-v2-1-0", "s5-orders-v2-2-0"],
    );
  });

  it("S8 traffic goes over once the smoke test passes, and then the old version goes", async () => {
    await mend();
    await done();
    assert.equal(await backendOf("s5-orders"), "s5-orders-v2-2-0");
    assert.deepEqual(await releases(), ["s5-auth-v2-1-0", "s5-catalog-v2-1-0", "s5-orders-v2-2-0"]);
  });

  it("D10 destroy leaves nothing", async () => {
    const { code, output } = await project.run("destroy", "--yes", "--skip-preview");
    assert.equal(code, 0, output);
    assert.equal(await kubectl(cluster, ["get", "namespace", NAMESPACE, "--ignore-not-found"]), "");
  });
});
