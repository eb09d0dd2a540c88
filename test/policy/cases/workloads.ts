import type { Resource } from "../../../policies/resource";
import { passes, refuses, type Case, type Path } from "../case";
import { cronJobOf, endingPod, jobOf, kubernetes, ownedPod, pod, templateOf } from "./good";
import { tweak } from "./tweak";

interface Kind {
  readonly resource: Resource;
  readonly pod: Path;
}

const inTemplate: Path = ["spec", "template", "spec"];
const template = templateOf(pod);
const endingTemplate = templateOf(endingPod);

/** Every kind that carries a pod, Kubernetes' own and others', with where it carries it. */
const kinds: readonly Kind[] = [
  ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "DeploymentPatch"].map((kind) => ({
    resource: kubernetes("apps/v1", kind, { spec: { template } }),
    pod: inTemplate,
  })),
  { resource: kubernetes("v1", "ReplicationController", { spec: { template } }), pod: inTemplate },
  { resource: ownedPod(pod), pod: ["spec"] },
  { resource: kubernetes("v1", "PodTemplate", { template }), pod: ["template", "spec"] },
  { resource: kubernetes("batch/v1", "Job", { spec: jobOf(endingPod) }), pod: inTemplate },
  {
    resource: kubernetes("batch/v1", "CronJob", { spec: cronJobOf(endingPod) }),
    pod: ["spec", "jobTemplate", ...inTemplate],
  },
  {
    resource: kubernetes("apps/v1", "DeploymentList", {
      items: [
        { apiVersion: "apps/v1", kind: "Deployment", metadata: { namespace: "shop" }, spec: { template } },
      ],
    }),
    pod: ["items", 0, ...inTemplate],
  },
  { resource: kubernetes("argoproj.io/v1alpha1", "Rollout", { spec: { template } }), pod: inTemplate },
  { resource: kubernetes("serving.knative.dev/v1", "Service", { spec: { template } }), pod: inTemplate },
  {
    resource: kubernetes("example.com/v1", "Server", { spec: { podTemplate: template } }),
    pod: ["spec", "podTemplate", "spec"],
  },
  {
    resource: kubernetes("keda.sh/v1alpha1", "ScaledJob", {
      spec: { jobTargetRef: { template: endingTemplate } },
    }),
    pod: ["spec", "jobTargetRef", "template", "spec"],
  },
  {
    resource: kubernetes("batch.volcano.sh/v1alpha1", "Job", {
      spec: { tasks: [{ template: endingTemplate }] },
    }),
    pod: ["spec", "tasks", 0, "template", "spec"],
  },
];

const withoutPod: Readonly<Record<string, Resource>> = {
  "a Service": kubernetes("v1", "Service", { spec: { ports: [{ name: "http", port: 80 }] } }),
  "a CR that patches the containers of an operator's pod": kubernetes(
    "monitoring.coreos.com/v1",
    "Prometheus",
    {
      spec: { containers: [{ name: "prometheus", resources: {} }] },
    },
  ),
  "a CR whose template is no pod": kubernetes("external-secrets.io/v1", "ExternalSecret", {
    spec: { target: { template: { type: "Opaque" } } },
  }),
  "a bucket": { type: "aws:s3/bucket:Bucket", name: "files", props: {} },
  "the stack": { type: "pulumi:pulumi:Stack", name: "golive-develop", props: {} },
};

export const workloadCases: readonly Case[] = [
  ...kinds.flatMap(({ resource, pod: path }) => [
    passes(`${resource.type} with a good pod`, resource),
    refuses(
      `${resource.type} with a container of the tag latest`,
      tweak(resource, [...path, "containers", 0, "image"], "nginx:latest"),
      "image-tag",
      /is "nginx:latest"/,
    ),
    refuses(
      `${resource.type} with a container above the ceiling`,
      tweak(resource, [...path, "containers", 0, "resources", "limits", "memory"], "1Ti"),
      "resource-range",
      /is "1Ti"; allowed: at most 512Mi/,
    ),
  ]),
  ...Object.entries(withoutPod).map(([title, resource]) => passes(title, resource)),
];
