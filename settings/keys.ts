/** The names of a stack file's keys: which are known, and what was meant by one that is not. */
import * as z from "zod";
import { distance } from "fastest-levenshtein";
import { MISSING, formatPath, nearest, type Mistake } from "./mistakes";
import { NAMESPACE, stackSchema } from "./schema";
import type { Path } from "./source";
import { SYSTEMS } from "./systems";

/** Names that follow `golive:`. */
const NAMES: readonly string[] = Object.keys(stackSchema.shape);

/** Keys of a stack file beside `config`, all of them Pulumi's own. */
export const FILE_KEYS = [
  "config",
  "encryptionsalt",
  "encryptedkey",
  "secretsprovider",
  "environment",
] as const;

/**
 * `golive:kometa` → `kometa`, and so the older `golive:config:kometa` and the bare `kometa`, which Pulumi takes for
 * the project's own; `undefined` for another namespace's key.
 */
export function nameOf(key: string): string | undefined {
  const [namespace = "", ...rest] = key.split(":");
  if (rest.length === 0) return namespace;
  if (namespace !== NAMESPACE) return undefined;
  return rest[0] === "config" && rest.length > 1 ? rest.slice(1).join(":") : rest.join(":");
}

/** A key that is not known beside `known`. */
export function unknownKey(path: Path, known: readonly string[]): Mistake {
  const key = String(path.at(-1));
  const meant = nearest(key, known);
  const question = meant === undefined ? "" : `did you mean ${meant}? `;
  return {
    path,
    part: "key",
    meant,
    message: `unknown key; ${question}expected one of: ${known.join(", ")}`,
  };
}

/** What is wrong with the name of a key of `config`, if anything. */
export function keyMistake(key: string): Mistake | undefined {
  const name = nameOf(key);
  return name === undefined ? strayMistake(key) : nameMistake(name);
}

function nameMistake(name: string): Mistake | undefined {
  if (NAMES.includes(name)) return undefined;
  const path = [qualified(name)];
  const [head = "", ...rest] = name.split(/[.[]/);
  if (rest.length === 0 || !NAMES.includes(head)) return unknownKey(path, NAMES.map(qualified));
  const message = `expected the value inside golive:${head}; set it with pulumi config set --path 'golive:${name}' VALUE`;
  return { path, part: "key", message };
}

/** A key of another namespace is that provider's own, unless it was meant for golive. */
function strayMistake(key: string): Mistake | undefined {
  const [namespace = "", ...rest] = key.split(":");
  const name = rest.join(":");
  if (namespace in SYSTEMS || namespace === "ceiling") {
    const message = `expected ${name} inside golive:${namespace}; golive reads only keys of the namespace ${NAMESPACE}`;
    return { path: [key], part: "key", message };
  }
  if (distance(namespace.toLowerCase(), NAMESPACE) > 2) return undefined;
  const meant = qualified(nearest(name, NAMES) ?? name);
  return {
    path: [key],
    part: "key",
    meant,
    message: `unknown namespace ${namespace}; did you mean ${meant}?`,
  };
}

function qualified(name: string): string {
  return `${NAMESPACE}:${name}`;
}

/** Leaves out what is missing because its name was mistyped: one mistake, not two. */
export function withoutEchoes(mistakes: readonly Mistake[]): readonly Mistake[] {
  const meant = new Set(
    mistakes.flatMap(({ path, meant: name }) =>
      name === undefined ? [] : [formatPath([...path.slice(0, -1), name])],
    ),
  );
  return mistakes.filter(({ path, found }) => found !== MISSING || !meant.has(formatPath(path)));
}

/** The keys that the mapping at `path` of the stack's schema takes. */
export function knownKeys(path: Path): readonly string[] {
  let schema: z.core.$ZodType | undefined = stackSchema;
  for (const step of path) {
    schema = entryOf(schema, step);
  }
  return Object.keys(shapeOf(schema) ?? {});
}

/** The schema below a mapping's key, a list's place or a name of `NAME: value` pairs. */
function entryOf(schema: z.core.$ZodType | undefined, step: string | number): z.core.$ZodType | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) return inner.element;
  return inner instanceof z.ZodRecord ? inner.valueType : shapeOf(inner)?.[step];
}

/** The keys of a mapping; of several kinds of value, those of the one that is a mapping. */
function shapeOf(schema: z.core.$ZodType | undefined): z.core.$ZodShape | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) {
    return inner.options.map((option) => shapeOf(option)).find((shape) => shape !== undefined);
  }
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrapped(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : schema;
}
