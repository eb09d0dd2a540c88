/** How many, spread how, and how they end. */
import * as z from "zod";
import { checkAutoscaler, checkTarget } from "../checks/autoscaler";
import { checkBudget, checkBudgetPresent } from "../checks/disruption";
import { checkCronJob, checkJob } from "../checks/job";
import { leastOf } from "../checks/scale";
import { checkShutdown } from "../checks/shutdown";
import { checkSpread } from "../checks/spread";
import { undecidedBy } from "../checks/undecided";
import { undecidable, type Violation } from "../checks/violation";
import { isWhole } from "../kinds";
import { everywhere, fromStaging } from "../levels";
import { onServices } from "../pods";
import { withParameters, type Rule } from "../rule";
import { named, type Subject } from "../subject";
import { workloadsOf } from "../workloads";
import { namespaceOf, type World } from "../world";

const isScaled = isWhole("apps", "Deployment", "StatefulSet");
const isBudget = isWhole("policy", "PodDisruptionBudget");
const isAutoscaler = isWhole("autoscaling", "HorizontalPodAutoscaler");

const least = z.strictObject({
  min: z.int().positive().default(2).describe("The fewest pods."),
});

function checkReplicas(workload: Subject, world: World, min: number): Violation[] {
  const { field, pods, scaler } = leastOf(workload, world);
  if (scaler !== undefined && pods !== undefined) return [];
  if (scaler !== undefined) return [undecidedBy(workload.object.at("spec", "replicas"), named(scaler))];
  if (pods === undefined) return [undecidable(field)];
  if (pods >= min) return [];
  return [
    {
      path: field.path,
      found: field.absent ? "absent, which Kubernetes takes for 1" : field.shown(),
      allowed: `at least ${min}, or a HorizontalPodAutoscaler`,
      mend: "raise the replicas, so that one pod may go while another serves",
    },
  ];
}

function checkTopology(workload: Subject, world: World, keys: readonly string[]): Violation[] {
  const { pods } = leastOf(workload, world);
  if (pods !== undefined && pods < 2) return [];
  return workloadsOf(workload).flatMap(({ pod, metadata }) => checkSpread(pod, metadata.at("labels"), keys));
}

export const availabilityRules: readonly Rule[] = [
  withParameters({
    name: "replicas",
    severity: "medium",
    checks:
      "Every Deployment and StatefulSet keeps at least two pods, or is scaled by an autoscaler, which hpa-min-replicas judges.",
    mend: "Raise `replicas` in the stack file.",
    requirements: ["K5", "E1"],
    upstream: [
      "kyverno:other/require-deployments-have-multiple-replicas",
      "kube-score:deployment-replicas",
      "polaris:deploymentMissingReplicas",
    ],
    levels: fromStaging,
    parameters: z.strictObject({
      ...least.shape,
      single: z
        .array(z.string())
        .default([])
        .describe("The workloads of which one pod is right, such as an exporter, each as namespace/name."),
    }),
    needsWorld: true,
    applies: isScaled,
    judge: (subject, { parameters: { min, single }, world }) =>
      single.includes(`${namespaceOf(subject) ?? ""}/${subject.name}`)
        ? []
        : checkReplicas(subject, world, min),
  }),
  {
    name: "pdb-present",
    severity: "medium",
    checks:
      "The pods of every Deployment and StatefulSet of more than one pod are selected by a PodDisruptionBudget of their namespace.",
    mend: "Declare a PodDisruptionBudget with the workload's own selector.",
    requirements: ["K5", "E1"],
    upstream: [
      "kyverno:other/require-pdb",
      "kube-score:deployment-has-poddisruptionbudget",
      "polaris:missingPodDisruptionBudget",
    ],
    levels: fromStaging,
    needsWorld: true,
    applies: isScaled,
    judge: (subject, { world }) => checkBudgetPresent(subject, world),
  },
  {
    name: "pdb-allows-disruption",
    severity: "medium",
    checks:
      "Every PodDisruptionBudget says by one of minAvailable and maxUnavailable how many pods may go, and lets at least one of those that it selects go, so that a node can be drained.",
    mend: "Set `maxUnavailable: 1` alone, or keep more pods than `minAvailable`.",
    requirements: ["K5", "E1"],
    upstream: [
      "kyverno:other/pdb-maxunavailable",
      "kyverno:other/deployment-replicas-higher-than-pdb",
      "kube-score:poddisruptionbudget-has-policy",
      "polaris:pdbDisruptionsIsZero",
      "polaris:pdbMinAvailableGreaterThanHPAMinReplicas",
    ],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: isBudget,
    judge: (subject, { world }) => checkBudget(subject, world),
  },
  withParameters({
    name: "hpa-min-replicas",
    severity: "medium",
    checks: "Every HorizontalPodAutoscaler keeps at least two pods, and may reach as many.",
    mend: "Raise `minReplicas`.",
    requirements: ["K5", "E1"],
    upstream: ["kube-score:horizontalpodautoscaler-replicas", "polaris:hpaMinAvailability"],
    levels: fromStaging,
    parameters: least,
    applies: isAutoscaler,
    judge: (subject, { parameters }) => checkAutoscaler(subject, parameters.min),
  }),
  {
    name: "hpa-target",
    severity: "high",
    checks: "What every HorizontalPodAutoscaler scales is there, in its own namespace.",
    mend: "Correct `scaleTargetRef`, or remove the autoscaler with its workload.",
    requirements: ["K5", "E1"],
    upstream: ["kyverno:other/check-hpa-exists", "kube-score:horizontalpodautoscaler-has-target"],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: isAutoscaler,
    judge: (subject, { world }) => checkTarget(subject, world),
  },
  withParameters({
    name: "topology",
    severity: "medium",
    checks:
      "The pods of every Deployment and StatefulSet of more than one pod are kept apart, over nodes or zones, by a topology spread constraint or a pod anti-affinity that selects them.",
    mend: "Add a `topologySpreadConstraints` entry with the labels of the workload's selector.",
    requirements: ["K5", "K7", "E1"],
    upstream: [
      "kyverno:other/topologyspreadconstraints-policy",
      "kube-score:deployment-has-host-podantiaffinity",
      "polaris:topologySpreadConstraint",
    ],
    levels: fromStaging,
    parameters: z.strictObject({
      keys: z
        .array(z.string())
        .min(1)
        .default([
          "kubernetes.io/hostname",
          "topology.kubernetes.io/zone",
          "topology.kubernetes.io/region",
          "failure-domain.beta.kubernetes.io/zone",
        ])
        .describe("The node labels over which pods may be spread."),
    }),
    needsWorld: true,
    applies: isScaled,
    judge: (subject, { parameters, world }) => checkTopology(subject, world, parameters.keys),
  }),
  withParameters({
    name: "graceful-shutdown",
    severity: "medium",
    checks:
      "Every long-running pod has time to end: a grace period of a second at least, and longer than its preStop hooks sleep.",
    mend: "Raise `terminationGracePeriodSeconds` above the hook's sleep.",
    requirements: ["K5", "E3"],
    upstream: [],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      min: z.int().positive().default(1).describe("The shortest grace period, in seconds."),
    }),
    ...onServices((pod, { min }: { readonly min: number }) => checkShutdown(pod, min)),
  }),
  {
    name: "bare-pod",
    severity: "medium",
    checks:
      "No Pod is declared by itself, for nothing starts it again on another node; a Helm hook's may be.",
    mend: "Declare a Deployment, StatefulSet or Job in its place.",
    requirements: ["K5"],
    upstream: ["kyverno:other/prevent-bare-pods"],
    levels: everywhere("mandatory"),
    applies: isWhole("core", "Pod"),
    judge: ({ object }) => {
      const [owners, hook] = [
        object.at("metadata", "ownerReferences"),
        object.at("metadata", "annotations", "helm.sh/hook"),
      ];
      if (owners.unknown) return [undecidable(owners)];
      if (owners.items().length > 0 || !hook.absent) return [];
      return [
        {
          path: owners.path,
          found: owners.shown(),
          allowed: "a Pod that a workload owns",
          mend: "declare a Deployment, StatefulSet or Job in its place",
        },
      ];
    },
  },
  {
    name: "job-bounded",
    severity: "medium",
    checks:
      "Every Job has a deadline, a limit of tries and a time after which it is removed, unless Helm or the stack removes it; every CronJob's Jobs have the first two, and a deadline to start.",
    mend: "Set `activeDeadlineSeconds`, `backoffLimit` and `ttlSecondsAfterFinished`; on a CronJob `startingDeadlineSeconds`.",
    requirements: ["K5", "K14", "L5"],
    upstream: ["kyverno:other/add-ttl-jobs", "kube-score:cronjob-has-deadline"],
    levels: everywhere("mandatory"),
    applies: isWhole("batch", "Job", "CronJob"),
    judge: (subject) => (subject.kind === "Job" ? checkJob(subject) : checkCronJob(subject)),
  },
];
