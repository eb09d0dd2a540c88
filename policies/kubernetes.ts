import { Field } from "./checks/field";
import { groupOf, versionOf, type Subject } from "./subject";

/** What is known of an object from elsewhere than itself. */
interface Known {
  readonly apiVersion: string;
  readonly kind: string;
  /** The name where the object gives itself none. */
  readonly name: string;
  /** @default - only the object can say. */
  readonly namespace?: string;
  readonly release?: string;
  /** The resource's URN, and the URNs that each of its inputs takes its value from. @default - no resource of a stack */
  readonly urn?: string;
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
}

/** The objects to judge in one Kubernetes object: itself, or the items of a list. A patch is judged as the part of the object that it sets. */
export function kubernetesSubjects(value: unknown, known: Known): Subject[] {
  const object = Field.of(value);
  if (known.kind.endsWith("List") && !object.at("items").absent) return listSubjects(object, value, known);
  const { apiVersion, name, kind: written, namespace: place, ...origin } = known;
  const [group, kind] = [groupOf(apiVersion), written.replace(/Patch$/, "")];
  const namespace = isClusterScoped(group, kind)
    ? undefined
    : (object.at("metadata", "namespace").text() ?? place);
  return [
    {
      ...origin,
      group,
      version: versionOf(apiVersion),
      kind,
      ...(kind === written ? {} : { patch: true }),
      name: object.at("metadata", "name").text() ?? name,
      ...(namespace === undefined ? {} : { namespace }),
      object,
    },
  ];
}

/** The items of a list; one subject with nothing known where the items are not known, so that the rules of their kind refuse it. */
function listSubjects(list: Field, value: unknown, known: Known): Subject[] {
  const itemKind = known.kind.replace(/List$/, "");
  const items = list.at("items");
  if (items.unknown) return kubernetesSubjects(items.textWithUnknowns(), { ...known, kind: itemKind });
  return valuesOf(value).flatMap((item) => {
    const itself = Field.of(item);
    return kubernetesSubjects(item, {
      ...known,
      apiVersion: itself.at("apiVersion").text() ?? known.apiVersion,
      kind: itself.at("kind").text() ?? itemKind,
    });
  });
}

function valuesOf(list: unknown): unknown[] {
  return typeof list === "object" && list !== null && "items" in list && Array.isArray(list.items)
    ? list.items
    : [];
}

/** The objects to judge in one that a chart renders. */
export function renderedSubjects(value: unknown, release: string, namespace: string | undefined): Subject[] {
  const object = Field.of(value);
  return kubernetesSubjects(value, {
    apiVersion: object.at("apiVersion").text() ?? "",
    kind: object.at("kind").text() ?? "",
    name: "(no name)",
    release,
    ...(namespace === undefined ? {} : { namespace }),
  });
}

/** The kinds that live in no namespace, of Kubernetes' own groups and of the operators that the stacks run. */
const clusterScoped: Readonly<Record<string, readonly string[]>> = {
  core: ["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
  "admissionregistration.k8s.io": [
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
  ],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "apiregistration.k8s.io": ["APIService"],
  "authentication.k8s.io": ["SelfSubjectReview", "TokenReview"],
  "authorization.k8s.io": ["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
  "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
  "cert-manager.io": ["ClusterIssuer"],
  "cilium.io": ["CiliumClusterwideNetworkPolicy"],
  "external-secrets.io": ["ClusterExternalSecret", "ClusterSecretStore"],
  "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
  "gateway.networking.k8s.io": ["GatewayClass"],
  "karpenter.k8s.aws": ["EC2NodeClass"],
  "karpenter.sh": ["NodeClaim", "NodePool"],
  "kyverno.io": ["ClusterCleanupPolicy", "ClusterPolicy"],
  "networking.k8s.io": ["ClusterNetworkPolicy", "IPAddress", "IngressClass", "ServiceCIDR"],
  "node.k8s.io": ["RuntimeClass"],
  policy: ["PodSecurityPolicy"],
  "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
  "resource.k8s.io": ["DeviceClass", "ResourceSlice"],
  "scheduling.k8s.io": ["PriorityClass"],
  "snapshot.storage.k8s.io": ["VolumeSnapshotClass", "VolumeSnapshotContent"],
  "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
};

/** True for a kind that lives in no namespace. */
export function isClusterScoped(group: string, kind: string): boolean {
  return clusterScoped[group]?.includes(kind) ?? false;
}
