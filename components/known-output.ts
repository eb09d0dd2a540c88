/** What is known of an output while a preview runs. */
import type * as pulumi from "@pulumi/pulumi";

/** An output's value, or undefined while it is unknown: the SDK has no other way to ask than its own field. */
export async function known<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  const isKnown: unknown = Reflect.get(output, "isKnown");
  if (isKnown instanceof Promise && (await isKnown) !== true) return undefined;
  return new Promise((resolve) => output.apply((value) => resolve(value)));
}
