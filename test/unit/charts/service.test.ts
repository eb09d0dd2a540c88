import assert from "node:assert/strict";
import { isFields, type KubernetesObject } from "../../../charts/manifest";
import { ChartError, renderChart } from "../../../charts/render";
import { type Service, serviceValues } from "../../../charts/service-values";
import { useHelm } from "../../support/helm";

const KOMETA: Service = {
  name: "kometa-marketplace",
  image: { repository: "registry.example.com/kometa-marketplace", tag: "v1.0-develop-11" },
  port: 3000,
  healthPath: "/health",
  limits: { cpu: "200m", memory: "200Mi" },
  requests: { cpu: "100m", memory: "100Mi" },
  tolerations: [{ key: "spot-instance", operator: "Exists" }],
};

const render = async (values: Record<string, unknown>) =>
  renderChart({
    chart: "charts/service",
    name: "kometa-develop",
    namespace: "kometa-develop",
    values,
    lint: true,
  });

const kinds = (manifests: readonly KubernetesObject[]) => manifests.map(({ kind }) => kind).sort();

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((held, key) => {
    if (Array.isArray(held)) return held[Number(key)];
    return isFields(held) ? held[key] : undefined;
  }, value);
}

async function deploymentOf(service: Service): Promise<KubernetesObject> {
  const { manifests } = await render(serviceValues(service));
  const deployment = manifests.find(({ kind }) => kind === "Deployment");
  assert.ok(deployment);
  return deployment;
}

const container = async (service: Service) =>
  at(await deploymentOf(service), ["spec", "template", "spec", "containers", 0]);

describe("charts/service", () => {
  before(useHelm);

  it("K2 K9 lints without a warning and renders three objects for one replica", async () => {
    const { manifests } = await render(serviceValues(KOMETA));
    assert.deepEqual(kinds(manifests), ["Deployment", "Service", "ServiceAccount"]);
  });

  it("K2 names every port, and carries the label of the document's own commands", async () => {
    const { manifests } = await render(serviceValues(KOMETA));
    const service = manifests.find(({ kind }) => kind === "Service");
    assert.deepEqual(at(service, ["spec", "ports"]), [
      { name: "http", port: 3000, targetPort: "http", protocol: "TCP" },
    ]);
    for (const manifest of manifests) assert.equal(manifest.metadata.labels?.app, "kometa-marketplace");
  });

  it("K5 puts limits and requests on the container; requests that are not given are the limits", async () => {
    assert.deepEqual(at(await container(KOMETA), ["resources"]), {
      limits: { cpu: "200m", memory: "200Mi" },
      requests: { cpu: "100m", memory: "100Mi" },
    });
    const { requests, ...rest } = KOMETA;
    assert.notDeepEqual(requests, rest.limits);
    assert.deepEqual(at(await container(rest), ["resources", "requests"]), { cpu: "200m", memory: "200Mi" });
  });

  it("K6 asks the health path in all three probes", async () => {
    const found = await container(KOMETA);
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
      assert.deepEqual(at(found, [probe, "httpGet"]), { path: "/health", port: "http" }, probe);
    }
  });

  it("L8 asks a path of its own for readiness, where the service has one", async () => {
    const found = await container({ ...KOMETA, readyPath: "/ready" });
    assert.equal(at(found, ["readinessProbe", "httpGet", "path"]), "/ready");
    assert.equal(at(found, ["livenessProbe", "httpGet", "path"]), "/health");
    assert.equal(at(found, ["startupProbe", "httpGet", "path"]), "/health");
  });

  it("L1 runs a command other than the image's own, where one is given", async () => {
    const command = ["node", "dist/worker.js"];
    assert.deepEqual(at(await container({ ...KOMETA, command }), ["command"]), command);
    assert.equal(at(await container(KOMETA), ["command"]), undefined);
  });

  it("L7 puts annotations on the pods, so that a change rolls them", async () => {
    const podAnnotations = { "golive.dev/secrets": "1a2b" };
    const found = await deploymentOf({ ...KOMETA, podAnnotations });
    assert.deepEqual(at(found, ["spec", "template", "metadata", "annotations"]), podAnnotations);
  });

  it("K7 tolerates the taint", async () => {
    const found = at(await deploymentOf(KOMETA), ["spec", "template", "spec", "tolerations"]);
    assert.deepEqual(found, [{ key: "spot-instance", operator: "Exists" }]);
  });

  it("K1 fits Pod Security's restricted level", async () => {
    const deployment = await deploymentOf(KOMETA);
    const pod = at(deployment, ["spec", "template", "spec"]);
    assert.equal(at(pod, ["automountServiceAccountToken"]), false);
    assert.equal(at(pod, ["securityContext", "runAsNonRoot"]), true);
    assert.deepEqual(at(pod, ["securityContext", "seccompProfile"]), { type: "RuntimeDefault" });
    assert.deepEqual(at(pod, ["containers", 0, "securityContext"]), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("L6 names the AWS role on the account that the pods run as, where there is one", async () => {
    const role = "arn:aws:iam::123456789012:role/kometa";
    const accountOf = async (service: Service) =>
      (await render(serviceValues(service))).manifests.find(({ kind }) => kind === "ServiceAccount");
    const found = await accountOf({ ...KOMETA, serviceAccountRole: role });
    assert.deepEqual(at(found, ["metadata", "annotations"]), { "eks.amazonaws.com/role-arn": role });
    assert.equal(at(found, ["metadata", "name"]), KOMETA.name);
    assert.equal(at(await accountOf(KOMETA), ["metadata", "annotations"]), undefined);
  });

  it("K5 adds a disruption budget from the second replica on", async () => {
    const one = await render(serviceValues(KOMETA));
    const two = await render(serviceValues({ ...KOMETA, replicas: 2 }));
    assert.ok(!kinds(one.manifests).includes("PodDisruptionBudget"));
    assert.ok(kinds(two.manifests).includes("PodDisruptionBudget"));
  });

  it("K5 leaves the number of pods to the autoscaler where there is one", async () => {
    const autoscaling = { minReplicas: 2, maxReplicas: 4, cpuPercent: 70 };
    const deployment = await deploymentOf({ ...KOMETA, autoscaling });
    assert.equal(isFields(deployment.spec) && "replicas" in deployment.spec, false);
    const { manifests } = await render(serviceValues({ ...KOMETA, autoscaling }));
    assert.ok(kinds(manifests).includes("HorizontalPodAutoscaler"));
  });

  it("K3 pins the digest where the settings name one", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const found = await container({ ...KOMETA, image: { ...KOMETA.image, digest } });
    assert.equal(at(found, ["image"]), `registry.example.com/kometa-marketplace:v1.0-develop-11@${digest}`);
  });

  it("K12 gives variables, files and secrets to the container, and rolls the pods when a file changes", async () => {
    const full: Service = {
      ...KOMETA,
      environment: { LOG_LEVEL: "info" },
      secretEnvironment: [{ name: "TOKEN", secret: "tokens", key: "token" }],
      files: { "app.json": "{}" },
      serviceMonitor: true,
    };
    assert.deepEqual(at(await container(full), ["env"]), [
      { name: "LOG_LEVEL", value: "info" },
      { name: "TOKEN", valueFrom: { secretKeyRef: { name: "tokens", key: "token" } } },
    ]);
    const checksum = async (service: Service) =>
      at(await deploymentOf(service), ["spec", "template", "metadata", "annotations", "checksum/files"]);
    assert.notEqual(await checksum(full), await checksum({ ...full, files: { "app.json": "[]" } }));
    const { manifests } = await render(serviceValues(full));
    assert.deepEqual(kinds(manifests), [
      "ConfigMap",
      "Deployment",
      "Service",
      "ServiceAccount",
      "ServiceMonitor",
    ]);
  });

  it("K9 renders the same bytes every time", async () => {
    const [first, second] = await Promise.all([render(serviceValues(KOMETA)), render(serviceValues(KOMETA))]);
    assert.equal(first.text, second.text);
  });

  const values = serviceValues(KOMETA);
  const refused: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ["no limits", { resources: { requests: { cpu: "1", memory: "1Gi" } } }, /resources.*limits/],
    ["a limit without memory", { resources: { limits: { cpu: "1" }, requests: { cpu: "1" } } }, /memory/],
    ["no requests", { resources: { limits: { cpu: "1", memory: "1Gi" } } }, /requests/],
    ["a limit of 0", { resources: { limits: { cpu: "0", memory: "1Gi" }, requests: {} } }, /cpu/],
    ["the tag latest", { image: { repository: "r.example.com/a", tag: "latest" } }, /image\/tag/],
    ["the tag Latest", { image: { repository: "r.example.com/a", tag: "Latest" } }, /image\/tag/],
    ["no tag", { image: { repository: "r.example.com/a" } }, /tag/],
    ["an empty tag", { image: { repository: "r.example.com/a", tag: "" } }, /image\/tag/],
    ["a tag in the repository", { image: { repository: "r.example.com/a:1", tag: "1" } }, /repository/],
    [
      "a digest that is none",
      { image: { repository: "r.example.com/a", tag: "1", digest: "sha256:1" } },
      /digest/,
    ],
    ["no health path", { health: {} }, /path/],
    ["a relative health path", { health: { path: "health" } }, /health\/path/],
    ["a port out of range", { port: 70000 }, /port/],
    ["a name that is no DNS label", { name: "Kometa" }, /name/],
    ["an unknown key", { replicaCount: 2 }, /replicaCount/],
    ["a number as a variable", { environment: { PORT: 3000 } }, /PORT/],
    ["a toleration of everything of no kind", { tolerations: [{ key: "a" }] }, /operator/],
    ["autoscaling without bounds", { autoscaling: { enabled: true } }, /minReplicas/],
    [
      "autoscaling the wrong way round",
      { autoscaling: { enabled: true, minReplicas: 3, maxReplicas: 2, cpuPercent: 70 } },
      /maxReplicas is 2: it must be at least autoscaling.minReplicas, 3/,
    ],
    [
      "a grace that ends before the drain",
      { shutdown: { preStopSeconds: 30, graceSeconds: 30 } },
      /preStopSeconds is 30: it must be less than shutdown.graceSeconds, 30/,
    ],
  ];
  for (const [what, change, reason] of refused) {
    it(`K9 refuses ${what}`, async () => {
      await assert.rejects(render({ ...values, ...change }), (error) => {
        assert.ok(error instanceof ChartError);
        assert.match(error.message, /^chart charts\/service does not render for release kometa-develop:\n/);
        assert.match(error.reason, reason);
        assert.doesNotMatch(error.message, /--debug|at .*\.ts/);
        return true;
      });
    });
  }

  it("K9 says which helm was looked for where there is none", async () => {
    const kept = process.env.GOLIVE_HELM;
    process.env.GOLIVE_HELM = "/nowhere/helm";
    try {
      await assert.rejects(render(values), /helm cannot be started.*Put Helm 3\.14 or later on PATH/);
    } finally {
      process.env.GOLIVE_HELM = kept;
    }
  });
});
