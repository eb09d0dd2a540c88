// A live object cut to the fields that a program set, so that what the cluster fills in is no difference.
// Facts: pulumi-kubernetes provider/pkg/provider/util.go pruneMap, pruneSlice.
import { entries, isList, isValues, type Value, type Values } from "../values";

/** The parts of `source` that `shape` has too; list items are matched by their place. */
export function prune(source: Values, shape: Values): Values {
  const result: Record<string, Value> = {};
  for (const [key, value] of entries(source)) {
    const wanted = shape[key];
    if (wanted !== undefined) result[key] = pruneValue(value, wanted);
  }
  return result;
}

function pruneValue(value: Value, shape: Value): Value {
  if (isValues(value) && isValues(shape)) return prune(value, shape);
  return isList(value) && isList(shape) ? pruneList(value, shape) : value;
}

function pruneList(list: readonly Value[], shape: readonly Value[]): Value[] {
  const [first, wanted] = [list[0], shape[0]];
  if (first === undefined || wanted === undefined) return [];
  if (typeName(first) !== typeName(wanted)) return [...list];
  return list.slice(0, shape.length).map((item, i) => pruneValue(item, shape[i] ?? null));
}

const typeName = (value: Value): string => (isList(value) ? "list" : value === null ? "null" : typeof value);
