/** What a rule applies to, by group and kind. */
import type { Subject } from "./subject";
import { workloadsOf } from "./workloads";

type Applies = (subject: Subject) => boolean;

/** Objects of some kinds of one group, and patches of them. */
export const isKind =
  (group: string, ...kinds: readonly string[]): Applies =>
  (subject) =>
    subject.group === group && kinds.includes(subject.kind);

/** As `isKind`, without patches: for a rule that asks for a field, which a patch may leave to the object that it patches. */
export const isWhole = (group: string, ...kinds: readonly string[]): Applies => {
  const applies = isKind(group, ...kinds);
  return (subject) => applies(subject) && subject.patch !== true;
};

/** Objects with pods, without patches of them. */
export const hasPods: Applies = (subject) => subject.patch !== true && workloadsOf(subject).length > 0;

/** The API groups of Kubernetes itself: not those of operators, which may end in `.k8s.io` as well. */
const ownGroups: ReadonlySet<string> = new Set([
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "core",
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

/** True for an object of Kubernetes' own kinds. */
export const isOwn: Applies = ({ group }) => ownGroups.has(group);

const ingressGroups: readonly string[] = ["networking.k8s.io", "extensions"];

/** An Ingress, in the group where it is and in the one where it was. */
export const isIngress: Applies = ({ group, kind }) => ingressGroups.includes(group) && kind === "Ingress";
