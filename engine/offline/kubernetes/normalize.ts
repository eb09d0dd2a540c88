// Inputs in the form that the API server gives them, so that equal meanings compare equal.
// Facts: pulumi-kubernetes provider/pkg/provider/provider.go normalizeInputs, provider/pkg/clients/unstructured.go.
import { entries, holdsUnknown, isList, isValues, type Value, type Values } from "../values";
import { isBuiltIn, isCrd, isSecret } from "./kinds";
import { at, gvkOf, withAt, withoutAt, type KubernetesObject } from "./object";
import { canonicalQuantity } from "./quantity";

const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** The inputs as the API server would write them. Kinds that are not Kubernetes' own lose read-only metadata alone. */
export function normalizeInputs(object: KubernetesObject): KubernetesObject {
  const known = isBuiltIn(gvkOf(object)) && !holdsUnknown(object);
  return READ_ONLY.reduce(
    (result, field) =>
      at(result, "metadata", field) === undefined ? result : withoutAt(result, "metadata", field),
    known ? normalizeKnown(object) : object,
  );
}

function normalizeKnown(object: KubernetesObject): KubernetesObject {
  const kind = gvkOf(object);
  if (isCrd(kind)) return normalizeCrd(object);
  return isSecret(kind) ? normalizeSecret(object) : typed(object);
}

function normalizeCrd(object: KubernetesObject): KubernetesObject {
  const keeps = at(object, "spec", "preserveUnknownFields") !== false;
  return withoutAt(keeps ? object : withoutAt(object, "spec", "preserveUnknownFields"), "status");
}

function normalizeSecret(object: KubernetesObject): KubernetesObject {
  const data = at(object, "data");
  const given = isValues(data) ? mapValues(data, reencode) : {};
  const stringData = at(object, "stringData");
  const texts = isValues(stringData) ? entries(stringData) : [];
  if (texts.length === 0) return isValues(data) ? withAt(object, given, "data") : object;
  const encoded = Object.fromEntries(texts.map(([key, value]) => [key, encode(value)]));
  return withAt(withoutAt(object, "stringData"), { ...given, ...encoded }, "data");
}

const encode = (value: Value): Value =>
  typeof value === "string" ? Buffer.from(value).toString("base64") : value;

function reencode(value: Value): Value {
  const isBase64 = typeof value === "string" && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value);
  return isBase64 ? Buffer.from(value, "base64").toString("base64") : value;
}

/** Where quantities are, by the last keys of the path; `*` is any key. */
const QUANTITIES: readonly (readonly string[])[] = [
  ["limits", "*"],
  ["requests", "*"],
  ["hard", "*"],
  ["capacity", "*"],
  ["overhead", "*"],
  ["max", "*"],
  ["min", "*"],
  ["default", "*"],
  ["defaultRequest", "*"],
  ["maxLimitRequestRatio", "*"],
  ["sizeLimit"],
  ["divisor"],
  ["target", "value"],
  ["target", "averageValue"],
];

/** Maps that the API server leaves out when empty; an empty bag elsewhere may mean something (`emptyDir: {}`). */
const MAPS: ReadonlySet<string> = new Set([
  "annotations",
  "binaryData",
  "data",
  "default",
  "defaultRequest",
  "hard",
  "labels",
  "limits",
  "matchLabels",
  "nodeSelector",
  "parameters",
  "requests",
]);

/** Lists that the API server writes even when empty. */
const KEPT_LISTS: ReadonlySet<string> = new Set(["containers", "rules"]);

/** Fields that the API server leaves out when false or 0, because they cannot be told from absent. */
const ZERO_IS_ABSENT: ReadonlySet<string> = new Set([
  "failureThreshold",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostPort",
  "initialDelaySeconds",
  "minReadySeconds",
  "nodePort",
  "paused",
  "periodSeconds",
  "publishNotReadyAddresses",
  "readOnly",
  "stdin",
  "stdinOnce",
  "successThreshold",
  "timeoutSeconds",
  "tty",
]);

function typed(values: Values, path: readonly string[] = []): Values {
  const result: Record<string, Value> = {};
  for (const [key, value] of entries(values)) {
    if (!isAbsent(key, value)) result[key] = typedValue(value, [...path, key]);
  }
  return result;
}

function isAbsent(key: string, value: Value): boolean {
  if (value === null) return true;
  if (value === false || value === 0) return ZERO_IS_ABSENT.has(key);
  if (isList(value)) return value.length === 0 && !KEPT_LISTS.has(key);
  return isValues(value) && MAPS.has(key) && entries(value).length === 0;
}

function typedValue(value: Value, path: readonly string[]): Value {
  if (isList(value)) return value.map((item, index) => typedValue(item, [...path, String(index)]));
  if (isValues(value)) return typed(value, path);
  if ((typeof value !== "string" && typeof value !== "number") || !isQuantity(path)) return value;
  return canonicalQuantity(value) ?? value;
}

const isQuantity = (path: readonly string[]): boolean =>
  QUANTITIES.some((tail) =>
    tail.every((key, i) => key === "*" || key === path[path.length - tail.length + i]),
  );

function mapValues(values: Values, change: (value: Value) => Value): Values {
  return Object.fromEntries(entries(values).map(([key, value]) => [key, change(value)]));
}
