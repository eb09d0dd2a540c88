import type { Subject } from "../subject";
import type { Violation } from "./violation";

interface Removed {
  /** The Kubernetes that serves it no more. */
  readonly by: string;
  /** What to use in its place. */
  readonly use: string;
}

/** Versions that Kubernetes served by default once, and serves no more. https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const removed: Readonly<Record<string, Removed>> = {
  "admissionregistration.k8s.io/v1beta1": { by: "1.22", use: "admissionregistration.k8s.io/v1" },
  "apiextensions.k8s.io/v1beta1": { by: "1.22", use: "apiextensions.k8s.io/v1" },
  "apiregistration.k8s.io/v1beta1": { by: "1.22", use: "apiregistration.k8s.io/v1" },
  "apps/v1beta1": { by: "1.16", use: "apps/v1" },
  "apps/v1beta2": { by: "1.16", use: "apps/v1" },
  "authentication.k8s.io/v1beta1": { by: "1.22", use: "authentication.k8s.io/v1" },
  "authorization.k8s.io/v1beta1": { by: "1.22", use: "authorization.k8s.io/v1" },
  "autoscaling/v2beta1": { by: "1.25", use: "autoscaling/v2" },
  "autoscaling/v2beta2": { by: "1.26", use: "autoscaling/v2" },
  "batch/v1beta1": { by: "1.25", use: "batch/v1" },
  "batch/v2alpha1": { by: "1.21", use: "batch/v1" },
  "certificates.k8s.io/v1beta1": { by: "1.22", use: "certificates.k8s.io/v1" },
  "coordination.k8s.io/v1beta1": { by: "1.22", use: "coordination.k8s.io/v1" },
  "discovery.k8s.io/v1beta1": { by: "1.25", use: "discovery.k8s.io/v1" },
  "events.k8s.io/v1beta1": { by: "1.25", use: "events.k8s.io/v1" },
  "extensions/v1beta1": {
    by: "1.22",
    use: "apps/v1, or networking.k8s.io/v1 for an Ingress or NetworkPolicy",
  },
  "flowcontrol.apiserver.k8s.io/v1beta1": { by: "1.26", use: "flowcontrol.apiserver.k8s.io/v1" },
  "flowcontrol.apiserver.k8s.io/v1beta2": { by: "1.29", use: "flowcontrol.apiserver.k8s.io/v1" },
  "flowcontrol.apiserver.k8s.io/v1beta3": { by: "1.32", use: "flowcontrol.apiserver.k8s.io/v1" },
  "networking.k8s.io/v1beta1": { by: "1.22", use: "networking.k8s.io/v1" },
  "node.k8s.io/v1beta1": { by: "1.25", use: "node.k8s.io/v1" },
  "policy/v1beta1": { by: "1.25", use: "policy/v1, or Pod Security admission for a PodSecurityPolicy" },
  "rbac.authorization.k8s.io/v1alpha1": { by: "1.22", use: "rbac.authorization.k8s.io/v1" },
  "rbac.authorization.k8s.io/v1beta1": { by: "1.22", use: "rbac.authorization.k8s.io/v1" },
  "scheduling.k8s.io/v1beta1": { by: "1.22", use: "scheduling.k8s.io/v1" },
  "storage.k8s.io/v1beta1": { by: "1.27", use: "storage.k8s.io/v1" },
};

/** An object of Kubernetes' own groups is of a version that stays: neither alpha nor beta, and so none that was removed. */
export function checkVersion({ group, version = "", object }: Subject): Violation[] {
  if (!/^v\d+(alpha|beta)\d+$/.test(version)) return [];
  const apiVersion = `${group}/${version}`;
  const gone = removed[apiVersion];
  return [
    {
      path: object.at("apiVersion").path,
      found: `"${apiVersion}", ${gone === undefined ? "which may change or go" : `which Kubernetes ${gone.by} removed`}`,
      allowed: gone === undefined ? `a stable version of ${group}` : gone.use,
      mend: "write the object in the stable version",
    },
  ];
}
