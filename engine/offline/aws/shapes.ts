// Small conversions between Pulumi's property bags and the AWS SDK's shapes.
import { isList, isValues, plain, type Value, type Values } from "../provider";
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

const text = (value: Value): string => JSON.stringify(plain(value));

/** The answer of a request, or undefined where it fails with one of these errors. */
export async function unless<T>(errors: readonly string[], request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Error && errors.includes(error.name)) return undefined;
    throw error;
  }
}
