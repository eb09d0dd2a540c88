// The plan of a resource whose inputs alone decide it: what differs, and what of that forces a replacement.
import { differences } from "./diff";
import type { CheckFailure, DiffResult, PropertyDifference } from "./provider";
import { reveal, Unknown, type Values } from "./values";

/** Compares old and new inputs. `forcesReplacement` is asked for each top-level property that differs. */
export function planByInputs(
  oldInputs: Values,
  newInputs: Values,
  forcesReplacement: (property: string) => boolean,
): DiffResult & { readonly replaces: readonly string[] } {
  const found = differences(oldInputs, newInputs);
  const diffs = [...new Set(found.map(({ top }) => top))];
  const replaces = diffs.filter(forcesReplacement);
  const detailedDiff: Record<string, PropertyDifference> = {};
  for (const { path, top, kind } of found) {
    detailedDiff[path] = { kind: replaces.includes(top) ? `${kind}-replace` : kind, inputDiff: true };
  }
  return { changes: found.length > 0, diffs, replaces, detailedDiff };
}

/** The number of an input, or `fallback` where it is absent, unknown or no number. */
export function numberOf(values: Values, key: string, fallback: number): number {
  const value = reveal(values[key]);
  return typeof value === "number" ? value : fallback;
}

/** The text of an input, or undefined where it is absent, unknown or no text. */
export function textOf(values: Values, key: string): string | undefined {
  const value = reveal(values[key]);
  return typeof value === "string" ? value : undefined;
}

/** The flag of an input, or `fallback` where it is absent, unknown or no flag. */
export function flagOf(values: Values, key: string, fallback: boolean): boolean {
  const value = reveal(values[key]);
  return typeof value === "boolean" ? value : fallback;
}

/** A failure for each required property that is absent. An unknown one is present. */
export function missing(inputs: Values, required: readonly string[]): CheckFailure[] {
  return required.flatMap((property) =>
    (reveal(inputs[property]) ?? undefined) === undefined
      ? [{ property, reason: `Missing required argument: ${property}` }]
      : [],
  );
}

/** True for a known input that is not a whole number of at least `least`. */
export function isBelow(inputs: Values, key: string, least: number): boolean {
  const value = reveal(inputs[key]);
  if (value === undefined || value === null || value instanceof Unknown) return false;
  return typeof value !== "number" || !Number.isInteger(value) || value < least;
}
