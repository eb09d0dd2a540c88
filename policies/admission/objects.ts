/** The rules that a single object decides, as ValidatingAdmissionPolicies of the API server. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */
import { Field } from "../checks/field";
import type { PolicyName } from "../names";
import { type Containers, type Form, literal, literals } from "./form";

/** What the API server does about a violation: refuse the request, or warn whoever sent it and write it to the audit log. */
export type Action = "deny" | "warn";

/** A rule as a namespace's API server is to judge it. */
export interface AdmissionRule {
  readonly name: PolicyName;
  readonly form: Form;
  readonly action: Action;
  /** What is checked and how it is mended: the message. */
  readonly message: string;
  /** The rule's parameters. @default - none: its form takes its own defaults */
  readonly parameters?: unknown;
  /** Objects that it does not judge, as `Kind/namespace/name`. @default - it judges every one */
  readonly exempt?: readonly string[];
}

interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly messageExpression?: string;
}

/** The specs of a ValidatingAdmissionPolicy and of its binding. */
export interface AdmissionPolicy {
  /** Name of both: `golive-<namespace>-<action>`. */
  readonly name: string;
  readonly action: Action;
  readonly policy: ReturnType<typeof policySpec>;
  readonly binding: ReturnType<typeof bindingSpec>;
}

/** One policy and its binding for each action that some rule takes: two at most. */
export function admissionPolicies(namespace: string, rules: readonly AdmissionRule[]): AdmissionPolicy[] {
  const actions = ["deny", "warn"] as const;
  return actions.flatMap((action) => {
    const validations = rules.filter((rule) => rule.action === action).map(validationOf);
    return validations.length === 0 ? [] : [policyOf(namespace, action, validations)];
  });
}

const VALIDATION_ACTIONS: Readonly<Record<Action, readonly string[]>> = {
  deny: ["Deny", "Audit"],
  warn: ["Warn", "Audit"],
};

function policyOf(namespace: string, action: Action, validations: Validation[]): AdmissionPolicy {
  const name = `golive-${namespace}-${action}`;
  return { name, action, policy: policySpec(validations), binding: bindingSpec(name, namespace, action) };
}

const policySpec = (validations: Validation[]) => ({
  // What cannot be judged is not let through.
  failurePolicy: "Fail",
  matchConstraints: { resourceRules },
  matchConditions,
  variables,
  validations,
});

const bindingSpec = (policyName: string, namespace: string, action: Action) => ({
  policyName,
  validationActions: [...VALIDATION_ACTIONS[action]],
  matchResources: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } },
});

/** What is judged when it is made or changed; not `status` and `scale`, which change nothing that a rule reads but the replicas. */
const resourceRules = [
  ["", "v1", "pods", "pods/ephemeralcontainers", "podtemplates", "replicationcontrollers", "services"],
  ["apps", "v1", "deployments", "statefulsets", "daemonsets", "replicasets"],
  ["autoscaling", "v2", "horizontalpodautoscalers"],
  ["batch", "v1", "jobs", "cronjobs"],
  ["networking.k8s.io", "v1", "ingresses"],
].map(([group = "", version = "", ...resources]) => ({
  apiGroups: [group],
  apiVersions: [version],
  operations: ["CREATE", "UPDATE"],
  resources,
}));

/** Kubernetes' own controllers that make objects out of a template which was judged when it was sent. */
const CONTROLLERS = [
  "cronjob-controller",
  "daemon-set-controller",
  "deployment-controller",
  "job-controller",
  "replicaset-controller",
  "replication-controller",
  "statefulset-controller",
].map((name) => `system:serviceaccount:kube-system:${name}`);

const matchConditions = [
  {
    // A template that ran before the rule goes on to heal, and what a rule exempts is exempt with its pods.
    name: "made-by-no-controller",
    expression: `!(request.userInfo.username in ${literals(["system:kube-controller-manager", ...CONTROLLERS])})`,
  },
  {
    // What ran before the rule keeps its status, its finalizers and its controller's notes.
    name: "changed",
    expression:
      'request.operation == "CREATE" || (!has(object.metadata.deletionTimestamp) && (' +
      "dyn(object).?spec != dyn(oldObject).?spec || dyn(object).?template != dyn(oldObject).?template || " +
      '(object.kind == "Ingress" && object.metadata.?annotations != oldObject.metadata.?annotations)))',
  },
];

const TEMPLATED = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"];
const WITH_POD = [...TEMPLATED, "CronJob", "Pod", "PodTemplate"];

/** `dyn`: each expression must hold for every kind, of which none has all the fields. */
const variables = [
  { name: "it", expression: "dyn(object)" },
  { name: "annotations", expression: "variables.it.metadata.?annotations.orValue({})" },
  {
    name: "pod",
    expression:
      'object.kind == "Pod" ? variables.it.spec : ' +
      `object.kind in ${literals(TEMPLATED)} ? variables.it.spec.?template.?spec.orValue({}) : ` +
      'object.kind == "CronJob" ? variables.it.spec.jobTemplate.?spec.?template.?spec.orValue({}) : ' +
      'object.kind == "PodTemplate" ? variables.it.?template.?spec.orValue({}) : dyn({})',
  },
  {
    name: "labels",
    expression:
      'object.kind == "Pod" ? variables.it.metadata.?labels.orValue({}) : ' +
      'object.kind == "CronJob" ? variables.it.spec.jobTemplate.?spec.?template.?metadata.?labels.orValue({}) : ' +
      'object.kind == "PodTemplate" ? variables.it.?template.?metadata.?labels.orValue({}) : ' +
      "variables.it.?spec.?template.?metadata.?labels.orValue({})",
  },
  {
    name: "longRunning",
    expression:
      '!(object.kind in ["Job", "CronJob"]) && ' +
      'variables.pod.?restartPolicy.orValue("Always") == "Always"',
  },
  { name: "running", expression: "variables.pod.?containers.orValue([])" },
  { name: "started", expression: "variables.running + variables.pod.?initContainers.orValue([])" },
  { name: "all", expression: "variables.started + variables.pod.?ephemeralContainers.orValue([])" },
  {
    name: "resource",
    expression: 'object.kind + "/" + request.namespace + "/" + object.metadata.?name.orValue("")',
  },
];

function validationOf({ name, form, message, parameters = {}, exempt = [] }: AdmissionRule): Validation {
  const read = Field.of(parameters);
  const refuses = typeof form.refuses === "string" ? form.refuses : form.refuses(read);
  const scope = [
    ...(exempt.length === 0 ? [] : [`!(variables.resource in ${literals(exempt)})`]),
    ...("longRunning" in form ? ["variables.longRunning"] : []),
  ];
  const said = `golive ${name}: ${message}`;
  const refused = (...conditions: string[]) => `!(${[...scope, ...conditions].join(" && ")})`;
  const { judges } = form;
  if (isContainers(judges))
    return {
      expression: refused(`variables.${judges}.exists(c, ${refuses})`),
      message: said,
      messageExpression: namingContainers(judges, refuses, said),
    };
  const kinds = judges === "pod" ? WITH_POD : judges;
  return { expression: refused(`object.kind in ${literals(kinds)}`, `(${refuses})`), message: said };
}

const isContainers = (judges: Form["judges"]): judges is Containers =>
  judges === "running" || judges === "started" || judges === "all";

const namingContainers = (containers: Containers, refuses: string, said: string) =>
  `${literal(`${said} Found in container `)} + variables.${containers}.filter(c, ${refuses}).map(c, c.name).join(", ")`;
