import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { findTool } from "../../engine/acquire";
import { startMoto, type Moto } from "../../engine/moto";
import { sharedCluster } from "../support/cluster";
import { TestProject } from "../support/project";

const run = promisify(execFile);
const tagged = (tag: string) => (text: string) => text.replace(/tag: \S+/, `tag: ${tag}`);

async function repositories({ url }: Moto): Promise<unknown> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new ECRClient({ endpoint: url, region: "us-east-1", credentials });
  return (await client.send(new DescribeRepositoriesCommand({}))).repositories;
}
const FILE = "Pulumi.develop.yaml";
const NAMESPACE = "kometa-develop";

/** Kometa's whole life on a real engine, a real API server and moto. Each test goes on from the one before. */
describe("Kometa on develop", () => {
  let project: TestProject;
  let moto: Moto;
  let kubeconfig: string;

  before(async () => {
    const [cluster, aws] = await Promise.all([sharedCluster(), startMoto({ accountId: "202533518394" })]);
    moto = aws;
    kubeconfig = cluster.kubeconfig;
    project = await TestProject.create("develop", {
      KUBECONFIG: kubeconfig,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
  });

  after(async () => {
    await project.remove();
    await moto.stop();
  });

  const preview = () => project.run("preview", "--policy-pack", "policies");
  const kubectl = async (...args: string[]): Promise<string> =>
    (await run("kubectl", ["--kubeconfig", kubeconfig, ...args])).stdout.trim();

  /** The live Deployment, as YAML. */
  const deployed = () => kubectl("get", "deployment", "kometa-marketplace", "-n", NAMESPACE, "-o", "yaml");

  const up = (...args: string[]) => project.run("up", "--yes", "--policy-pack", "policies", ...args);

  it("K1 K2 K3 K8 K9 previews the namespace, the repository, the release and the ingress, judged by the pack", async () => {
    const { code, output } = await project.run("preview", "--policy-pack", "policies");
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

  it("K5 a broken limit fails preview with one message that names the field, the file and the policy; nothing is registered", async () => {
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
    assert.doesNotMatch(output, /kubernetes:core\/v1:Namespace|    at /);
  });

  it("K1 K5 K6 K7 up brings all of it to the cluster", async () => {
    const { code, output } = await up();
    assert.equal(code, 0, output);
    const deployment = await kubectl(
      "get",
      "deployment",
      "kometa-marketplace",
      "-n",
      NAMESPACE,
      "-o",
      "jsonpath={.status.availableReplicas} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].resources.limits.memory} {.spec.template.spec.tolerations[0].key}",
    );
    assert.equal(
      deployment,
      "1 202533518394.dkr.ecr.us-east-1.amazonaws.com/kometa-marketplace:v1.0-develop-11 200Mi spot-instance",
    );
    assert.equal(
      await kubectl(
        "get",
        "ingress",
        "kometa-develop",
        "-n",
        NAMESPACE,
        "-o",
        "jsonpath={.spec.rules[0].host}",
      ),
      "marketplace.kometadeveloper.xyz",
    );
  });

  it("D12 a second up has nothing to do", async () => {
    assert.deepEqual(await project.plan(), []);
    const { code, output } = await up("--expect-no-changes");
    assert.equal(code, 0, output);
  });

  it("K4 a new version is one line, and one resource", async () => {
    await project.edit(FILE, tagged("v1.0-develop-12"));
    const plan = await project.plan();
    assert.deepEqual(
      plan.map(({ op, type, name }) => ({ op, type, name })),
      [{ op: "update", type: "kubernetes:helm.sh/v3:Release", name: "kometa-develop" }],
    );
    const { code, output } = await up();
    assert.equal(code, 0, output);
    assert.match(await deployed(), /v1\.0-develop-12/);
  });

  it("D12 a hand edit of a plain object shows in preview and is undone by up", async () => {
    const annotation = "alb.ingress.kubernetes.io/ssl-redirect";
    await kubectl(
      "annotate",
      "--overwrite",
      "ingress",
      "kometa-develop",
      "-n",
      NAMESPACE,
      `${annotation}=80`,
    );
    const plan = await project.plan();
    assert.deepEqual(
      plan.map(({ op, name, diff }) => ({ op, name, diff })),
      [{ op: "update", name: "kometa-develop", diff: [`metadata.annotations["${annotation}"]`] }],
    );
    const { code, output } = await up();
    assert.equal(code, 0, output);
    assert.match(
      await kubectl("get", "ingress", "kometa-develop", "-n", NAMESPACE, "-o", "yaml"),
      /ssl-redirect: "443"/,
    );
    assert.deepEqual(await project.plan(), []);
  });

  const onlyTheRelease = async (says: RegExp): Promise<void> => {
    const { output } = await project.run("preview", "--policy-pack", "policies");
    assert.match(output, says);
    const plan = await project.plan();
    assert.deepEqual(
      plan.map(({ op, type }) => ({ op, type })),
      [{ op: "update", type: "kubernetes:helm.sh/v3:Release" }],
    );
    const { code, output: upOutput } = await up();
    assert.equal(code, 0, upOutput);
    assert.deepEqual(await project.plan(), []);
  };

  it("D12 an emergency kubectl scale inside the release shows in preview and is undone by up", async () => {
    await kubectl("scale", "deployment", "kometa-marketplace", "-n", NAMESPACE, "--replicas=0");
    await onlyTheRelease(/replicas/);
    assert.equal(
      await kubectl(
        "get",
        "deployment",
        "kometa-marketplace",
        "-n",
        NAMESPACE,
        "-o",
        "jsonpath={.spec.replicas}",
      ),
      "1",
    );
  });

  it("D12 K22 a helm rollback by hand shows in preview and is undone by up", async () => {
    await run(await findTool("helm"), [
      "rollback",
      "kometa-develop",
      "1",
      "-n",
      NAMESPACE,
      "--kubeconfig",
      kubeconfig,
    ]);
    assert.match(await deployed(), /v1\.0-develop-11/);
    await onlyTheRelease(/kometa-develop/);
    assert.match(await deployed(), /v1\.0-develop-12/);
  });

  it("D12 refresh alone takes a hand edit into the state, and the next preview undoes it", async () => {
    await kubectl(
      "label",
      "--overwrite",
      "namespace",
      NAMESPACE,
      "pod-security.kubernetes.io/enforce=privileged",
    );
    const { code, output } = await project.run("refresh", "--yes");
    assert.equal(code, 0, output);
    assert.deepEqual(
      (await project.plan()).map(({ op, name }) => ({ op, name })),
      [{ op: "update", name: "kometa-develop" }],
    );
    assert.equal((await up()).code, 0);
  });

  it("K9 a chart that does not render fails preview with helm's own reason", async () => {
    const broken = (text: string) => `${text}\n{{ .Values.name.first }}\n`;
    const { code, output } = await project.with("charts/service/templates/service.yaml", broken, preview);
    assert.notEqual(code, 0);
    assert.match(output, /does not render/);
    assert.doesNotMatch(output, /    at /);
  });

  it("D1 without the API server, up fails with a clear message and changes nothing", async () => {
    const gone = path.join(project.folder, "gone.kubeconfig");
    await writeFile(gone, (await readFile(kubeconfig, "utf8")).replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1"));
    const { code, output } = await project.with(FILE, tagged("v1.0-develop-13"), () =>
      project.runWith({ KUBECONFIG: gone }, "up", "--yes", "--skip-preview"),
    );
    assert.notEqual(code, 0);
    assert.match(output, /unreachable|connection refused/);
    assert.deepEqual(await project.plan(), []);
  });

  it("D1 an engine killed in the middle of up leaves a state from which the next up goes on", async () => {
    await project.edit(FILE, tagged("v1.0-develop-14"));
    await project.killAt("updating", "up", "--yes", "--skip-preview");
    await project.run("cancel", "--yes", "develop");
    const { code, output } = await up();
    assert.equal(code, 0, output);
    assert.match(await deployed(), /v1\.0-develop-14/);
  });

  it("D1 a plugin that crashes in the middle of up is reported, and the next up goes on", async () => {
    await project.edit(FILE, tagged("v1.0-develop-15"));
    const crashed = await project.killPluginAt("updating", "kubernetes", "up", "--yes", "--skip-preview");
    assert.notEqual(crashed.code, 0, crashed.output);
    assert.match(crashed.output, /error: /);
    const { code, output } = await up();
    assert.equal(code, 0, output);
    assert.match(await deployed(), /v1\.0-develop-15/);
  });

  it("D1 a system that is removed from the stack file leaves the cluster", async () => {
    const without = (text: string) => text.replace(/^  golive:kometa:\n(?:    .*\n|\n)*/m, "");
    const { code, output } = await project.with(FILE, without, up);
    assert.equal(code, 0, output);
    assert.equal(await kubectl("get", "namespace", NAMESPACE, "--ignore-not-found"), "");
  });

  it("K1 destroy leaves nothing behind", async () => {
    assert.equal((await up()).code, 0);
    const { code, output } = await project.run("destroy", "--yes");
    assert.equal(code, 0, output);
    assert.equal(await kubectl("get", "namespace", NAMESPACE, "--ignore-not-found"), "");
    assert.deepEqual(await repositories(moto), []);
  });
});
