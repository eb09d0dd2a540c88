import type { Field } from "./checks/field";
import type { Violation } from "./checks/violation";

/** One object that the rules judge: a Pulumi resource's inputs, or an object that a chart renders. */
export interface Subject {
  /** The API group, `core` where Kubernetes has none; for AWS package and service: `apps`, `networking.k8s.io`, `aws:ecr`. */
  readonly group: string;
  /** The rest of the apiVersion: `v1`, `v2beta2`. @default - none: an AWS resource has no such thing */
  readonly version?: string;
  readonly kind: string;
  /** True for a patch, which holds only what it sets: what it leaves out may well be there. @default false */
  readonly patch?: boolean;
  /** The object's own name, else the resource's name in the program. */
  readonly name: string;
  /** @default - the object names no namespace, or lives in none. */
  readonly namespace?: string;
  /** The release that renders the object. @default - the program declares the object itself. */
  readonly release?: string;
  /** The resource's URN. @default - the object comes from a file or a chart */
  readonly urn?: string;
  /** The URNs of the resources that each input takes its value from, by the input's name (Pulumi's propertyDependencies). @default - not known */
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
  readonly object: Field;
  /** Why the object could not be made, where it is a release whose chart does not render. */
  readonly unrendered?: readonly Violation[];
}

/** The message of a violation: which object, container and field; what is there; what may be; how to mend it. */
export function describe(subject: Subject, violation: Violation): string {
  const namespace = subject.namespace === undefined ? "" : ` in namespace ${subject.namespace}`;
  const release = subject.release === undefined ? "" : `, rendered by Release/${subject.release}`;
  const container = violation.container === undefined ? "" : `container "${violation.container}", `;
  const where = `${subject.kind}/${subject.name}${namespace}${release}: ${container}${violation.path}`;
  return `${where} is ${violation.found}; allowed: ${violation.allowed}. To mend it: ${violation.mend}.`;
}

/** An object in a message of another: `Deployment/shop`. */
export const named = ({ kind, name }: Subject): string => `${kind}/${name}`;

/** An API group out of an apiVersion: `apps/v1` → `apps`, `v1` and `core/v1` → `core`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "core" : apiVersion.slice(0, slash);
}

/** The version out of an apiVersion: `apps/v1` and `v1` → `v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf("/") + 1);
}
