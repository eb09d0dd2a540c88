import { judgeContainers } from "./containers";
import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;
const handlers = ["httpGet", "tcpSocket", "exec", "grpc"] as const;

/**
 * Every container of a long-running pod has a liveness, a readiness and a startup probe, each with a handler. Init containers, sidecars among
 * them, and ephemeral containers need none: Kubernetes refuses probes on most of them.
 */
export function checkProbes(pod: Field): Violation[] {
  return judgeContainers(pod, ["containers"], (container, name) =>
    probes.flatMap((probe) => checkProbe(container.at(probe), name)),
  );
}

function checkProbe(probe: Field, container: string): Violation[] {
  if (probe.unknown) return [undecidable(probe, container)];
  if (handlers.some((handler) => !probe.at(handler).absent)) return [];
  return [
    {
      path: probe.path,
      container,
      found: probe.absent ? "absent" : "without a handler",
      allowed: `a probe with one of ${handlers.join(", ")}`,
      mend: "give the container this probe, e.g. httpGet of its health path",
    },
  ];
}
