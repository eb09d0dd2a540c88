import * as proxy from "@pulumi/policy/proxy";

import { isRecord } from "./checks/field";

/** The key by which the SDK's proxy gives the object behind it; its types do not tell of it (1.21.0). */
const TARGET = String(Reflect.get(proxy, "getSpecialProxyTarget"));

/**
 * A resource's inputs as a plain tree, with the mark `UNKNOWN` where a value is known only at `up`. The SDK's proxy throws on reading such a value,
 * and the SDK then lets the whole resource through with a warning, even for a mandatory policy: the tree behind the proxy never throws, and is
 * one and the same for every policy that asks.
 */
export function plain(value: unknown): unknown {
  const tree: unknown = isRecord(value) ? Reflect.get(value, TARGET) : undefined;
  return tree ?? value;
}
