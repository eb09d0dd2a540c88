// What is known of Kubernetes' own kinds without asking a cluster.
import type { GroupVersionKind } from "./object";

const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "auditregistration.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "extensions",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "settings.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  "APIService",
  "AuditSink",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "ComponentStatus",
  "CustomResourceDefinition",
  "DeviceClass",
  "DeviceTaintRule",
  "FlowSchema",
  "IPAddress",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PodSecurityPolicy",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "SelfSubjectAccessReview",
  "SelfSubjectReview",
  "SelfSubjectRulesReview",
  "ServiceCIDR",
  "StorageClass",
  "StorageVersion",
  "StorageVersionMigration",
  "SubjectAccessReview",
  "TokenReview",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** True for the groups that come with Kubernetes. */
export const isBuiltIn = ({ group }: GroupVersionKind): boolean => BUILT_IN_GROUPS.has(group);

/** Whether a kind of Kubernetes' own has a namespace; undefined for other kinds. */
export function isNamespacedByName(kind: GroupVersionKind): boolean | undefined {
  return isBuiltIn(kind) ? !CLUSTER_SCOPED.has(kind.kind) : undefined;
}

export const isSecret = ({ group, kind }: GroupVersionKind): boolean => group === "" && kind === "Secret";
export const isConfigMap = ({ group, kind }: GroupVersionKind): boolean =>
  group === "" && kind === "ConfigMap";
export const isCrd = ({ group, kind }: GroupVersionKind): boolean =>
  group === "apiextensions.k8s.io" && kind === "CustomResourceDefinition";

/** The type token of Helm releases. */
export const RELEASE_TYPE = "kubernetes:helm.sh/v3:Release";

/** Group, version and kind of a type token such as `kubernetes:apps/v1:Deployment`. */
export function gvkOfType(type: string): GroupVersionKind {
  const [, module = "", kind = ""] = type.split(":");
  const [group = "", version] = module.split("/");
  if (version === undefined)
    throw new Error(`apiVersion does not have both a group and a version: "${module}"`);
  return { group: group === "core" ? "" : group, version, kind };
}

/** True for `ConfigMapPatch` and its like, which manage some fields of an object of someone else. */
export function isPatchType(type: string): boolean {
  const kind = gvkOfType(type);
  return isBuiltIn(kind) && kind.kind.endsWith("Patch");
}

/** True for `ConfigMapList` and its like. */
export function isListType(type: string): boolean {
  const kind = gvkOfType(type);
  return isBuiltIn(kind) && kind.kind.endsWith("List");
}
