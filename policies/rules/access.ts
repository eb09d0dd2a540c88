/** Which rights pods and people hold. */
import { checkRole } from "../checks/role";
import { checkAccount, checkBinding, checkToken } from "../checks/service-account";
import { hasPods, isKind } from "../kinds";
import { everywhere } from "../levels";
import type { Rule } from "../rule";
import { workloadsOf } from "../workloads";

const rbac = "rbac.authorization.k8s.io";

export const accessRules: readonly Rule[] = [
  {
    name: "service-account-token",
    severity: "medium",
    checks:
      "No pod mounts a token of the API for nothing: automountServiceAccountToken is false, on the pod or else on its ServiceAccount, unless a role is bound to that.",
    mend: "Set `automountServiceAccountToken: false` on the pod or its ServiceAccount.",
    requirements: ["K1", "L5"],
    upstream: [
      "kyverno:other/restrict-automount-sa-token",
      "polaris:automountServiceAccountToken",
      "gatekeeper:automount-serviceaccount-token",
      "checkov:CKV_K8S_38",
    ],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: hasPods,
    judge: (subject, { world }) => workloadsOf(subject).flatMap(({ pod }) => checkToken(pod, subject, world)),
  },
  {
    name: "default-service-account",
    severity: "medium",
    checks:
      "Every pod that mounts a token of the API runs as a ServiceAccount that it names, and not as its namespace's default one.",
    mend: "Declare a ServiceAccount for the workload and set `serviceAccountName`, or mount no token.",
    requirements: ["K1", "L5"],
    upstream: ["checkov:CKV_K8S_41"],
    levels: everywhere("mandatory"),
    applies: hasPods,
    judge: (subject) => workloadsOf(subject).flatMap(({ pod }) => checkAccount(pod)),
  },
  {
    name: "rbac-cluster-admin",
    severity: "critical",
    checks: "No RoleBinding or ClusterRoleBinding binds the role cluster-admin.",
    mend: "Bind a role of what its subjects need.",
    requirements: ["L5"],
    upstream: ["kyverno:other/restrict-binding-clusteradmin", "polaris:clusterrolebindingClusterAdmin"],
    levels: everywhere("mandatory"),
    applies: isKind(rbac, "RoleBinding", "ClusterRoleBinding"),
    judge: (subject) => checkBinding(subject),
  },
  {
    name: "rbac-wildcards",
    severity: "high",
    checks:
      "Every Role and ClusterRole names the verbs, resources, API groups and paths that it grants, without `*`, and gathers other roles by label.",
    mend: "Name what the role is for.",
    requirements: ["L5"],
    upstream: [
      "kyverno:other/restrict-wildcard-verbs",
      "kyverno:other/restrict-wildcard-resources",
      "checkov:CKV_K8S_49",
    ],
    levels: everywhere("mandatory"),
    applies: isKind(rbac, "Role", "ClusterRole"),
    judge: ({ object }) => checkRole(object),
  },
];
