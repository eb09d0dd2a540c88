import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderStack } from "../../cli/render";
import { useHelm } from "../support/helm";

async function textsBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files
    .sort()
    .map(async (file) => [file.slice(folder.length + 1), await readFile(file, "utf8")] as const);
  return Object.fromEntries(await Promise.all(texts));
}

describe("golive render", () => {
  let folder: string;
  before(useHelm);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "golive-render-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("K1 K2 K3 K8 K14 K18 K29 writes all that develop holds, one object a file", async () => {
    await renderStack({ stack: "develop", out: folder });
    const files = Object.keys(await textsBelow(folder)).map((file) =>
      file.replace(/-[0-9a-f]{8}\.yaml$/, "-HASH.yaml"),
    );
    assert.deepEqual(files.sort(), [
      "aws/Alias-kometa-marketplace-key.json",
      "aws/Certificate-kometa-develop.json",
      "aws/Key-kometa-marketplace-key.json",
      "aws/LifecyclePolicy-kometa-marketplace.json",
      "aws/Repository-kometa-marketplace.json",
      "aws/WebAcl-kometa-develop.json",
      "cluster/Namespace-kometa-develop.yaml",
      "contents.json",
      "kometa-develop/AlertmanagerConfig-kometa-alerts.yaml",
      ...["golden-signals", "kpis", "logs", "release", "upkeep"].map(
        (board) => `kometa-develop/ConfigMap-dashboard-develop-kometa-${board}.yaml`,
      ),
      "kometa-develop/ConfigMap-kometa-develop-load-HASH.yaml",
      "kometa-develop/ConfigMap-kometa-develop-smoke-HASH.yaml",
      "kometa-develop/ConfigMap-kometa-log-rules.yaml",
      "kometa-develop/ConfigMap-kometa-release-v1.0-develop-11-HASH.yaml",
      "kometa-develop/ConfigMap-otel-collector-HASH.yaml",
      "kometa-develop/CronJob-kometa-develop-load.yaml",
      "kometa-develop/Deployment-kometa-marketplace.yaml",
      "kometa-develop/Deployment-otel-collector.yaml",
      "kometa-develop/Ingress-kometa-develop.yaml",
      "kometa-develop/Job-kometa-develop-smoke-HASH.yaml",
      "kometa-develop/LimitRange-limits.yaml",
      "kometa-develop/NetworkPolicy-default-deny.yaml",
      "kometa-develop/NetworkPolicy-dns-tcp.yaml",
      "kometa-develop/NetworkPolicy-dns-udp.yaml",
      "kometa-develop/NetworkPolicy-from-k6.yaml",
      "kometa-develop/NetworkPolicy-from-load-balancer.yaml",
      "kometa-develop/NetworkPolicy-k6-to-http.yaml",
      "kometa-develop/NetworkPolicy-k6-to-https.yaml",
      "kometa-develop/NetworkPolicy-k6-to-service.yaml",
      "kometa-develop/NetworkPolicy-kometa-marketplace-to-telemetry.yaml",
      "kometa-develop/NetworkPolicy-telemetry-from-services.yaml",
      "kometa-develop/NetworkPolicy-telemetry-to-new-relic.yaml",
      "kometa-develop/NetworkPolicy-to-https.yaml",
      "kometa-develop/Probe-kometa-marketplace-health.yaml",
      "kometa-develop/PrometheusRule-kometa-rules.yaml",
      "kometa-develop/ResourceQuota-quota.yaml",
      "kometa-develop/Service-kometa-marketplace.yaml",
      "kometa-develop/Service-otel-collector.yaml",
      "kometa-develop/ServiceAccount-kometa-marketplace.yaml",
    ]);
  });

  it("K3 K4 K5 K7 writes Kometa exactly as its document has it", async () => {
    await renderStack({ stack: "develop", out: folder });
    const deployment = await readFile(
      join(folder, "kometa-develop/Deployment-kometa-marketplace.yaml"),
      "utf8",
    );
    for (const line of [
      "image: 202533518394.dkr.ecr.us-east-1.amazonaws.com/kometa-marketplace:v1.0-develop-11",
      "replicas: 1",
      "cpu: 200m",
      "memory: 200Mi",
      "key: spot-instance",
      "containerPort: 3000",
      "path: /health",
    ]) {
      assert.ok(deployment.includes(line), line);
    }
  });

  it("K9 writes the same bytes every time, over an earlier rendering too", async () => {
    await renderStack({ stack: "develop", out: folder });
    const first = await textsBelow(folder);
    await renderStack({ stack: "develop", out: folder });
    assert.deepEqual(await textsBelow(folder), first);
  });

  it("K9 leaves a folder alone that holds something else", async () => {
    await writeFile(join(folder, "thesis.txt"), "mine");
    await assert.rejects(
      renderStack({ stack: "develop", out: folder }),
      /not a rendering: name an empty folder/,
    );
    assert.deepEqual(await textsBelow(folder), { "thesis.txt": "mine" });
  });

  it("L7 D11 writes where values come from, no value, and which Secrets it left empty", async () => {
    const { files, secrets } = await renderStack({ stack: "staging", out: folder });
    assert.ok(files.includes("staging/ExternalSecret-listacompra-database.yaml"));
    assert.ok(secrets.includes("Secret/listacompra-environment stringData"));
    const texts = await textsBelow(folder);
    assert.match(texts["staging/Secret-listacompra-environment.yaml"] ?? "", /stringData: "?\[secret\]/);
    const database = texts["staging/ExternalSecret-listacompra-database.yaml"] ?? "";
    assert.match(database, /key: listacompra\/staging\/database/);
  });
});
