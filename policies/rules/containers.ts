/** What a container asks for, and how its health is known. */
import * as z from "zod";
import { checkProbes } from "../checks/probes";
import { checkResources, type Ceiling } from "../checks/resources";
import { everywhere } from "../levels";
import { onPods, onServices } from "../pods";
import { withParameters, type Rule } from "../rule";

const quantity = z.string().optional();

export const containerRules: readonly Rule[] = [
  withParameters({
    name: "container-resources",
    severity: "high",
    checks:
      "Every container and init container has limits and requests of CPU and memory, no request above its limit and no limit above the stack's ceiling.",
    mend: "Set the limits in the stack file, or raise `golive:ceiling` there, in review.",
    requirements: ["K5"],
    upstream: ["kyverno:best-practices/require-pod-requests-limits", "kube-score:container-resources"],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      ceiling: z
        .strictObject({ cpu: quantity, memory: quantity })
        .default({})
        .describe("The most that one container may be limited to."),
    }),
    ...onPods((pod, { ceiling }: { readonly ceiling: Ceiling }) => checkResources(pod, ceiling)),
  }),
  {
    name: "probes",
    severity: "high",
    checks: "Every container of a long-running pod has a liveness, a readiness and a startup probe.",
    mend: "Give the container the missing probe.",
    requirements: ["K6"],
    upstream: [
      "kyverno:best-practices/require-probes",
      "kube-score:pod-probes",
      "polaris:readinessProbeMissing",
    ],
    levels: everywhere("mandatory"),
    ...onServices(checkProbes),
  },
];
