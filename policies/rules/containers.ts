/** What a container asks for, and how its health is known. */
import * as z from "zod";
import { checkDuplicateEnv } from "../checks/environment";
import { checkProbes, checkProbesDiffer } from "../checks/probes";
import { parseQuantity } from "../checks/quantity";
import { checkRange } from "../checks/resource-range";
import { checkResources } from "../checks/resources";
import { everywhere } from "../levels";
import { onPods, onServices } from "../pods";
import { withParameters, type Rule } from "../rule";

/** A bound that is no quantity would bound nothing. */
const quantity = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => parseQuantity(text) !== undefined, { error: "expected a quantity such as 500m or 512Mi" })
  .optional();
const bounds = z.strictObject({ cpu: quantity, memory: quantity }).default({});

export const containerRules: readonly Rule[] = [
  {
    name: "container-resources",
    severity: "high",
    checks:
      "Every container and init container has limits and requests of CPU and memory, each more than zero.",
    mend: "Set the limits in the stack file.",
    requirements: ["K5"],
    upstream: [
      "kyverno:best-practices/require-pod-requests-limits",
      "kyverno:other/require-cpu-limits",
      "kube-score:container-resources",
      "polaris:cpuRequestsMissing",
      "polaris:cpuLimitsMissing",
      "polaris:memoryRequestsMissing",
      "polaris:memoryLimitsMissing",
      "gatekeeper:containerresources",
      "checkov:CKV_K8S_10",
      "checkov:CKV_K8S_11",
      "checkov:CKV_K8S_12",
      "checkov:CKV_K8S_13",
    ],
    levels: everywhere("mandatory"),
    ...onPods((pod) => checkResources(pod, ["cpu", "memory"])),
  },
  withParameters({
    name: "resource-range",
    severity: "high",
    checks:
      "Quantities of containers and init containers are in units of their resource, no request is above its limit, and every limit is within the stack's ceiling, the minimum and the ratio to its request.",
    mend: "Lower the limit in the stack file, or raise `golive:ceiling` there, in review.",
    requirements: ["K5"],
    upstream: [
      "kyverno:other/enforce-resources-as-ratio",
      "gatekeeper:containerlimits",
      "gatekeeper:containerresourceratios",
    ],
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
    checks:
      "Every container and init container has a limit and a request of ephemeral storage, each more than zero.",
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
      "polaris:livenessProbeMissing",
      "gatekeeper:requiredprobes",
      "checkov:CKV_K8S_8",
      "checkov:CKV_K8S_9",
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
    checks:
      "No container's liveness probe is its readiness probe too, with Kubernetes' defaults and ports by number.",
    mend: "Let liveness ask less than readiness, or wait longer.",
    requirements: ["K6"],
    upstream: ["kyverno:other/ensure-probes-different", "kube-score:pod-probes-identical"],
    levels: everywhere("mandatory"),
    ...onServices(checkProbesDiffer),
  },
  {
    name: "duplicate-env",
    severity: "medium",
    checks: "No container, init container or ephemeral container sets one variable twice.",
    mend: "Remove one of the two.",
    requirements: ["K12"],
    upstream: ["kube-score:environment-variable-key-duplication"],
    levels: everywhere("mandatory"),
    ...onPods(checkDuplicateEnv),
  },
];
