// JSON merge patches (RFC 7386). Fact: Pulumi's plugin finds changes through one, so its plans show a merge patch's
// view: lists are replaced as a whole, null deletes, and a value not known yet is null too.
import { entries, isList, isValues, Unknown, type Value, type Values } from "../values";

/** What makes `next` of `old`; an empty bag where nothing differs. */
export function mergePatch(old: Values, next: Values): Values {
  const removed = entries(old).flatMap(([key]): [string, Value][] =>
    next[key] === undefined ? [[key, null]] : [],
  );
  const changed = entries(next).flatMap(([key, value]): [string, Value][] => change(key, old[key], value));
  return Object.fromEntries([...changed, ...removed]);
}

function change(key: string, old: Value | undefined, value: Value): [string, Value][] {
  if (value instanceof Unknown) return [[key, null]];
  if (old === undefined) return [[key, known(value)]];
  if (isValues(old) && isValues(value)) {
    const patch = mergePatch(old, value);
    return entries(patch).length === 0 ? [] : [[key, patch]];
  }
  return sameJson(old, value) ? [] : [[key, known(value)]];
}

/** Equal as JSON; an unknown equals null. */
function sameJson(a: Value, b: Value): boolean {
  const [left, right] = [known(a), known(b)];
  if (isList(left) && isList(right))
    return left.length === right.length && left.every((item, i) => sameJson(item, right[i] ?? null));
  if (!isValues(left) || !isValues(right)) return left === right;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => sameJson(left[key] ?? null, right[key] ?? null));
}

function known(value: Value): Value {
  if (value instanceof Unknown) return null;
  if (isList(value)) return value.map(known);
  if (!isValues(value)) return value;
  return Object.fromEntries(entries(value).map(([key, item]) => [key, known(item)]));
}
