/** The names of a stack file's keys: which are known, and what was meant by one that is not. */
import { distance } from "fastest-levenshtein";
import { unknownKey } from "./issues";
import { nearest, type Mistake } from "./mistakes";
import { NAMESPACE, stackSchema } from "./schema";
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
