/** Where a stack file takes values from the secret store. Pure. */
import type { Path } from "./source";

/** The path of every `{ external: … }` below a value. */
export function externalValues(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const own = entries.length === 1 && entries[0]?.[0] === "external" ? [path] : [];
  return [...own, ...entries.flatMap(([key, item]) => externalValues(item, [...path, key]))];
}
