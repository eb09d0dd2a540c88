import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "../../engine/cache";
import { startCluster, type Cluster } from "../../engine/cluster/cluster";
import { STAND_IN_DOMAIN } from "../../engine/cluster/stages";
import { apply, kubectl, newNamespace, sharedCluster, waitUntil } from "../support/cluster";
import { withEnvironment } from "../support/environment";
import { isRunning } from "../support/processes";

const container = { name: "service", image: "registry.invalid/service:v1" };
const labels = { app: "service" };

const deployment = (namespace: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "service", namespace },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  },
});

const job = (namespace: string) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "migrate", namespace },
  spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } },
});

const ingress = (namespace: string) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "service", namespace },
  spec: { ingressClassName: "alb", defaultBackend: { service: { name: "service", port: { number: 80 } } } },
});

const service = (namespace: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "service", namespace },
  spec: { type: "LoadBalancer", ports: [{ name: "http", port: 80 }] },
});

/** Process ids that the components of a cluster have written. */
async function pidsOf(folder: string): Promise<number[]> {
  const names = readdirSync(folder).filter((name) => existsSync(path.join(folder, name, "pid")));
  return Promise.all(
    names.map(async (name) => Number(await readFile(path.join(folder, name, "pid"), "utf8"))),
  );
}

async function assertGone(folder: string, pids: readonly number[]): Promise<void> {
  assert.equal(pids.length, 5);
  await waitUntil("every process gone", () => !pids.some(isRunning), 20);
  await waitUntil("the folder gone", () => !existsSync(folder), 20);
}

describe("the local control plane", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let namespace: string;

  before(async function () {
    this.timeout(900_000);
    cluster = await sharedCluster();
    namespace = await newNamespace(cluster, "cluster");
  });

  after(() => kubectl(cluster, ["delete", "namespace", namespace, "--wait=false"]));

  it("D1 a Deployment becomes available", async () => {
    await apply(cluster, deployment(namespace));
    await kubectl(cluster, [
      "wait",
      "-n",
      namespace,
      "--for=condition=Available",
      "deployment/service",
      "--timeout=60s",
    ]);
  });

  it("D1 a Job completes", async () => {
    await apply(cluster, job(namespace));
    await kubectl(cluster, [
      "wait",
      "-n",
      namespace,
      "--for=condition=Complete",
      "job/migrate",
      "--timeout=60s",
    ]);
  });

  it("D1 a Job that mounts a claim of no class gets a volume, and completes", async () => {
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "backups", namespace },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    const { spec, ...rest } = job(namespace);
    const volumes = [{ name: "backups", persistentVolumeClaim: { claimName: "backups" } }];
    const template = { spec: { ...spec.template.spec, volumes } };
    await apply(cluster, claim, { ...rest, metadata: { name: "backup", namespace }, spec: { template } });
    const completed = ["wait", "--for=condition=Complete", "job/backup", "--timeout=60s"];
    await kubectl(cluster, [...completed, "-n", namespace]);
    const phase = ["get", "pvc", "backups", "-o", "jsonpath={.status.phase}"];
    assert.equal(await kubectl(cluster, [...phase, "-n", namespace]), "Bound");
  });

  for (const [kind, object] of Object.entries({ ingress, service })) {
    it(`D1 a load balancer's address reaches the status of ${kind}, and says that it is a stand-in`, async () => {
      await apply(cluster, object(namespace));
      const address = "jsonpath={.status.loadBalancer.ingress[0].hostname}";
      let found = "";
      await waitUntil("the address", async () => {
        found = await kubectl(cluster, ["get", kind, "service", "-n", namespace, "-o", address]);
        return found !== "";
      });
      assert.equal(found, `${namespace}-service.${kind}.${STAND_IN_DOMAIN}`);
    });
  }

  it("D1 upstream's custom resource definitions refuse what upstream refuses", async () => {
    const monitor = {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: { name: "service", namespace },
      spec: { selector: { matchLabels: labels }, endpoints: [{ port: "http", interval: "often" }] },
    };
    await assert.rejects(apply(cluster, monitor), /spec\.endpoints\[0\]\.interval/);
    await apply(cluster, { ...monitor, spec: { ...monitor.spec, endpoints: [{ port: "http" }] } });
  });

  for (const kind of [
    "externalsecrets",
    "secretstores",
    "clustersecretstores",
    "sealedsecrets",
    "prometheusrules",
    "podmonitors",
    "probes",
    "alertmanagerconfigs",
    "grafanadashboards",
  ]) {
    it(`D1 ${kind} are served`, () => kubectl(cluster, ["get", kind, "-A"]));
  }

  it("D8 admission enforces a quota, limits and pod security", async () => {
    const strict = await newNamespace(cluster, "strict");
    await kubectl(cluster, ["label", "namespace", strict, "pod-security.kubernetes.io/enforce=restricted"]);
    const pod = (name: string) => ["run", name, "-n", strict, "--image=registry.invalid/x:v1"];
    await assert.rejects(kubectl(cluster, pod("insecure")), /violates PodSecurity/);
    await kubectl(cluster, ["label", "namespace", strict, "pod-security.kubernetes.io/enforce-"]);
    await kubectl(cluster, ["create", "quota", "all", "-n", strict, "--hard=limits.cpu=1"]);
    await waitUntil("the quota's status", async () => {
      const used = ["get", "quota", "all", "-n", strict, "-o", "jsonpath={.status.used}"];
      return (await kubectl(cluster, used)) !== "";
    });
    await assert.rejects(kubectl(cluster, pod("unlimited")), /must specify limits\.cpu/);
    await kubectl(cluster, ["delete", "namespace", strict, "--wait=false"]);
  });

  it("D1 a second cluster runs beside the first, and stopping it leaves nothing of it", async () => {
    const second = await startCluster({ contexts: ["kometa-develop"] });
    const pids = await pidsOf(second.folder);
    assert.notEqual(second.server, cluster.server);
    await kubectl(second, ["--context=kometa-develop", "get", "--raw", "/readyz"]);
    await assert.rejects(kubectl(second, ["get", "namespace", namespace]), /not found/);
    await second.stop();
    await second.stop();
    await assertGone(second.folder, pids);
    await kubectl(cluster, ["get", "--raw", "/readyz"]);
  });

  const endings = { SIGINT: "on Ctrl-C", SIGTERM: "when asked to end", SIGKILL: "when killed" } as const;
  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    it(`D1 golive cluster prints the KUBECONFIG line; ${endings[signal]} no process and no file stays`, async () => {
      const child = spawn(process.execPath, ["--import", "tsx", "cli/golive.ts", "cluster"], {
        cwd: repositoryRoot,
        stdio: ["ignore", "pipe", "ignore"],
      });
      const line = await new Promise<string>((resolve, reject) => {
        createInterface(child.stdout).once("line", resolve);
        child.once("exit", (code) => reject(new Error(`the command ended with ${code ?? "a signal"}`)));
      });
      const kubeconfig = /^export KUBECONFIG=(\S+)$/.exec(line)?.[1] ?? "";
      await kubectl({ kubeconfig }, ["get", "--raw", "/readyz"]);
      const folder = path.dirname(kubeconfig);
      const pids = await pidsOf(folder);
      const ended = once(child, "exit");
      child.kill(signal);
      assert.deepEqual(await ended, signal === "SIGKILL" ? [null, signal] : [0, null]);
      await assertGone(folder, pids);
    });
  }

  it("D1 a component that dies at the start is named, with the last lines of its log", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "golive-test-"));
    const kwok = path.join(folder, "kwok");
    await writeFile(kwok, "#!/bin/sh\necho the disk is full >&2\nexit 3\n", { mode: 0o755 });
    await withEnvironment({ GOLIVE_KWOK: kwok, TMPDIR: folder }, () =>
      assert.rejects(startCluster(), {
        name: "ComponentEnded",
        message: /^kwok .*exit code 3.*\n.*the disk is full$/,
      }),
    );
    assert.deepEqual(readdirSync(folder), ["kwok"]);
    await rm(folder, { recursive: true });
  });
});
