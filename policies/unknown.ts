import { UnknownValueError } from "@pulumi/policy";

import { UNKNOWN } from "./checks/field";

/**
 * A resource's inputs as a plain tree, with the mark `UNKNOWN` where a value is known only at `up`. The SDK's proxy throws on reading such a value,
 * and the SDK then lets the whole resource through with a warning, even for a mandatory policy: here no read ever throws.
 */
export function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return Array.from({ length: value.length }, (_, index) => plain(readable(value, index)));
  return Object.fromEntries(Object.keys(value).map((key) => [key, plain(readable(value, key))]));
}

function readable(of: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(of, key);
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
}
