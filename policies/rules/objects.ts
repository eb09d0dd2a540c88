/** What holds for objects of any kind, and for the charts that make them. */
import * as z from "zod";
import { checkVersion } from "../checks/api-version";
import { checkLabels } from "../checks/labels";
import { every, some } from "../checks/selector";
import { undecidedBy } from "../checks/undecided";
import { undecidable, type Violation } from "../checks/violation";
import { isOwn, isWhole } from "../kinds";
import { isClusterScoped } from "../kubernetes";
import { everywhere } from "../levels";
import { withParameters, type Rule } from "../rule";
import { named, type Subject } from "../subject";
import { workloadsOf } from "../workloads";
import { namespaceOf, type World } from "../world";

function checkNamespace(subject: Subject): Violation[] {
  const field = subject.object.at("metadata", "namespace");
  if (field.unknown) return [undecidable(field)];
  if ((subject.namespace ?? "") !== "" && subject.namespace !== "default") return [];
  return [
    {
      path: field.path,
      found: field.absent
        ? 'absent, which kubectl takes for its current namespace, by default "default"'
        : field.shown(),
      allowed: "a namespace of the system's own",
      mend: "name the system's namespace",
    },
  ];
}

function checkQuota(namespace: Subject, world: World): Violation[] {
  const name = namespace.object.at("metadata", "name");
  const quotas = world.ofKind("core", "ResourceQuota");
  const held = some(
    quotas.map((quota) => {
      const [place, hard] = [namespaceOf(quota), quota.object.at("spec", "hard")];
      if (place === undefined || hard.unknown) return "unknown";
      return every([place === namespace.name ? "yes" : "no", hard.keys().length > 0 ? "yes" : "no"]);
    }),
  );
  if (held === "yes") return [];
  if (held === "unknown") return [undecidedBy(name, quotas.map(named).join(" or "))];
  return [
    {
      path: name.path,
      found: `"${namespace.name}", which no ResourceQuota bounds`,
      allowed: "a namespace with a ResourceQuota of at least one resource",
      mend: "declare a ResourceQuota in the namespace",
    },
  ];
}

const isNamespace = isWhole("core", "Namespace");

/** Objects that every cluster keeps in `default` by itself. */
const ofTheCluster = (subject: Subject): boolean =>
  named(subject) === "Service/kubernetes" || named(subject) === "ServiceAccount/default";

export const objectRules: readonly Rule[] = [
  {
    name: "default-namespace",
    severity: "medium",
    checks:
      "Every object of Kubernetes' own kinds, but those that live in none, names a namespace other than `default`.",
    mend: "Name the system's namespace.",
    requirements: ["K1"],
    upstream: ["kyverno:best-practices/disallow-default-namespace", "checkov:CKV_K8S_21"],
    levels: everywhere("mandatory"),
    applies: (subject) =>
      (isOwn(subject) && !isClusterScoped(subject.group, subject.kind) && !ofTheCluster(subject)) ||
      (workloadsOf(subject).length > 0 && subject.namespace === "default"),
    judge: (subject) => checkNamespace(subject),
  },
  {
    name: "namespace-quota",
    severity: "medium",
    checks: "Every Namespace, but the cluster's own, has a ResourceQuota of at least one resource.",
    mend: "Declare a ResourceQuota in the namespace.",
    requirements: ["K1"],
    upstream: ["kyverno:best-practices/add-ns-quota"],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: (subject) => isNamespace(subject) && !/^(default|kube-.*)$/.test(subject.name),
    judge: (subject, { world }) => checkQuota(subject, world),
  },
  withParameters({
    name: "required-labels",
    severity: "low",
    checks:
      "The pods of every workload carry the required labels, and every label of an object is one that Kubernetes takes.",
    mend: "Label the pods, and correct what Kubernetes would refuse.",
    requirements: ["K1", "K27"],
    upstream: [
      "kyverno:best-practices/require-labels",
      "kube-score:label-values",
      "gatekeeper:requiredlabels",
    ],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      labels: z
        .array(z.string().min(1))
        .default(["app.kubernetes.io/name"])
        .describe("The labels that every pod carries."),
    }),
    applies: ({ group, version }) => version !== undefined && group !== "helm.sh",
    judge: (subject, { parameters }) => checkLabels(subject, parameters.labels),
  }),
  {
    name: "stable-api",
    severity: "medium",
    checks:
      "Every object of Kubernetes' own groups is of a stable version: neither alpha nor beta, nor one that was removed.",
    mend: "Write the object in the stable version.",
    requirements: ["K9"],
    upstream: [
      "kyverno:best-practices/check-deprecated-apis",
      "kube-score:stable-version",
      "gatekeeper:verifydeprecatedapi",
    ],
    levels: everywhere("mandatory"),
    applies: isOwn,
    judge: (subject) => checkVersion(subject),
  },
  {
    name: "chart-renders",
    severity: "high",
    checks:
      "Every Helm release's chart renders at preview with its values, so that the other rules judge what it would install.",
    mend: "Correct the chart or the values that the message names.",
    requirements: ["K9"],
    upstream: [],
    levels: everywhere("mandatory"),
    applies: ({ unrendered }) => unrendered !== undefined,
    judge: ({ unrendered }) => unrendered ?? [],
  },
];
