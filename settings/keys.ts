/** The names of a stack file's keys: which are known, and what was meant by one that is not. */
import * as z from "zod";
import { distance } from "fastest-levenshtein";
import { insteadOf, nearest, type Mistake } from "./mistakes";
import { NAMESPACE, stackSchema } from "./schema";
import type { Path } from "./source";
import { SYSTEMS } from "./systems";

/** Names that follow `golive:`. */
export const NAMES: readonly string[] = Object.keys(stackSchema.shape);

/** Keys of a stack file beside `config`, all of them Pulumi's own. */
export const FILE_KEYS = [
  "config",
  "encryptionsalt",
  "encryptedkey",
  "secretsprovider",
  "environment",
] as const;

/** `golive:kometa` → `kometa`, and so the older `golive:config:kometa`; `undefined` for another namespace's key. */
export function nameOf(key: string): string | undefined {
  const [namespace, ...rest] = key.split(":");
  if (namespace !== NAMESPACE || rest.length === 0) return undefined;
  return rest[0] === "config" && rest.length > 1 ? rest.slice(1).join(":") : rest.join(":");
}

/** What is wrong with the name of a key of `config`, if anything. */
export function keyMistake(key: string): Mistake | undefined {
  const name = nameOf(key);
  const message = name === undefined ? strayMessage(key) : unknownMessage(name);
  return message === undefined ? undefined : { path: [key], part: "key", message };
}

function unknownMessage(name: string): string | undefined {
  if (NAMES.includes(name)) return undefined;
  const [head = "", ...rest] = name.split(/[.[]/);
  if (rest.length > 0 && NAMES.includes(head)) {
    return `expected the value inside golive:${head}; set it with pulumi config set --path 'golive:${name}' VALUE`;
  }
  return `unknown key; ${insteadOf(`golive:${name}`, NAMES.map(qualified))}`;
}

/** A key of another namespace is that provider's own, unless it was meant for golive. */
function strayMessage(key: string): string | undefined {
  const [namespace = "", ...rest] = key.split(":");
  if (rest.length === 0) {
    const near = nearest(namespace, NAMES);
    return `expected a key with its namespace${near === undefined ? "" : `; did you mean ${qualified(near)}?`}`;
  }
  const name = rest.join(":");
  if (namespace in SYSTEMS || namespace === "ceiling") {
    return `expected ${name} inside golive:${namespace}; golive reads only keys of the namespace ${NAMESPACE}`;
  }
  if (distance(namespace.toLowerCase(), NAMESPACE) > 2) return undefined;
  const near = nearest(name, NAMES);
  return `unknown namespace ${namespace}; did you mean ${near === undefined ? `${NAMESPACE}:${name}` : qualified(near)}?`;
}

function qualified(name: string): string {
  return `${NAMESPACE}:${name}`;
}

/** The keys that the mapping at `path` of the stack's schema takes. */
export function knownKeys(path: Path): readonly string[] {
  let schema: z.core.$ZodType | undefined = stackSchema;
  for (const step of path) {
    schema = shapeOf(schema)?.[step];
  }
  return Object.keys(shapeOf(schema) ?? {});
}

function shapeOf(schema: z.core.$ZodType | undefined): z.core.$ZodShape | undefined {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrapped(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : schema;
}
