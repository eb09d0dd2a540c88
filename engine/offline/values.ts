// Property values as Pulumi sends them to a plugin, and back. Facts: @pulumi/pulumi runtime/rpc.js and
// github.com/pulumi/pulumi pkg/resource/plugin/rpc.go.
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The text that stands for a value not known before the update, whatever its type (Pulumi reads all of them). */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_TEXTS: ReadonlySet<string> = new Set([
  UNKNOWN_TEXT,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** A value that will be known only after the update; there is one of it: {@link UNKNOWN}. */
export class Unknown {
  readonly unknown = true;
}

/** What a preview answers for a property that the service will choose. */
export const UNKNOWN = new Unknown();

/** A secret: kept encrypted in state and hidden in output. Never nested in another secret. */
export class Secret {
  readonly value: Value;

  constructor(value: Value) {
    this.value = value instanceof Secret ? value.value : value;
  }
}

/** A property value. Assets and archives stay the plain objects that the wire carries. */
export type Value = null | boolean | number | string | Unknown | Secret | readonly Value[] | Values;

/** A property bag. A key whose value is `undefined` is absent. */
export interface Values {
  readonly [key: string]: Value | undefined;
}

/** True for a property bag (an object that is not an array, a secret or an unknown). */
export function isValues(value: unknown): value is Values {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown)
  );
}

/** True for a list value. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value inside a secret, or the value itself. */
export function reveal(value: Value | undefined): Exclude<Value, Secret> | undefined {
  return value instanceof Secret ? reveal(value.value) : value;
}

/** A copy without the mark of secrecy at any depth; unknowns stay. */
export function revealAll(values: Values): Values {
  return mapEntries(values, revealDeep);
}

function revealDeep(value: Value): Value {
  if (value instanceof Secret) return revealDeep(value.value);
  if (isList(value)) return value.map(revealDeep);
  return isValues(value) ? revealAll(value) : value;
}

/** Plain JSON of a bag: secrets opened, unknown properties left out (list items become null). */
export function plainValues(values: Values): Values {
  const result: Record<string, Value> = {};
  for (const [key, value] of entries(values)) {
    if (!(reveal(value) instanceof Unknown)) result[key] = plain(value);
  }
  return result;
}

/** Plain JSON of one value: secrets opened, an unknown is null. */
export function plain(value: Value): Value {
  if (value instanceof Secret) return plain(value.value);
  if (value instanceof Unknown) return null;
  if (isList(value)) return value.map(plain);
  return isValues(value) ? plainValues(value) : value;
}

/** True where the value is, or holds at any depth, an unknown. */
export function holdsUnknown(value: Value | undefined): boolean {
  return holds(value, (part) => part instanceof Unknown);
}

/** True where the value is, or holds at any depth, a secret. */
export function holdsSecret(value: Value | undefined): boolean {
  return holds(value, (part) => part instanceof Secret);
}

function holds(value: Value | undefined, test: (part: Value) => boolean): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (value instanceof Secret) return holds(value.value, test);
  if (isList(value)) return value.some((item) => holds(item, test));
  return isValues(value) && entries(value).some(([, item]) => holds(item, test));
}

/** Outputs with every property marked secret whose input of the same name holds a secret. */
export function keepSecrets(outputs: Values, inputs: Values): Values {
  const result: Record<string, Value> = {};
  for (const [key, value] of entries(outputs)) {
    result[key] = holdsSecret(inputs[key]) && !holdsSecret(value) ? new Secret(value) : value;
  }
  return result;
}

/** True for equal values; the mark of secrecy is not compared, and an unknown equals nothing. */
export function equalValues(left: Value | undefined, right: Value | undefined): boolean {
  const [a, b] = [reveal(left), reveal(right)];
  if (a instanceof Unknown || b instanceof Unknown) return false;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => equalValues(item, b[i]));
  if (isValues(a) && isValues(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => equalValues(a[key], b[key]));
  }
  return a === b;
}

/** The present entries of a bag. */
export function entries(values: Values): [string, Value][] {
  return Object.entries(values).flatMap(([key, value]): [string, Value][] =>
    value === undefined ? [] : [[key, value]],
  );
}

/** The values of a message; an absent struct is an empty bag. */
export function decode(struct: Struct | undefined): Values {
  return struct === undefined ? {} : decodeValues(struct.toJavaScript());
}

/** The struct of a bag. */
export function encode(values: Values): Struct {
  return Struct.fromJavaScript(encodeValues(values));
}

function decodeValues(bag: object): Values {
  const result: Record<string, Value> = {};
  for (const [key, value] of Object.entries(bag)) result[key] = decodeValue(value);
  return result;
}

function decodeValue(value: unknown): Value {
  if (typeof value === "string") return UNKNOWN_TEXTS.has(value) ? UNKNOWN : value;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(decodeValue);
  if (typeof value !== "object" || value === null) return null;
  const signature: unknown = Reflect.get(value, SIGNATURE);
  const special = typeof signature === "string" ? SPECIAL[signature] : undefined;
  return special === undefined ? decodeValues(value) : special(value);
}

const SPECIAL: Readonly<Record<string, ((value: object) => Value) | undefined>> = {
  [SECRET]: (value) => new Secret(decodeValue(Reflect.get(value, "value"))),
  [OUTPUT]: decodeOutput,
  [RESOURCE]: decodeReference,
};

function decodeOutput(value: object): Value {
  const inner = Reflect.has(value, "value") ? decodeValue(Reflect.get(value, "value")) : UNKNOWN;
  return Reflect.get(value, "secret") === true ? new Secret(inner) : inner;
}

/** A custom resource is its id (unknown while empty), a component its URN. */
function decodeReference(value: object): Value {
  const id: unknown = Reflect.get(value, "id");
  if (id === undefined) return decodeValue(Reflect.get(value, "urn"));
  return id === "" ? UNKNOWN : decodeValue(id);
}

interface Wire {
  [key: string]: WireValue;
}
type WireValue = null | boolean | number | string | WireValue[] | Wire;

function encodeValues(values: Values): Wire {
  const result: Wire = {};
  for (const [key, value] of entries(values)) result[key] = encodeValue(value);
  return result;
}

function encodeValue(value: Value): WireValue {
  if (value instanceof Unknown) return UNKNOWN_TEXT;
  if (value instanceof Secret) return { [SIGNATURE]: SECRET, value: encodeValue(value.value) };
  if (isList(value)) return value.map(encodeValue);
  return isValues(value) ? encodeValues(value) : value;
}

function mapEntries(values: Values, change: (value: Value) => Value): Values {
  const result: Record<string, Value> = {};
  for (const [key, value] of entries(values)) result[key] = change(value);
  return result;
}
