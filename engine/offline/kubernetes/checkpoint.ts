// What a resource's state holds: the live object, the inputs that made it, and who wrote it.
// Facts: pulumi-kubernetes provider/pkg/provider/provider.go checkpointObject, parseCheckpointObject.
import { isValues, reveal, revealAll, Secret, type Value, type Values } from "../values";
import { annotateSecrets } from "./secrets";
import { textAt, type KubernetesObject } from "./object";

const INPUTS = "__inputs";
const API_VERSION = "__initialApiVersion";
const FIELD_MANAGER = "__fieldManager";

/** A resource's state without marks of secrecy. */
export interface Checkpoint {
  readonly inputs: KubernetesObject;
  readonly live: KubernetesObject;
  readonly initialApiVersion: string;
  readonly fieldManager: string;
}

/** CRD schemas have keys with dashes, which Pulumi's SDKs cannot name. */
const DASHED: ReadonlyMap<string, string> = new Map(
  [
    "embedded-resource",
    "int-or-string",
    "list-map-keys",
    "list-type",
    "map-type",
    "preserve-unknown-fields",
    "validations",
  ].map((key) => [`x_kubernetes_${key.replaceAll("-", "_")}`, `x-kubernetes-${key}`]),
);
const UNDERSCORED: ReadonlyMap<string, string> = new Map([...DASHED].map(([under, dash]) => [dash, under]));

/** The program's inputs as a Kubernetes object: no secrets, nulls left out, keys as Kubernetes has them. */
export function objectOf(inputs: Values): KubernetesObject {
  return withoutNulls(renameKeys(revealAll(inputs), DASHED));
}

/** The state to keep. `program` has the marks of secrecy that the state takes over. */
export function checkpoint(
  { inputs, live, initialApiVersion, fieldManager }: Checkpoint,
  program: Values,
): Values {
  const kept = renameKeys(live, UNDERSCORED);
  return {
    ...annotateSecrets(kept, program),
    [INPUTS]: annotateSecrets(renameKeys(inputs, UNDERSCORED), program),
    [API_VERSION]: initialApiVersion,
    [FIELD_MANAGER]: fieldManager,
  };
}

/** Reads a state. */
export function parseCheckpoint(state: Values): Checkpoint {
  const opened = objectOf(state);
  const { [INPUTS]: inputs, [API_VERSION]: version, [FIELD_MANAGER]: manager, ...live } = opened;
  const known = isValues(inputs) ? inputs : {};
  return {
    inputs: known,
    live,
    initialApiVersion: typeof version === "string" ? version : textAt(known, "apiVersion"),
    fieldManager: typeof manager === "string" ? manager : "",
  };
}

function renameKeys(values: Values, names: ReadonlyMap<string, string>): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      names.get(key) ?? key,
      value === undefined ? value : rename(value, names),
    ]),
  );
}

function rename(value: Value, names: ReadonlyMap<string, string>): Value {
  if (value instanceof Secret) return new Secret(rename(reveal(value) ?? null, names));
  if (Array.isArray(value)) return value.map((item: Value) => rename(item, names));
  return isValues(value) ? renameKeys(value, names) : value;
}

function withoutNulls(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]): [string, Value][] =>
      value === null || value === undefined ? [] : [[key, isValues(value) ? withoutNulls(value) : value]],
    ),
  );
}
