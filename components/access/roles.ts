/** What each role of the team may do in a namespace, as tables of rules. Pure. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */

/** Every verb that a rule may name; `*`, `escalate`, `bind` and `impersonate` are not among them. */
export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/** Resources of an API group, and what may be done with them. */
export interface AccessRule {
  /** API group; `""` is Kubernetes' core. */
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly Verb[];
}

/** Names as the documents have them: `devops` and `release-manager` are people's, the others CI's. */
export const ROLE_NAMES = ["devops", "release-manager", "ci-preview", "ci-deploy"] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

const LOOK = ["get", "list", "watch"] as const;
const CHANGE = ["create", "update", "patch", "delete"] as const;
/** What holds a namespace in order, or its data, may be put right, and not taken away. */
const MEND = ["create", "update", "patch"] as const;

const rule = (group: string, resources: readonly string[], verbs: readonly Verb[]): AccessRule => ({
  group,
  resources,
  verbs,
});

/** What golive declares in a namespace, by API group. Secrets are apart: not every role may read them. */
const DECLARED: readonly (readonly [group: string, ...resources: string[]])[] = [
  ["", "configmaps", "services", "serviceaccounts"],
  ["apps", "deployments", "deployments/scale", "statefulsets", "statefulsets/scale"],
  ["autoscaling", "horizontalpodautoscalers"],
  ["batch", "jobs", "cronjobs"],
  ["networking.k8s.io", "ingresses"],
  ["policy", "poddisruptionbudgets"],
  ["gateway.networking.k8s.io", "httproutes"],
  ["cert-manager.io", "certificates"],
  [
    "monitoring.coreos.com",
    "servicemonitors",
    "podmonitors",
    "probes",
    "prometheusrules",
    "alertmanagerconfigs",
  ],
  ["grafana.integreatly.org", "grafanadashboards"],
  ["external-secrets.io", "externalsecrets"],
  ["bitnami.com", "sealedsecrets"],
];

/** Quota, limits and closed doors, and the volumes with the dumps made before migrations. */
const ORDER: readonly (readonly [group: string, ...resources: string[]])[] = [
  ["", "resourcequotas", "limitranges", "persistentvolumeclaims"],
  ["networking.k8s.io", "networkpolicies"],
];

/** What is only looked at: what controllers make, and who may do what. */
const SEEN: readonly (readonly [group: string, ...resources: string[]])[] = [
  ["", "namespaces", "pods", "pods/log", "events", "endpoints"],
  ["apps", "replicasets", "daemonsets"],
  ["discovery.k8s.io", "endpointslices"],
  ["events.k8s.io", "events"],
  ["rbac.authorization.k8s.io", "roles", "rolebindings"],
];

const to = (verbs: readonly Verb[], table: typeof DECLARED) =>
  table.map(([group, ...resources]) => rule(group, resources, verbs));

/** Everything but Secrets' values. */
const READ = [...to(LOOK, DECLARED), ...to(LOOK, ORDER), ...to(LOOK, SEEN)];

/** A release by helm or `pulumi up`: helm keeps its releases in Secrets, and RBAC cannot tell those from others. */
const RELEASE = [
  ...READ,
  ...to(CHANGE, DECLARED),
  ...to(MEND, ORDER),
  rule("", ["secrets"], [...LOOK, ...CHANGE]),
  // One rollout of a system at a time (docs/rollout.md).
  rule("coordination.k8s.io", ["leases"], ["get", "create", "update"]),
];

/** To look into a pod and end it: what a person needs who puts a release right. */
const END_PODS = rule("", ["pods"], ["delete"]);
const ENTER_PODS = rule("", ["pods/exec", "pods/portforward"], ["get", "create"]);

/**
 * - `ci-preview` reads, and no Secret: a pull request runs code that nobody has reviewed. Its preview goes by the state.
 * - `ci-deploy` releases. It enters no pod and changes no role: what it may do is not its own to widen.
 * - `release-manager` does the same by hand, and ends pods.
 * - `devops` enters them too, for staging holds no customer's data.
 */
export const ROLES: Readonly<Record<RoleName, readonly AccessRule[]>> = {
  devops: [...RELEASE, END_PODS, ENTER_PODS],
  "release-manager": [...RELEASE, END_PODS],
  "ci-preview": READ,
  "ci-deploy": RELEASE,
};

/** What is wrong with rules: a wildcard grants what nobody has thought of yet. */
export function accessFaults(role: string, rules: readonly AccessRule[]): string[] {
  return rules.flatMap(({ group, resources, verbs }, index) =>
    [...Object.entries({ group: [group], resources, verbs })].flatMap(([field, values]) =>
      values
        .filter((value) => value.includes("*"))
        .map(
          (value) =>
            `role ${role}, rule ${index + 1}: ${field} has "${value}"; expected names, no wildcard: write out what is meant`,
        ),
    ),
  );
}
