/** Digests of bytes, and of what a value means whatever the order of its keys. Pure. */
import { createHash } from "node:crypto";

/** SHA-256: `sha256:` and 64 hexadecimal digits. */
export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** `digestOf` a value's JSON, the keys in order and those that are `undefined` left out. */
export function digestOfValue(value: unknown): string {
  return digestOf(JSON.stringify(value, inOrder));
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
