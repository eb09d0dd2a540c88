// Small conversions between Pulumi's property bags and the AWS SDK's shapes.
import { entries, isList, isValues, plain, type Value, type Values } from "../provider";
import { textOf } from "../table";

/** A list argument's texts. */
export function textsOf(values: Values, key: string): string[] | undefined {
  const value = values[key];
  return isList(value) ? value.filter((item) => typeof item === "string") : undefined;
}

/** The bags of a list argument. */
export function bagsOf(values: Values, key: string): Values[] {
  const value = values[key];
  return isList(value) ? value.filter(isValues) : [];
}

/** The bag of an argument; an absent one is empty. */
export function bagOf(values: Values, key: string): Values {
  const value = values[key];
  return isValues(value) ? value : {};
}

/** All tags of an argument bag as text pairs. */
export function tagPairs(inputs: Values): { Key: string; Value: string }[] {
  const tags = bagOf(inputs, "tagsAll");
  return Object.keys(tags).map((key) => ({ Key: key, Value: textOf(tags, key) ?? "" }));
}

/** A tag list of an answer as a bag. */
export function tagBag(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): Values {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** The tags to set and the keys to remove to get from old to new inputs. */
export function tagChanges(
  oldInputs: Values,
  inputs: Values,
): { set: { Key: string; Value: string }[]; remove: string[] } {
  const olds = bagOf(oldInputs, "tagsAll");
  const news = bagOf(inputs, "tagsAll");
  const set = tagPairs(inputs).filter(({ Key, Value }) => olds[Key] !== Value);
  return { set, remove: Object.keys(olds).filter((key) => news[key] === undefined) };
}

/** JSON text in one spelling: sorted keys, no spaces. What is no JSON object stays. */
export function normalJson(value: Value): Value {
  const parsed = parsedJson(value);
  return parsed === undefined ? value : JSON.stringify(sorted(parsed));
}

/** The object that a JSON text holds. */
export function parsedJson(value: Value): object | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** A JSON value with every object's keys in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([key, item]): [string, unknown] => [key, sorted(item)]));
}

/** A list whose order means nothing. */
export function normalSet(value: Value): Value {
  return isList(value) ? [...value].sort((a, b) => (text(a) < text(b) ? -1 : 1)) : value;
}

/** As {@link normalSet}, of bags that one key tells apart: the service may have added others. */
export const setBy =
  (key: string) =>
  (value: Value): Value => {
    const sortKey = (item: Value) => text(isValues(item) ? (item[key] ?? null) : item);
    return isList(value) ? [...value].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)) : value;
  };

const text = (value: Value): string => JSON.stringify(plain(value));

/** The text of an argument that takes only these, or undefined where it is absent. */
export function oneOf<T extends string>(
  allowed: readonly T[],
  inputs: Values,
  property: string,
): T | undefined {
  const text = textOf(inputs, property);
  const found = allowed.find((item) => item === text);
  if (text !== undefined && found === undefined) {
    throw new Error(`${property} is ${text}; allowed are ${allowed.join(", ")}`);
  }
  return found;
}

/** How a service names the properties that Pulumi names: with a capital first letter, but for exceptions. */
export class Naming {
  readonly #toService: ReadonlyMap<string, string>;
  readonly #toPulumi: ReadonlyMap<string, string>;

  /** `exceptions`: Pulumi's name to the service's. */
  constructor(exceptions: Readonly<Record<string, string>>) {
    this.#toService = new Map(Object.entries(exceptions));
    this.#toPulumi = new Map(Object.entries(exceptions).map(([pulumi, service]) => [service, pulumi]));
  }

  /** A value in the service's names; an argument named in `bytes` is bytes there. */
  toService(value: Value, bytes: readonly string[] = [], key = ""): unknown {
    if (bytes.includes(key) && typeof value === "string") return Buffer.from(value);
    if (isList(value)) return value.map((item) => this.toService(item, bytes));
    if (!isValues(value)) return value;
    const named = (name: string) => this.#toService.get(name) ?? name.charAt(0).toUpperCase() + name.slice(1);
    return Object.fromEntries(
      entries(value).map(([name, item]): [string, unknown] => [
        named(name),
        this.toService(item, bytes, name),
      ]),
    );
  }

  /** An answer in Pulumi's names. */
  toPulumi(value: unknown): Value {
    if (value instanceof Uint8Array) return Buffer.from(value).toString();
    if (Array.isArray(value)) return value.map((item) => this.toPulumi(item));
    if (typeof value === "object" && value !== null) {
      const named = (name: string) =>
        this.#toPulumi.get(name) ?? name.charAt(0).toLowerCase() + name.slice(1);
      const present = Object.entries(value).filter(([, item]) => item !== undefined);
      return Object.fromEntries(
        present.map(([name, item]): [string, Value] => [named(name), this.toPulumi(item)]),
      );
    }
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : null;
  }
}

/** The answer of a request, or undefined where it fails with one of these errors. */
export async function unless<T>(errors: readonly string[], request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Error && errors.includes(error.name)) return undefined;
    throw error;
  }
}
