// The fields whose change replaces an object, by kind.
// Facts: pulumi-kubernetes provider/pkg/provider/diff.go (4.34.2); the API server refuses to change them in place.
import { isConfigMap, isSecret } from "./kinds";
import { at, gvkOf, type KubernetesObject } from "./object";

/** What the provider may change in place although Kubernetes' defaults for Pulumi say replace. */
export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

const IDENTITY = ["metadata.name", "metadata.namespace"];

const POD_SPEC = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];

const CONTAINER = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

const VOLUME_SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

const under = (prefix: string, fields: readonly string[]): string[] =>
  fields.map((field) => `${prefix}.${field}`);

const STATEFUL_SET = under("spec", [
  "podManagementPolicy",
  "revisionHistoryLimit",
  "selector",
  "serviceName",
  "volumeClaimTemplates",
]);
const JOB = under("spec", ["completions", "parallelism", "selector", "template"]);
const POD = [
  ...under("spec", POD_SPEC),
  ...under("spec.containers[*]", CONTAINER),
  ...under("spec.initContainers[*]", CONTAINER),
];

/** By `group/version/kind`; `*` in a path is any item of a list. */
const FORCE_NEW: Readonly<Record<string, readonly string[]>> = {
  "/v1/PersistentVolume": under("spec", VOLUME_SOURCES),
  "/v1/PersistentVolumeClaim": under("spec", ["accessModes", "selector", "storageClassName", "volumeName"]),
  "/v1/Pod": POD,
  "/v1/ResourceQuota": ["spec.scopes"],
  "/v1/Secret": ["type"],
  "/v1/Service": ["spec.clusterIP"],
  "apps/v1beta1/StatefulSet": STATEFUL_SET,
  "apps/v1beta2/DaemonSet": ["spec.selector"],
  "apps/v1beta2/Deployment": ["spec.selector"],
  "apps/v1beta2/StatefulSet": STATEFUL_SET,
  "apps/v1/DaemonSet": ["spec.selector"],
  "apps/v1/Deployment": ["spec.selector"],
  "apps/v1/StatefulSet": STATEFUL_SET,
  "batch/v1/Job": JOB,
  "batch/v1beta1/Job": JOB,
  "batch/v2alpha1/Job": JOB,
  "policy/v1beta1/PodDisruptionBudget": ["spec"],
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1alpha1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1alpha1/RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1beta1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1beta1/RoleBinding": ["roleRef"],
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
};

/** Paths whose change replaces the object, e.g. `spec.containers[*].image`. A Patch resource has its identity alone. */
export function forceNewPaths(
  object: KubernetesObject,
  mutable: Mutability,
  isPatch = false,
): readonly string[] {
  return isPatch ? IDENTITY : [...IDENTITY, ...kindPaths(object, mutable)];
}

function kindPaths(object: KubernetesObject, mutable: Mutability): readonly string[] {
  const kind = gvkOf(object);
  const frozen = at(object, "immutable") === true;
  if (isSecret(kind) && (!mutable.secrets || frozen)) return ["type", "stringData", "data"];
  if (isConfigMap(kind)) return !mutable.configMaps || frozen ? ["binaryData", "data"] : [];
  return FORCE_NEW[`${kind.group}/${kind.version}/${kind.kind}`] ?? [];
}

/** True where a change at `path` to `value` touches one of the paths: at it, below it, or above it and holding it. */
export function touches(
  path: readonly (string | number)[],
  value: unknown,
  forceNew: readonly string[],
): boolean {
  return forceNew.some((pattern) => meets(pattern.replaceAll("[*]", ".*").split("."), path, value));
}

function meets(pattern: readonly string[], path: readonly (string | number)[], value: unknown): boolean {
  const [wanted, ...others] = pattern;
  if (wanted === undefined) return true;
  const [step, ...rest] = path;
  if (step !== undefined) return fits(wanted, step) && meets(others, rest, value);
  return children(value, wanted).some((child) => meets(others, [], child));
}

const fits = (wanted: string, step: string | number): boolean =>
  wanted === "*" ? typeof step === "number" : wanted === step;

function children(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return key === "*" ? value : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]): unknown[] => (name === key ? [child] : []));
}
