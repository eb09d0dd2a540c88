/** How many, how they end, as whom they run and what they are called, in CEL. */
import type { Field } from "../checks/field";
import { type Form, literals, textsOf } from "./form";

const grace = "variables.pod.?terminationGracePeriodSeconds.orValue(30)";
/** What ends with the pod: its containers, and its sidecars among the init containers. */
const ending =
  '(variables.running + variables.pod.?initContainers.orValue([]).filter(i, i.?restartPolicy.orValue("") == "Always"))';
const hook = "c.?lifecycle.?preStop";
const written = `${hook}.?exec.?command.orValue([]).join(" ").findAll("\\\\bsleep\\\\s+[0-9]+")`;

export const availabilityForms = {
  "graceful-shutdown": {
    judges: "pod",
    longRunning: true,
    refuses: (parameters: Field) =>
      `${grace} < ${least(parameters)} || ${ending}.exists(c, ${hook}.?sleep.?seconds.orValue(0) >= ${grace} || ` +
      `${written}.exists(s, int(s.find("[0-9]+")) >= ${grace}))`,
  },
  "hpa-min-replicas": {
    judges: ["HorizontalPodAutoscaler"],
    refuses: (parameters: Field) =>
      `variables.it.spec.?minReplicas.orValue(1) < ${least(parameters)} || ` +
      `variables.it.spec.maxReplicas < ${least(parameters)}`,
  },
  "bare-pod": {
    judges: ["Pod"],
    refuses:
      "variables.it.metadata.?ownerReferences.orValue([]).size() == 0 && " +
      '!("helm.sh/hook" in variables.it.metadata.?annotations.orValue({}))',
  },
  "default-service-account": {
    judges: "pod",
    refuses:
      "variables.pod.?automountServiceAccountToken.orValue(true) && " +
      'variables.pod.?serviceAccountName.orValue("default") in ["", "default"]',
  },
  "required-labels": {
    judges: "pod",
    refuses: (parameters: Field) =>
      `${literals(textsOf(parameters.at("labels")))}.exists(l, variables.labels[?l].orValue("") == "")`,
  },
} as const satisfies Readonly<Record<string, Form>>;

const least = (parameters: Field): string => String(Number(parameters.at("min").text()));
