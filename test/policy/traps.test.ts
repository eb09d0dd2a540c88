/** What the well-known tools are caught by, through `golive policy test`: by the names of the table in the study of policies. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { testPolicies } from "../../cli/policy/test";
import type { Verdict } from "../../policies/judgement";
import type { PolicyName } from "../../policies/names";
import { host, pod } from "./cases/good";

const digest = `sha256:${"ab".repeat(32)}`;
const labels = { "app.kubernetes.io/name": "web" };
const metadata = { name: "web", namespace: "shop", labels };
const nginx = "nginx.ingress.kubernetes.io";
const [app] = pod.containers;
const [prepare] = pod.initContainers;

const deployment = (changes: object, spec: object = {}, podLabels: object = labels) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: { metadata: { labels: podLabels }, spec: { ...pod, ...changes } },
    ...spec,
  },
});
const container = (changes: object) => deployment({ containers: [{ ...app, ...changes }] });
const context = (changes: object) => container({ securityContext: { ...app?.securityContext, ...changes } });
const init = (changes: object) => deployment({ initContainers: [{ ...prepare, ...changes }] });
const quantities = (limits: object, requests: object) => container({ resources: { limits, requests } });
const ingress = (annotations: object, name = host) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { ...metadata, annotations },
  spec: {
    ingressClassName: "nginx",
    rules: [
      {
        host: name,
        http: {
          paths: [
            { path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
});
const budget = (apiVersion: string, spec: object) => ({
  apiVersion,
  kind: "PodDisruptionBudget",
  metadata,
  spec: { selector: { matchLabels: { app: "other" } }, ...spec },
});
const autoscaler = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata,
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    minReplicas: 2,
    maxReplicas: 4,
  },
};
const zero = { cpu: "0", memory: "0" };

const traps: readonly (readonly [title: string, rule: PolicyName, verdict: Verdict, ...objects: object[]])[] =
  [
    ["a registry's port for a tag", "image-tag", "fail", container({ image: "registry:5000/app" })],
    ["latest beside a digest", "image-tag", "pass", container({ image: `nginx:latest@${digest}` })],
    [
      "latest beside a digest cut short",
      "image-digest",
      "fail",
      container({ image: "nginx:latest@sha256:abc" }),
    ],
    ["a digest alone", "image-digest", "pass", deployment(pinned())],
    [
      "an ephemeral container of latest",
      "image-tag",
      "fail",
      deployment({ ephemeralContainers: [{ name: "debug", image: "busybox" }] }),
    ],
    ["an ephemeral container, which takes no limits", "container-resources", "pass", deployment({})],
    ["an init container without limits", "container-resources", "fail", init({ resources: undefined })],
    [
      "limits on the first container alone",
      "container-resources",
      "fail",
      deployment({ containers: [app, { ...app, name: "second", resources: {} }] }),
    ],
    ["limits of zero", "container-resources", "fail", quantities(zero, zero)],
    [
      "requests alone",
      "container-resources",
      "fail",
      container({ resources: { requests: { cpu: "1", memory: "1Gi" } } }),
    ],
    [
      "limits alone",
      "container-resources",
      "fail",
      container({ resources: { limits: { cpu: "1", memory: "1Gi" } } }),
    ],
    [
      "thousandths of a byte",
      "resource-range",
      "fail",
      quantities({ cpu: "1", memory: "200m" }, { cpu: "1", memory: "100m" }),
    ],
    [
      "one amount in two spellings",
      "resource-range",
      "pass",
      quantities({ cpu: 1, memory: "1Gi" }, { cpu: "1000m", memory: "1073741824" }),
    ],
    ["no ephemeral storage", "ephemeral-storage", "fail", deployment({})],
    ["one probe of two", "probes", "fail", container({ readinessProbe: undefined })],
    ["an init container without probes", "probes", "pass", deployment({})],
    [
      "probes that differ in defaults alone",
      "probes-not-identical",
      "fail",
      container({ livenessProbe: { ...app?.readinessProbe, failureThreshold: 3 } }),
    ],
    ["a container that goes back on its pod", "run-as-non-root", "fail", context({ runAsNonRoot: false })],
    [
      "an init container of user 0",
      "run-as-non-root",
      "fail",
      init({ securityContext: { ...prepare?.securityContext, runAsUser: 0 } }),
    ],
    [
      "a privileged sidecar",
      "privileged",
      "fail",
      init({ restartPolicy: "Always", securityContext: { privileged: true } }),
    ],
    [
      "a seccomp profile of the container's own",
      "seccomp",
      "pass",
      context({ seccompProfile: { type: "Localhost", localhostProfile: "own.json" } }),
    ],
    [
      "a capability beside ALL dropped",
      "drop-all-capabilities",
      "fail",
      context({ capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } }),
    ],
    [
      "a host's port on an init container",
      "host-port",
      "fail",
      init({ ports: [{ containerPort: 80, hostPort: 80 }] }),
    ],
    [
      "a volume that is the node's",
      "host-path",
      "fail",
      deployment({ volumes: [{ name: "node", hostPath: { path: "/" } }] }),
    ],
    [
      "the tag latest, which is always pulled",
      "pull-policy",
      "pass",
      deployment(always({ image: "nginx:latest" })),
    ],
    ["a tag, which is not", "pull-policy", "fail", deployment({})],
    [
      "a custom resource's pod",
      "image-tag",
      "fail",
      { ...container({ image: "nginx:latest" }), apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" },
    ],
    ["pods without labels", "required-labels", "fail", deployment({}, {}, {})],
    [
      "labels beside those required",
      "required-labels",
      "pass",
      deployment({}, {}, { ...labels, team: "shop" }),
    ],
    [
      "replicas that an autoscaler sets",
      "replicas",
      "pass",
      deployment({}, { replicas: undefined }),
      autoscaler,
    ],
    ["a budget of all pods", "pdb-allows-disruption", "fail", budget("policy/v1", { minAvailable: "100%" })],
    ["a version that is gone", "stable-api", "fail", budget("policy/v1beta1", { maxUnavailable: 1 })],
    ["a wildcard for a host", "ingress-host", "fail", ingress({}, "*.example.com")],
    ["a snippet", "ingress-nginx-snippets", "fail", ingress({ [`${nginx}/server-snippet`]: "return 200;" })],
    [
      "a canary without its primary",
      "canary-ingress",
      "fail",
      ingress({ [`${nginx}/canary`]: "true", [`${nginx}/canary-weight`]: "10" }),
    ],
    ["a password in an argument", "secrets-in-env", "fail", container({ args: ["--password=hunter2"] })],
    [
      "a password by reference",
      "secrets-in-env",
      "pass",
      container({ env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "a", key: "b" } } }] }),
    ],
    ["an image of which nothing is on record", "image-signature", "undecidable", deployment({})],
  ];

/** The good pod with every image by digest. */
function pinned(): object {
  return everywhere({ image: `nginx@${digest}` });
}

/** The good pod with every container always pulled, and its container changed. */
function always(changes: object): object {
  const lists = everywhere({ imagePullPolicy: "Always" });
  return { ...lists, containers: [{ ...app, ...changes }] };
}

function everywhere(changes: object): object {
  const { containers, initContainers, ephemeralContainers } = pod;
  return Object.fromEntries(
    Object.entries({ containers, initContainers, ephemeralContainers }).map(([position, list]) => [
      position,
      list.map((each) => ({ ...each, ...changes })),
    ]),
  );
}

describe("traps that other tools fall into", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-traps-"));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [title, rule, verdict, ...objects] of traps)
    it(`K1 K3 K5 K6 L7 D8 ${rule}: ${title} (${verdict})`, async () => {
      const file = path.join(folder, "objects.json");
      await writeFile(file, JSON.stringify(objects));
      const { verdicts, errors } = await testPolicies([file], { rule: [rule] });
      assert.deepEqual(errors, []);
      assert.deepEqual([...new Set(verdicts.map((each) => each.verdict))], [verdict]);
    });
});
