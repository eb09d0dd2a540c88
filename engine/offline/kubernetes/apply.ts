// Writing objects by server-side apply, and whose fields are whose.
// Facts: pulumi-kubernetes provider/pkg/await/await.go (Creation, ssaUpdate, patchForce, fixCSAFieldManagers);
// github.com/fluxcd/pkg/ssa PatchReplaceFieldsManagers.
import { entries, isValues, type Value, type Values } from "../values";
import { isConflict, type Api, type Mapping } from "./api";
import { bagsAt, isAnnotated, textAt, at, withAt, withoutAt, type KubernetesObject } from "./object";

const HELP =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/" +
  "#handle-field-conflicts-on-existing-resources";

/** A field belongs to someone else. */
export class FieldConflictError extends Error {
  constructor(fieldManager: string, cause: Error) {
    super(
      `server-side apply field conflict detected, see ${HELP} for troubleshooting help\n` +
        `The resource managed by field manager "${fieldManager}" had an apply conflict: ${cause.message}`,
    );
  }
}

/** Who writes and how. */
export interface Writer {
  readonly fieldManager: string;
  readonly dryRun: boolean;
  /** The provider's enablePatchForce. */
  readonly force: boolean;
}

/** Applies an object; `live` is what is there now, where something is. */
export async function apply(
  api: Api,
  mapping: Mapping,
  object: KubernetesObject,
  writer: Writer,
  live: Values | undefined,
): Promise<Values> {
  const force = mayForce(object, writer, live);
  return api.apply(mapping, object, { ...writer, force }).catch((error: unknown) => {
    if (isConflict(error) && error instanceof Error) throw new FieldConflictError(writer.fieldManager, error);
    throw error;
  });
}

/** Names of the plugin where it wrote without server-side apply: long ago, or when it created the object. */
const OWN_WRITES = /^pulumi-(resource-kubernetes|kubernetes(\.exe|-.+)?)$/;

function mayForce(object: KubernetesObject, { force, dryRun }: Writer, live: Values | undefined): boolean {
  if (isAnnotated(object, "pulumi.com/patchForce") || force) return true;
  if (!dryRun) return false;
  // A preview of a create must not fail on what the update will have deleted before.
  if (live === undefined) return true;
  // An update takes over such fields first, which a dry run cannot.
  return managersOf(live).some(
    (entry) => textAt(entry, "operation") === "Update" && OWN_WRITES.test(textAt(entry, "manager")),
  );
}

const managersOf = (object: Values): readonly Values[] => bagsAt(object, "metadata", "managedFields");

/** Whose fields an update takes over: prefixes of names, with the operation. */
const TAKEN_OVER: readonly (readonly [string, string])[] = [
  ["kubectl", "Apply"],
  ["kubectl", "Update"],
  ["before-first-apply", "Update"],
  ["pulumi-kubernetes", "Update"],
  ["pulumi-kubernetes.exe", "Update"],
  ["pulumi-resource-kubernetes", "Update"],
];

/** Takes over the fields that kubectl and older plugins own; the object as it is then. */
export async function takeOver(
  api: Api,
  mapping: Mapping,
  live: Values,
  fieldManager: string,
): Promise<Values> {
  const managers = managersOf(live);
  const taken = managers.filter(isTakenOver);
  if (taken.length === 0) return live;
  const own = managers.find((entry) => isOwn(entry, fieldManager));
  const others = managers.filter((entry) => !isTakenOver(entry) && entry !== own);
  const base = own ?? { ...taken[0], manager: fieldManager, operation: "Apply" };
  const fields = [own, ...taken].reduce<Value>(
    (merged, entry) => mergeFields(merged, at(entry, "fieldsV1")),
    {},
  );
  const value = [...others, { ...base, fieldsV1: fields }];
  const patch = [
    { op: "replace", path: "/metadata/managedFields", value },
    { op: "replace", path: "/metadata/resourceVersion", value: textAt(live, "metadata", "resourceVersion") },
  ];
  return api.patch(mapping, live, patch);
}

const isOwn = (entry: Values, fieldManager: string): boolean =>
  textAt(entry, "manager") === fieldManager && textAt(entry, "operation") === "Apply";

const isTakenOver = (entry: Values): boolean =>
  textAt(entry, "subresource") === "" &&
  TAKEN_OVER.some(
    ([prefix, operation]) =>
      textAt(entry, "manager").startsWith(prefix) && textAt(entry, "operation") === operation,
  );

function mergeFields(a: Value, b: Value | undefined): Value {
  if (!isValues(a) || !isValues(b)) return b ?? a;
  const merged: Record<string, Value> = Object.fromEntries(entries(a));
  for (const [key, value] of entries(b)) merged[key] = mergeFields(merged[key] ?? {}, value);
  return merged;
}

/** Inputs with what the user wants left alone as it is in the cluster, or left out where someone else owns it. */
export function leaveAlone(
  object: KubernetesObject,
  live: Values,
  fieldManager: string,
  paths: readonly (readonly string[])[],
): KubernetesObject {
  return paths.reduce((result, path) => {
    const theirs = managersOf(live).some(
      (entry) => textAt(entry, "manager") !== fieldManager && owns(entry, path),
    );
    const ours = managersOf(live).some(
      (entry) => textAt(entry, "manager") === fieldManager && owns(entry, path),
    );
    if (theirs && !ours) return withoutAt(result, ...path);
    const current = at(live, ...path);
    return current === undefined ? result : withAt(result, current, ...path);
  }, object);
}

const owns = (entry: Values, path: readonly string[]): boolean =>
  at(entry, "fieldsV1", ...path.map((key) => `f:${key}`)) !== undefined;

/** Gives up every field that the manager owns. */
export async function relinquish(
  api: Api,
  mapping: Mapping,
  live: Values,
  fieldManager: string,
): Promise<void> {
  const identity = {
    apiVersion: textAt(live, "apiVersion"),
    kind: textAt(live, "kind"),
    metadata: {
      name: textAt(live, "metadata", "name"),
      namespace: textAt(live, "metadata", "namespace") || undefined,
    },
  };
  await api.apply(mapping, identity, { fieldManager, dryRun: false, force: true });
}
