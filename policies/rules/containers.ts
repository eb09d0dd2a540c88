/** What a container asks for, and how its health is known. */
import * as z from "zod";
import { checkDuplicateEnv } from "../checks/environment";
import { checkProbes, checkProbesDiffer } from "../checks/probes";
import { checkRange } from "../checks/resource-range";
import { checkResources } from "../checks/resources";
import { everywhere } from "../levels";
import { onPods, onServices } from "../pods";
import { withParameters, type Rule } from "../rule";

const quantity = z.string().optional();
const bounds = z.strictObject({ cpu: quantity, memory: quantity }).default({});

export const containerRules: readonly Rule[] = [
  {
    name: "container-resources",
    severity: "high",
    checks:
      "Every container and init container has limits and requests of CPU and memory, each more than zero.",
    mend: "Set the limits in the stack file.",
    requirements: ["K5"],
    upstream: ["kyverno:best-practices/require-pod-requests-limits", "kube-score:container-resources"],
    levels: everywhere("mandatory"),
    ...onPods((pod) => checkResources(pod, ["cpu", "memory"])),
  },
  withParameters({
    name: "resource-range",
    severity: "high",
    checks:
      "Quantities are in units of their resource, no request is above its limit, and limits are within the stack's ceiling.",
    mend: "Lower the limit in the stack file, or raise `golive:ceiling` there, in review.",
    requirements: ["K5"],
    upstream: ["kyverno:other/enforce-resources-as-ratio", "gatekeeper:containerlimits"],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      ceiling: bounds.describe("The most that one container may be limited to."),
      minimum: bounds.describe("The least that one container may be limited to."),
      ratio: z.number().min(1).optional().describe("How many times its request a limit may be."),
    }),
    ...onPods(checkRange),
  }),
  {
    name: "ephemeral-storage",
    severity: "low",
    checks: "Every container and init container has a limit and a request of ephemeral storage.",
    mend: "Set `ephemeral-storage` beside CPU and memory.",
    requirements: ["K5"],
    upstream: [
      "kube-score:container-ephemeral-storage-request-and-limit",
      "gatekeeper:ephemeralstoragelimit",
    ],
    levels: everywhere("disabled"),
    ...onPods((pod) => checkResources(pod, ["ephemeral-storage"])),
  },
  withParameters({
    name: "probes",
    severity: "high",
    checks:
      "Every container of a long-running pod has a liveness and a readiness probe, and a startup probe where asked for.",
    mend: "Give the container the missing probe.",
    requirements: ["K6"],
    upstream: [
      "kyverno:best-practices/require-probes",
      "kube-score:pod-probes",
      "polaris:readinessProbeMissing",
    ],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      startup: z.boolean().default(false).describe("Whether a startup probe is asked for too."),
    }),
    ...onServices((pod, { startup }: { readonly startup: boolean }) =>
      checkProbes(pod, ["livenessProbe", "readinessProbe", ...(startup ? ["startupProbe"] : [])]),
    ),
  }),
  {
    name: "probes-not-identical",
    severity: "medium",
    checks: "No container's liveness probe is its readiness probe too.",
    mend: "Let liveness ask less than readiness, or wait longer.",
    requirements: ["K6"],
    upstream: ["kyverno:other/ensure-probes-different", "kube-score:pod-probes-identical"],
    levels: everywhere("mandatory"),
    ...onServices(checkProbesDiffer),
  },
  {
    name: "duplicate-env",
    severity: "medium",
    checks: "No container sets one variable twice.",
    mend: "Remove one of the two.",
    requirements: ["K12"],
    upstream: ["kube-score:environment-variable-key-duplication"],
    levels: everywhere("mandatory"),
    ...onPods(checkDuplicateEnv),
  },
];
