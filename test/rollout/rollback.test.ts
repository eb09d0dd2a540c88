/** `golive rollback` of stacks that nobody can bring up: the real command and API server; the journals are the test's, and no engine is there. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Journal } from "../../cli/rollout/journal";
import { clusterStore, fileStore, folderOf, type JournalStore } from "../../cli/rollout/journal-store";
import { kubectlOf } from "../../cli/rollout/kubectl";
import type { Cluster } from "../../engine/cluster/cluster";
import type { Place } from "../../rollout/place";
import type { Plan, Setting } from "../../rollout/plan";
import { ENOVA_SERVICES } from "../../settings";
import { copySources } from "../support/checkout";
import { apply, kubectl, sharedCluster } from "../support/cluster";

const STACK = "staging";
const NAMESPACE = "enova-staging";
const SERVICES = Object.values(ENOVA_SERVICES);
const PHASE = "enova.canary.phase";

const phase = (value: string): readonly Setting[] => [{ path: PHASE, value }];
const SYSTEM = { kind: "system" } as const;

/** A rollout that brought 50 % of the requests to v2. */
const canaryPlan = (stack: string): Plan => ({
  bound: { stack, system: "enova", version: "v2", images: ["enova/frontend:v2"] },
  from: "v1",
  steps: [
    {
      kind: "change",
      id: "weight 50",
      title: "50 % of the requests to v2",
      change: { settings: phase("50"), scope: SYSTEM },
      undo: { settings: phase("rollback"), scope: SYSTEM },
      percent: 50,
      expectedSeconds: 1,
    },
  ],
  back: ["weight 50"],
  goBack: "all",
  patience: { insufficientSeconds: 60, brokenSeconds: 60 },
});

const guelaguetzaPlan: Plan = {
  ...canaryPlan(STACK),
  bound: { stack: STACK, system: "guelaguetza", version: "v2", images: [] },
  steps: [
    {
      kind: "change",
      id: "release",
      title: "v2 in place of v1",
      change: { settings: [{ path: "guelaguetza.image.tag", value: "v2" }], scope: SYSTEM },
      undo: { settings: [{ path: "guelaguetza.image.tag", value: "v1" }], scope: SYSTEM },
      percent: 100,
      expectedSeconds: 1,
    },
  ],
  back: ["release"],
};

const ingress = (name: string, annotations: object, service: string) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name, namespace: NAMESPACE, annotations },
  spec: {
    rules: [
      {
        host: "staging.enova.com",
        http: {
          paths: [
            { path: "/", pathType: "Prefix", backend: { service: { name: service, port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
});

/** A Service's ready pod, which no other controller knows of. */
const ready = (service: string) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: {
    name: `${service}-test`,
    namespace: NAMESPACE,
    labels: { "kubernetes.io/service-name": service },
  },
  addressType: "IPv4",
  endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: true } }],
  ports: [{ port: 80 }],
});

describe("golive rollback of a stack whose file cannot be used", function () {
  this.timeout(300_000);
  let folder: string;
  let cluster: Cluster;
  let whole: string;

  before(async () => {
    folder = await copySources(await mkdtemp(path.join(tmpdir(), "golive-rollback-")));
    cluster = await sharedCluster();
    whole = (await stackFile()).replace(/phase: \S+/, 'phase: "50"');
    await kubectl(cluster, ["create", "namespace", NAMESPACE]);
    await apply(
      cluster,
      ingress("enova-legacy", {}, ENOVA_SERVICES.frontend.stable),
      ...SERVICES.map(({ stable }) => ready(stable)),
    );
  });

  beforeEach(async () => {
    const share = {
      "nginx.ingress.kubernetes.io/canary": "true",
      "nginx.ingress.kubernetes.io/canary-weight": "50",
    };
    await apply(cluster, ingress("enova-canary", share, `${ENOVA_SERVICES.frontend.canary}-canary`));
    await edit(() => whole);
  });

  after(async () => {
    await kubectl(cluster, ["delete", "namespace", NAMESPACE, "--wait=false"]);
    await rm(folder, { recursive: true, force: true });
  });

  const file = () => path.join(folder, `Pulumi.${STACK}.yaml`);
  const stackFile = () => readFile(file(), "utf8");
  const edit = async (change: (text: string) => string) => writeFile(file(), change(await stackFile()));

  const place = (traffic: boolean): Place => ({
    namespace: NAMESPACE,
    kubernetes: { kubeconfig: cluster.kubeconfig },
    ...(traffic
      ? {
          traffic: {
            namespace: NAMESPACE,
            router: "ingress-nginx",
            stable: SERVICES.map(({ stable }) => stable),
            fresh: SERVICES.map(({ canary }) => canary),
          },
        }
      : {}),
  });

  const inFiles = (system: string): JournalStore =>
    fileStore(folderOf(`file://${folder}/.golive/state`, STACK, system) ?? "");

  async function journal(store: JournalStore, plan: Plan): Promise<Journal> {
    const begun = await Journal.begin({ store, signers: {} }, plan, {
      by: "ana",
      now: new Date(),
      place: place(plan.bound.system === "enova"),
    });
    const [step] = plan.back;
    assert.ok(step !== undefined);
    await begun.decide({ kind: "change begun", step });
    await begun.decide({ kind: "change done", step });
    return begun;
  }

  async function rollback(
    system: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ code: number | null; output: string }> {
    const args = ["cli/golive.ts", "rollback", system, "--stack", STACK, "--reason", "drill"];
    const child = spawn(process.execPath, ["--import", "tsx", ...args], {
      cwd: folder,
      env: {
        ...process.env,
        ...{ PULUMI_BACKEND_URL: "", PULUMI_ACCESS_TOKEN: "" },
        ...{ KUBECONFIG: cluster.kubeconfig, NO_COLOR: "1" },
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const listen = (text: Buffer) => (output += text.toString());
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, output };
  }

  const ingresses = async () =>
    (await kubectl(cluster, ["get", "ingress", "-n", NAMESPACE, "-o", "name"]))
      .trim()
      .split("\n")
      .map((name) => name.replace(/.*\//, ""));

  it("E5 a value out of its range: the share goes by kubectl, the file and the journal say so", async () => {
    await edit((text) => text.replace(/cpu: "1"/, 'cpu: "100m"'));
    const begun = await journal(inFiles("enova"), canaryPlan(STACK));
    const { code, output } = await rollback("enova");
    assert.equal(code, 0, output);
    assert.deepEqual(await ingresses(), ["enova-legacy"]);
    assert.match(output, /^Pulumi\.staging\.yaml:\d+:\d+ {2}golive:\S+: .*nothing can be brought up before/m);
    assert.match(output, /kubectl takes the share away/);
    assert.match(output, /safe after [\d.]+ s: frontend-legacy 100 %/);
    assert.match(output, /now says golive:enova\.canary\.phase: rollback: once it is mended, the next up/);
    assert.match(await stackFile(), /phase: rollback/);
    await begun.reload();
    assert.equal(begun.state.ended?.outcome, "rolled back");
  });

  it("E5 a file that is no YAML: the share goes, nothing is written, and what the next up would do is said", async () => {
    await edit((text) => text.replace(/^config:\n/m, 'config:\n  golive:broken: "\n'));
    const begun = await journal(inFiles("enova"), canaryPlan(STACK));
    const broken = await stackFile();
    const { code, output } = await rollback("enova");
    assert.equal(code, 3, output);
    assert.deepEqual(await ingresses(), ["enova-legacy"]);
    assert.equal(await stackFile(), broken);
    assert.match(output, /the traffic is back, and the stack file does not say so/);
    assert.match(
      output,
      /not taken back: 50 % of the requests to v2\. Mend what is broken, then `golive rollback/,
    );
    assert.match(output, /write golive:enova\.canary\.phase: rollback/);
    await begun.reload();
    assert.equal(begun.state.ended, undefined);
    assert.equal(begun.state.undos["weight 50"]?.kind, "failed");
    // Mended, but not whole: the same command goes on.
    await edit(() => whole.replace(/cpu: "1"/, 'cpu: "100m"'));
    const again = await rollback("enova");
    assert.equal(again.code, 0, again.output);
    assert.match(await stackFile(), /phase: rollback/);
  });

  it("E5 journals in the cluster are found without the file's namespace, and only those of the stack", async () => {
    await edit(() => "config: [\n");
    const kube = await kubectlOf({ kubeconfig: cluster.kubeconfig });
    await kubectl(cluster, ["create", "namespace", "enova-elsewhere"]);
    const other = await journal(clusterStore(kube, "enova-elsewhere", "enova"), canaryPlan("production"));
    const begun = await journal(clusterStore(kube, NAMESPACE, "enova"), canaryPlan(STACK));
    const { code, output } = await rollback("enova", { PULUMI_BACKEND_URL: "s3://states" });
    assert.equal(code, 3, output);
    assert.deepEqual(await ingresses(), ["enova-legacy"]);
    await Promise.all([begun.reload(), other.reload()]);
    assert.ok(begun.state.back);
    assert.equal(other.state.back, undefined);
  });

  it("E5 without a canary it says what it cannot do; without a journal, what is wrong with the file", async () => {
    await edit((text) => text.replace(/cpu: "1"/, 'cpu: "100m"'));
    await journal(inFiles("guelaguetza"), guelaguetzaPlan);
    const { code, output } = await rollback("guelaguetza");
    assert.equal(code, 3, output);
    assert.match(output, /guelaguetza has no canary whose share kubectl could take away: only an up/);
    assert.match(output, /not taken back: v2 in place of v1/);
    const none = await rollback("listacompra");
    assert.equal(none.code, 1, none.output);
    assert.match(none.output, /no journal of a rollout is there/);
    assert.doesNotMatch(none.output, /^\s+at .*\.[jt]s:\d/m);
  });
});
