import { passes, refuses, type Case } from "../case";
import { deployment, endingPod, inDeployment, kubernetes } from "./good";
import { tweak } from "./tweak";

const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;
const app = [...inDeployment, "containers", 0];
const template = { spec: endingPod };

export const probeCases: readonly Case[] = [
  ...probes.flatMap((probe) => [
    refuses(
      `a container without ${probe}`,
      tweak(deployment(), [...app, probe], undefined),
      "probes",
      new RegExp(
        `container "app", spec.template.spec.containers\\[0\\].${probe} is absent; allowed: a probe with one of`,
      ),
    ),
    refuses(
      `a container with ${probe} that asks nothing`,
      tweak(deployment(), [...app, probe], { periodSeconds: 5 }),
      "probes",
      new RegExp(`${probe} is without a handler`),
    ),
    ...["tcpSocket", "exec", "grpc"].map((handler) =>
      passes(
        `a container with ${probe} by ${handler}`,
        tweak(deployment(), [...app, probe], { [handler]: { port: 1 } }),
      ),
    ),
  ]),
  passes("a Job without probes", kubernetes("batch/v1", "Job", { spec: { template } })),
  passes(
    "a CronJob without probes",
    kubernetes("batch/v1", "CronJob", { spec: { jobTemplate: { spec: { template } } } }),
  ),
  passes("a pod that is not restarted, without probes", kubernetes("v1", "Pod", { spec: endingPod })),
  refuses(
    "a pod that is restarted, without probes",
    kubernetes("v1", "Pod", { spec: { ...endingPod, restartPolicy: "Always" } }),
    "probes",
    /^Pod\/kometa-develop in namespace kometa-develop: container "task", spec.containers\[0\].livenessProbe/,
  ),
];
