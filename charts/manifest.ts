/** Kubernetes objects as text: parsed from what helm and kubectl print, and written back the same way every time. */
import { parseAllDocuments, stringify } from "yaml";

/** Any Kubernetes object: what every one has, and the rest unread. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Whether a value is an object with named fields. */
export const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a value is a Kubernetes object: it says its version, its kind and its name. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  if (!isFields(value) || typeof value.apiVersion !== "string" || typeof value.kind !== "string")
    return false;
  return isFields(value.metadata) && typeof value.metadata.name === "string";
}

/** The objects of a YAML stream in its own order; documents that hold no object are left out. */
export function parseManifests(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document) => {
      const value: unknown = document.toJS();
      return value;
    })
    .filter(isKubernetesObject);
}

/** One object as YAML, its fields in the order in which they are set. */
export const formatManifest = (manifest: object): string =>
  stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false });

/** What tells one object from another: its API version, kind, namespace and name. */
export const manifestKey = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  `${apiVersion}/${kind}/${metadata.namespace ?? ""}/${metadata.name}`;

/** The same value with the fields of every object in one order: programs and servers set them in orders of their own. */
export function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(value[key])]),
  );
}
