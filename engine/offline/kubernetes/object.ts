// A Kubernetes object as a plain property bag, and the few fields that every object has.
import { isList, isValues, Unknown, type Value, type Values } from "../values";

/** A Kubernetes object or part of one: no secrets, unknowns only in a preview. */
export type KubernetesObject = Values;

/** Group (empty for core), version and kind. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The value at a path of keys. */
export function at(object: Value | undefined, ...path: string[]): Value | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  return isValues(object) ? at(object[key], ...rest) : undefined;
}

/** The text at a path; empty where there is none. */
export function textAt(object: Value | undefined, ...path: string[]): string {
  const value = at(object, ...path);
  return typeof value === "string" ? value : "";
}

/** The number at a path, where there is one. */
export function numberAt(object: Value | undefined, ...path: string[]): number | undefined {
  const value = at(object, ...path);
  return typeof value === "number" ? value : undefined;
}

/** The bags of the list at a path. */
export function bagsAt(object: Value | undefined, ...path: string[]): readonly Values[] {
  const value = at(object, ...path);
  return isList(value) ? value.filter(isValues) : [];
}

/** A copy with a value at a path; bags on the way are made. */
export function withAt(object: Values, value: Value, ...path: string[]): Values {
  const [key, ...rest] = path;
  if (key === undefined) return isValues(value) ? value : object;
  const child = object[key];
  return {
    ...object,
    [key]: rest.length === 0 ? value : withAt(isValues(child) ? child : {}, value, ...rest),
  };
}

/** A copy without what is at a path. */
export function withoutAt(object: Values, ...path: string[]): Values {
  const [key = "", ...rest] = path;
  const { [key]: child, ...others } = object;
  if (child === undefined || rest.length === 0) return others;
  return isValues(child) ? { ...object, [key]: withoutAt(child, ...rest) } : object;
}

export const nameOf = (object: KubernetesObject): string => textAt(object, "metadata", "name");
export const namespaceOf = (object: KubernetesObject): string => textAt(object, "metadata", "namespace");
export const kindOf = (object: KubernetesObject): string => textAt(object, "kind");
export const annotationOf = (object: KubernetesObject, key: string): string =>
  textAt(object, "metadata", "annotations", key);

/** The annotation counts as set only with the text `true`. */
export const isAnnotated = (object: KubernetesObject, key: string): boolean =>
  annotationOf(object, key) === "true";

/** Group, version and kind by the object's own apiVersion and kind; the group `core` is the empty one. */
export function gvkOf(object: KubernetesObject): GroupVersionKind {
  return gvk(textAt(object, "apiVersion"), kindOf(object));
}

function gvk(apiVersion: string, kind: string): GroupVersionKind {
  const parts = apiVersion.split("/");
  const [group = "", version = ""] = parts.length > 1 ? parts : ["", apiVersion];
  return { group: group === "core" ? "" : group, version, kind };
}

/** `apps/v1`, or `v1` for the core group. */
export const apiVersionOf = ({ group, version }: GroupVersionKind): string =>
  group === "" ? version : `${group}/${version}`;

/** The id in Pulumi's state: `namespace/name`, or `name` for what has no namespace. */
export function idOf(object: KubernetesObject): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** Namespace (may be empty) and name of an id. */
export function splitId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

/** True in a preview where the namespace depends on what is not there yet. */
export function hasUnknownNamespace(object: KubernetesObject): boolean {
  return at(object, "metadata") instanceof Unknown || at(object, "metadata", "namespace") instanceof Unknown;
}
