// What differs between two property bags, in the paths and kinds of Pulumi's detailed diff.
import { entries, equalValues, isList, isValues, reveal, type Value, type Values } from "./values";

/** How one property differs. */
export type ChangeKind = "add" | "delete" | "update";

/** One difference: the property's path as Pulumi writes it (`spec.ports[0].name`, `data["a.b"]`). */
export interface Difference {
  readonly path: string;
  readonly top: string;
  readonly kind: ChangeKind;
}

/** Every leaf that differs between two bags. Secrecy is not compared; an unknown always differs. */
export function differences(olds: Values, news: Values): Difference[] {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  return keys.flatMap((key) => {
    const path = step("", key);
    return leaves(path, olds[key], news[key]).map((leaf) => ({ ...leaf, top: key }));
  });
}

type Leaf = Omit<Difference, "top">;

function leaves(path: string, left: Value | undefined, right: Value | undefined): Leaf[] {
  const [a, b] = [reveal(left), reveal(right)];
  if (a === undefined && b === undefined) return [];
  if (a === undefined) return [{ path, kind: "add" }];
  if (b === undefined) return [{ path, kind: "delete" }];
  if (isValues(a) && isValues(b)) return bagLeaves(path, a, b);
  if (isList(a) && isList(b)) return listLeaves(path, a, b);
  return equalValues(a, b) ? [] : [{ path, kind: "update" }];
}

function bagLeaves(path: string, a: Values, b: Values): Leaf[] {
  const keys = [...new Set([...entries(a), ...entries(b)].map(([key]) => key))].sort();
  return keys.flatMap((key) => leaves(step(path, key), a[key], b[key]));
}

function listLeaves(path: string, a: readonly Value[], b: readonly Value[]): Leaf[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => leaves(`${path}[${i}]`, a[i], b[i])).flat();
}

/** A path with one more key. */
export function step(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}["${key.replaceAll('"', '\\"')}"]`;
  return path === "" ? key : `${path}.${key}`;
}
