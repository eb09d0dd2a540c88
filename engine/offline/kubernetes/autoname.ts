// Names that nobody chose. Facts: pulumi-kubernetes provider/pkg/metadata/naming.go, pulumi resource.NewUniqueName.
import { createHash, randomBytes } from "node:crypto";
import type { Autonaming } from "../provider";
import { Unknown, type Values } from "../values";
import { at, isAnnotated, nameOf, withAt, type KubernetesObject } from "./object";

const AUTONAMED = "pulumi.com/autonamed";
const SUFFIX_LENGTH = 8;

/** `prefix` and eight hexadecimal digits: the same for the same seed, so that a preview names what the update will. */
export function uniqueName(prefix: string, seed: Uint8Array): string {
  const digits =
    seed.length === 0
      ? randomBytes(SUFFIX_LENGTH).toString("hex")
      : createHash("sha256").update(seed).update(prefix).digest("hex");
  return prefix + digits.slice(0, SUFFIX_LENGTH);
}

/** True where the inputs carry a name, known or not. */
export function isNamed(object: KubernetesObject): boolean {
  return isGiven(object, "name");
}

/** True where the API server is asked to make the name. */
export const isGenerateName = (object: KubernetesObject): boolean =>
  !isNamed(object) && isGiven(object, "generateName");

/** True where the provider made the name. */
export const isAutonamed = (object: KubernetesObject): boolean => isAnnotated(object, AUTONAMED);

function isGiven(object: KubernetesObject, field: string): boolean {
  const value = at(object, "metadata", field);
  return value instanceof Unknown || (typeof value === "string" && value !== "");
}

/** A new object's inputs with a name: the given one, the stack's autonaming, or `<resource>-<8 hex>`. */
export function assignName(
  object: KubernetesObject,
  resource: string,
  seed: Uint8Array,
  autonaming: Autonaming | undefined,
): KubernetesObject {
  if (isNamed(object) || isGenerateName(object)) return object;
  if (autonaming?.mode === "disable") {
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  }
  return autonamed(object, autonaming?.proposedName ?? uniqueName(`${resource}-`, seed));
}

/** An existing object's new inputs with the name that the provider made for it, unless the program names it now. */
export function adoptName(object: KubernetesObject, old: Values): KubernetesObject {
  if (isNamed(object) || isGenerateName(object) || !isAutonamed(old)) return object;
  return autonamed(object, nameOf(old));
}

function autonamed(object: KubernetesObject, name: string): KubernetesObject {
  return withAt(withAt(object, name, "metadata", "name"), "true", "metadata", "annotations", AUTONAMED);
}
