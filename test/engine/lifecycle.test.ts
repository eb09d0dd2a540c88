import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { findTool } from "../../engine/acquire";
import type { Cluster } from "../../engine/cluster/cluster";
import { startMoto, type Moto } from "../../engine/moto";
import { kubectl, sharedCluster } from "../support/cluster";
import { TestProject } from "../support/project";
import { ungated } from "../support/ungated";

const run = promisify(execFile);

const FILE = "Pulumi.develop.yaml";
const DEPLOYMENT = "deployment/kometa-marketplace";
const tagged = (tag: string) => (text: string) => text.replace(/tag: \S+/, `tag: ${tag}`);

async function repositories({ url }: Moto): Promise<unknown> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new ECRClient({ endpoint: url, region: "us-east-1", credentials });
  return (await client.send(new DescribeRepositoriesCommand({}))).repositories;
}

/** Kometa's whole life on a real engine, a real API server and moto. Each test goes on from the one before. */
describe("Kometa on develop", () => {
  let project: TestProject;
  let cluster: Cluster;
  let moto: Moto;

  before(async () => {
    [cluster, moto] = await Promise.all([sharedCluster(), startMoto({ accountId: "202533518394" })]);
    project = await TestProject.create("develop", {
      KUBECONFIG: cluster.kubeconfig,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    await project.edit(FILE, ungated);
  });

  after(async () => {
    await project.remove();
    await moto.stop();
  });

  /** Runs kubectl in Kometa's namespace, by words as one would type them. */
  const kube = async (words: string): Promise<string> =>
    (await kubectl(cluster, ["--namespace=kometa-develop", ...words.split(" ")])).trim();

  const read = (object: string, field: string) => kube(`get ${object} -o jsonpath={${field}}`);
  const image = () => read(DEPLOYMENT, ".spec.template.spec.containers[0].image");
  const namespaceLeft = () => kube("get namespace kometa-develop --ignore-not-found");

  const preview = () => project.run("preview", "--policy-pack", "policies");

  const up = async (...args: string[]): Promise<void> => {
    const { code, output } = await project.run("up", "--yes", "--policy-pack", "policies", ...args);
    assert.equal(code, 0, output);
  };

  const nothingPlanned = async (): Promise<void> => assert.deepEqual((await project.plan()).steps, []);

  /** A preview that plans one step says so; `up` takes it, and leaves nothing to do. */
  const oneStep = async (type: string, name: string): Promise<{ says: string; diff: readonly string[] }> => {
    const { steps, says } = await project.plan();
    const [step] = steps;
    assert.deepEqual(
      steps.map((planned) => [planned.op, planned.type, planned.name]),
      [["update", type, name]],
    );
    await up("--skip-preview");
    await nothingPlanned();
    return { says, diff: step?.diff ?? [] };
  };

  it("K1 K2 K3 K8 K9 previews the namespace, the repository, the release and the ingress, judged by the pack", async () => {
    const { code, output } = await preview();
    assert.equal(code, 0, output);
    for (const part of [
      "kubernetes:core/v1:Namespace",
      "aws:ecr:Repository",
      "kubernetes:helm.sh/v3:Release",
      "kubernetes:networking.k8s.io/v1:Ingress",
      "golive@v",
      "offline stand-in",
    ]) {
      assert.ok(output.includes(part), `${part} is missing from:\n${output}`);
    }
  });

  it("K5 K12 a broken limit fails preview with one message that names the field, the file and the policy; nothing is registered", async () => {
    const broken = (text: string) => text.replace("memory: 200Mi", "memory: 4Gi");
    const { code, output } = await project.with(FILE, broken, preview);
    assert.notEqual(code, 0);
    for (const part of [
      "Pulumi.develop.yaml",
      "golive:kometa.limits.memory",
      "container-resources",
      "4Gi",
      "512Mi",
    ]) {
      assert.ok(output.includes(part), `${part} is missing from:\n${output}`);
    }
    assert.doesNotMatch(output, /kubernetes:core\/v1:Namespace|\n {4,}at /);
  });

  it("K9 a chart that does not render fails preview with helm's own reason; nothing of the system is registered after it", async () => {
    const broken = (text: string) => `${text}\n{{ .Values.name.first }}\n`;
    const { code, output } = await project.with("charts/service/templates/service.yaml", broken, preview);
    assert.notEqual(code, 0);
    assert.match(output, /chart \.\/charts\/service does not render[^]*service\.yaml/);
    assert.doesNotMatch(output, /\n {4,}at /);
  });

  it("K1 K2 K5 K6 K7 up brings all of it to the cluster", async () => {
    await up();
    assert.equal(
      await image(),
      "202533518394.dkr.ecr.us-east-1.amazonaws.com/kometa-marketplace:v1.0-develop-11",
    );
    const pod = ".spec.template.spec";
    const readings: readonly [string, string][] = [
      [".status.availableReplicas", "1"],
      [`${pod}.containers[0].resources.limits.memory`, "200Mi"],
      [`${pod}.containers[0].resources.limits.cpu`, "200m"],
      [`${pod}.containers[0].livenessProbe.httpGet.path`, "/health"],
      [`${pod}.tolerations[0].key`, "spot-instance"],
    ];
    for (const [field, value] of readings) assert.equal(await read(DEPLOYMENT, field), value, field);
    assert.equal(await read("service/kometa-marketplace", ".spec.ports[0].port"), "3000");
    assert.equal(
      await read("ingress/kometa-develop", ".spec.rules[0].host"),
      "marketplace.kometadeveloper.xyz",
    );
  });

  it("D12 a second up has nothing to do", () => up("--expect-no-changes"));

  it("K4 K14 a new version is one line: the release, and the checks that are run on it", async () => {
    await project.edit(FILE, tagged("v1.0-develop-12"));
    const { steps } = await project.plan();
    const kindOf = (type: string) => type.replace(/.*:/, "");
    const [releases, others] = [true, false].map((isRelease) =>
      steps.filter(({ type }) => (kindOf(type) === "Release") === isRelease),
    );
    assert.deepEqual(
      releases?.map(({ name, diff }) => [name, diff]),
      // The version stands in the traces too.
      [["kometa-develop", ["values.environment.OTEL_RESOURCE_ATTRIBUTES", "values.image.tag"]]],
    );
    const checks = new Set(others?.map(({ type, name }) => `${kindOf(type)} ${name}`));
    assert.deepEqual([...checks].sort(), ["CronJob kometa-develop-load", "Job kometa-develop-smoke"]);
    await up("--skip-preview");
    await nothingPlanned();
    const jobs = await kube("get jobs -l app=k6 -o jsonpath={.items[*].status.succeeded}");
    assert.equal(jobs, "1");
    assert.match(await image(), /v1\.0-develop-12$/);
  });

  it("D12 a hand edit of a plain object shows in preview and is undone by up", async () => {
    const redirect = "alb.ingress.kubernetes.io/ssl-redirect";
    await kube(`annotate --overwrite ingress kometa-develop ${redirect}=80`);
    const { diff } = await oneStep("kubernetes:networking.k8s.io/v1:Ingress", "kometa-develop");
    assert.deepEqual(diff, [`metadata.annotations["${redirect}"]`]);
    assert.match(await kube("get ingress kometa-develop -o yaml"), /ssl-redirect: "443"/);
  });

  it("D12 an emergency kubectl scale inside the release shows in preview and is undone by up", async () => {
    await kube(`scale ${DEPLOYMENT} --replicas=0`);
    const { says } = await oneStep("kubernetes:helm.sh/v3:Release", "kometa-develop");
    assert.match(says, /Deployment\/kometa-marketplace[^]*spec\.replicas/);
    assert.equal(await read(DEPLOYMENT, ".spec.replicas"), "1");
  });

  it("D12 K22 a helm rollback by hand shows in preview and is undone by up", async () => {
    const { kubeconfig } = cluster;
    await run(await findTool("helm"), [
      "rollback",
      "kometa-develop",
      "1",
      "-n",
      "kometa-develop",
      "--kubeconfig",
      kubeconfig,
    ]);
    assert.match(await image(), /v1\.0-develop-11$/);
    const { says } = await oneStep("kubernetes:helm.sh/v3:Release", "kometa-develop");
    assert.match(says, /Rollback to 1[^]*v1\.0-develop-11/);
    assert.match(await image(), /v1\.0-develop-12$/);
  });

  it("D12 refresh alone takes a hand edit into the state, and the next up undoes it", async () => {
    await kube("label --overwrite namespace kometa-develop pod-security.kubernetes.io/enforce=privileged");
    const { code, output } = await project.run("refresh", "--yes");
    assert.equal(code, 0, output);
    await oneStep("kubernetes:core/v1:Namespace", "kometa-develop");
    assert.match(
      await kube("get namespace kometa-develop -o yaml"),
      /pod-security\.kubernetes\.io\/enforce: restricted/,
    );
  });

  it("D1 without the API server, up fails with a clear message and changes nothing", async () => {
    const gone = path.join(project.folder, "gone.kubeconfig");
    await writeFile(
      gone,
      (await readFile(cluster.kubeconfig, "utf8")).replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1"),
    );
    const { code, output } = await project.with(FILE, tagged("v1.0-develop-13"), () =>
      project.runWith({ KUBECONFIG: gone }, "up", "--yes", "--skip-preview"),
    );
    assert.notEqual(code, 0);
    assert.match(output, /unreachable|connection refused/);
    await nothingPlanned();
  });

  it("D1 an engine killed in the middle of up leaves a state from which the next up goes on", async () => {
    await project.edit(FILE, tagged("v1.0-develop-14"));
    await project.killAt("updating", "up", "--yes", "--skip-preview");
    await project.run("cancel", "--yes", "develop");
    await up("--skip-preview");
    assert.match(await image(), /v1\.0-develop-14$/);
  });

  it("D1 a plugin that crashes in the middle of up is reported, and the next up goes on", async () => {
    await project.edit(FILE, tagged("v1.0-develop-15"));
    const crashed = await project.killPluginAt(
      "Release kometa-develop updating",
      "kubernetes",
      "up",
      "--yes",
      "--skip-preview",
    );
    assert.notEqual(crashed.code, 0, crashed.output);
    assert.match(crashed.output, /error: /);
    await up("--skip-preview");
    assert.match(await image(), /v1\.0-develop-15$/);
  });

  it("D1 a system that is removed from the stack file leaves the cluster", async () => {
    const without = (text: string) => text.replace(/^ {2}golive:kometa:\n(?: {4}.*\n|\n)*/m, "");
    await project.with(FILE, without, () => up("--skip-preview"));
    assert.equal(await namespaceLeft(), "");
  });

  it("K1 destroy leaves nothing behind", async () => {
    await up("--skip-preview");
    const { code, output } = await project.run("destroy", "--yes");
    assert.equal(code, 0, output);
    assert.equal(await namespaceLeft(), "");
    assert.deepEqual(await repositories(moto), []);
  });
});
