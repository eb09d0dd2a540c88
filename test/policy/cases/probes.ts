import { passes, refuses, type Case } from "../case";
import { cronJobOf, deployment, endingPod, inDeployment, jobOf, kubernetes, ownedPod } from "./good";
import { tweak } from "./tweak";

const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;
const app = [...inDeployment, "containers", 0];

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
  passes("a Job without probes", kubernetes("batch/v1", "Job", { spec: jobOf(endingPod) })),
  passes("a CronJob without probes", kubernetes("batch/v1", "CronJob", { spec: cronJobOf(endingPod) })),
  passes("a pod that is not restarted, without probes", ownedPod(endingPod)),
  refuses(
    "a pod that is restarted, without probes",
    ownedPod({ ...endingPod, restartPolicy: "Always" }),
    "probes",
    /^Pod\/kometa-develop in namespace kometa-develop: container "task", spec.containers\[0\].livenessProbe/,
  ),
];

const liveness = [...app, "livenessProbe"];
const httpGet = { path: "/health", port: "http" };
const same = (written: object) =>
  refuses(
    `a liveness probe that is the readiness probe, written as ${JSON.stringify(written)}`,
    tweak(deployment(), liveness, written),
    "probes-not-identical",
    /livenessProbe is the same as readinessProbe; allowed: a probe of its own/,
  );

export const sameProbeCases: readonly Case[] = [
  same({ httpGet }),
  same({ httpGet, failureThreshold: 3, periodSeconds: 10 }),
  same({ httpGet: { ...httpGet, scheme: "HTTP" } }),
  same({ httpGet: { ...httpGet, port: 3000 } }),
  ...[
    { httpGet, failureThreshold: 4 },
    { httpGet, initialDelaySeconds: 60 },
    { httpGet: { ...httpGet, path: "/live" } },
    { httpGet: { ...httpGet, port: 3001 } },
    { tcpSocket: { port: "http" } },
  ].map((written) =>
    passes(`a liveness probe of its own, ${JSON.stringify(written)}`, tweak(deployment(), liveness, written)),
  ),
];
