// The inputs of an AWS resource: filled in before the plan, compared for it, and refreshed after it.
import { createHash } from "node:crypto";
import {
  entries,
  equalValues,
  holdsUnknown,
  isList,
  isValues,
  plain,
  reveal,
  UNKNOWN,
  type CheckRequest,
  type Value,
  type Values,
} from "../provider";
import { textOf } from "../table";
import type { Aws } from "./aws";
import type { Kind } from "./kind";

/** The property that lists what was filled in, as Pulumi's own plugin keeps it; Pulumi does not show it. */
const FILLED = "__defaults";

/** The inputs with the plugin's own: defaults, a name, the region, the tags of the provider. */
export function filledIn(kind: Kind, request: CheckRequest, aws: Aws): Values {
  const given = withDocuments(kind, request.newInputs);
  const filled: Record<string, Value> = {};
  for (const [property, value] of entries({ ...kind.defaults, ...madeName(kind, request) })) {
    if (given[property] === undefined) filled[property] = value;
  }
  return {
    ...filled,
    ...given,
    ...(kind.regional && { region: given["region"] ?? aws.region }),
    ...(kind.tagged && { tagsAll: mergedTags(aws.defaultTags, given["tags"]) }),
    [FILLED]: Object.keys(filled).sort(),
  };
}

function withDocuments(kind: Kind, inputs: Values): Values {
  const texts = (kind.documents ?? []).flatMap((property): [string, Value][] => {
    const document = reveal(inputs[property]);
    if (!isValues(document)) return [];
    return [[property, holdsUnknown(document) ? UNKNOWN : JSON.stringify(plain(document))]];
  });
  return { ...inputs, ...Object.fromEntries(texts) };
}

const SUFFIX_DIGITS = 7;

function madeName(kind: Kind, { name, oldInputs, newInputs, randomSeed }: CheckRequest): Values {
  const { autoName, nameArgument = "name" } = kind;
  if (autoName === undefined || newInputs[`${nameArgument}Prefix`] !== undefined) return {};
  if (oldInputs !== undefined && wasFilled(oldInputs, nameArgument))
    return { [nameArgument]: oldInputs[nameArgument] };
  const suffix = createHash("sha256").update(randomSeed).update(name).digest("hex").slice(0, SUFFIX_DIGITS);
  return { [nameArgument]: autoName(`${name}-${suffix}`) };
}

function mergedTags(defaultTags: Values, tags: Value | undefined): Value {
  const own = reveal(tags);
  if (holdsUnknown(own)) return UNKNOWN;
  return { ...defaultTags, ...(isValues(own) ? own : {}) };
}

/** True where the plugin, not the user, gave the property. */
export function wasFilled(inputs: Values, property: string): boolean {
  const filled = inputs[FILLED];
  return isList(filled) && filled.includes(property);
}

/** Inputs for a comparison: each in its normal spelling, without the plugin's notes. */
export function normalized(kind: Kind, inputs: Values): Values {
  const result: Record<string, Value> = {};
  for (const [property, value] of entries(inputs)) {
    if (property !== FILLED) result[property] = normal(kind, property, value);
  }
  return result;
}

function normal(kind: Kind, property: string, value: Value): Value {
  const spell = kind.normal[property];
  const open = reveal(value);
  return spell === undefined || open === undefined ? value : spell(open);
}

/** Old inputs with what a read found changed; what says the same keeps the user's spelling. */
export function refreshedInputs(kind: Kind, oldInputs: Values, live: Values): Values {
  const result: Record<string, Value> = {};
  for (const [property, old] of entries(oldInputs)) {
    const now = live[property];
    if (now !== undefined && !says(kind, property, old, now)) result[property] = now;
    else if (now !== undefined || !isDeclared(kind, property) || !(property in live)) result[property] = old;
  }
  return result;
}

const isDeclared = (kind: Kind, property: string): boolean => kind.arguments.includes(property);

function says(kind: Kind, property: string, old: Value, now: Value): boolean {
  const [a, b] = [normal(kind, property, old), normal(kind, property, now)];
  return property === "tags" || property === "tagsAll" ? equalValues(a, b) : covers(a, b);
}

/** True where everything that is asked for is there; the service may have filled in more. */
export function covers(asked: Value, found: Value | undefined): boolean {
  const [a, b] = [reveal(asked), reveal(found)];
  if (isValues(a) && isValues(b)) return entries(a).every(([key, value]) => covers(value, b[key]));
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => covers(item, b[i]));
  return equalValues(a, b);
}

/** The inputs of an import: every argument that is set and not a default. */
export function importedInputs(kind: Kind, live: Values): Values {
  const names = [
    ...kind.arguments,
    ...(kind.regional ? ["region"] : []),
    ...(kind.tagged ? ["tags", "tagsAll"] : []),
  ];
  const present = names.map((name): [string, Value | undefined] => [name, live[name]]);
  return Object.fromEntries(present.filter(([, value]) => value !== undefined));
}

/** All tags without those that the provider gives to every resource. */
export function ownTags(defaultTags: Values, all: Value | undefined): Values {
  const tags = isValues(all) ? all : {};
  return Object.fromEntries(entries(tags).filter(([key, value]) => textOf(defaultTags, key) !== value));
}
