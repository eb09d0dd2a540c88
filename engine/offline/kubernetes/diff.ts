// The detailed diff of Pulumi's kubernetes plugin, from a merge patch between pruned live state and new inputs.
// Facts: pulumi-kubernetes provider/pkg/provider/provider.go convertPatchToDiff and patchConverter.
import type { DiffKind, PropertyDifference } from "../provider";
import { entries, isList, isValues, Unknown, type Value, type Values } from "../values";
import { touches } from "./forcenew";
import { mergePatch } from "./merge-patch";

/** By property path, as Pulumi writes it. */
export type DetailedDiff = Record<string, PropertyDifference>;

type Path = readonly (string | number)[];
type Kind = "add" | "delete" | "update";

/** The same place in the patch, the old state, the new inputs and the old inputs; undefined is absent. */
interface Place {
  readonly patch: Value;
  readonly old: Value | undefined;
  readonly next: Value | undefined;
  readonly oldInput: Value | undefined;
}

interface Bags {
  readonly old: Values;
  readonly next: Values;
  readonly oldInputs: Values;
}

/**
 * What differs, with `-replace` where the path forces a replacement.
 *
 * @param bags `old` is the state to compare with, `oldInputs` what the program last set, `next` what it sets now
 * @param base where the patch starts: `old` for objects (cut to the inputs), `oldInputs` for Helm releases
 */
export function detailedDiff(bags: Bags, base: Values, forceNew: readonly string[]): DetailedDiff {
  const diff: DetailedDiff = {};
  const walk = new Walk(diff, forceNew);
  walk.bag([], mergePatch(base, bags.next), bags.old, bags.next, bags.oldInputs, false);
  return diff;
}

/** The paths whose change forces a replacement. */
export function replacedPaths(diff: DetailedDiff): string[] {
  return Object.entries(diff).flatMap(([path, { kind }]) =>
    kind.endsWith("-replace") || (kind === "delete" && path === "metadata") ? [path] : [],
  );
}

class Walk {
  constructor(
    private readonly diff: DetailedDiff,
    private readonly forceNew: readonly string[],
  ) {}

  bag(path: Path, patch: Values, old: Values, next: Values, oldInput: Values, inList: boolean): void {
    for (const [key, value] of entries(patch)) {
      this.value(
        [...path, key],
        { patch: value, old: old[key], next: next[key], oldInput: oldInput[key] },
        inList,
      );
    }
    if (!inList) return;
    // In a list the patch is the whole item, so that what it lacks is deleted.
    for (const [key, value] of entries(old)) {
      if (patch[key] !== undefined) continue;
      this.value(
        [...path, key],
        { patch: null, old: value, next: next[key], oldInput: oldInput[key] },
        inList,
      );
    }
  }

  private list(path: Path, place: Place & { patch: readonly Value[]; old: readonly Value[] }): void {
    const next = isList(place.next) ? place.next : [];
    const oldInput = isList(place.oldInput) ? place.oldInput : [];
    for (let i = 0; i < Math.max(place.patch.length, place.old.length); i++) {
      const item = {
        patch: place.patch[i] ?? null,
        old: place.old[i],
        next: next[i] ?? null,
        oldInput: oldInput[i] ?? null,
      };
      this.value([...path, i], item, true);
    }
  }

  private value(path: Path, place: Place, inList: boolean): void {
    const { patch, old, next, oldInput } = place;
    if (next === undefined && (patch !== null || oldInput === undefined)) return;
    if (patch !== null && old !== undefined) {
      if (isValues(patch) && isValues(old)) {
        this.bag(path, patch, old, isValues(next) ? next : {}, isValues(oldInput) ? oldInput : {}, inList);
        return;
      }
      if (isList(patch) && isList(old)) {
        this.list(path, { ...place, patch, old });
        return;
      }
      if (patch === old) return;
    }
    this.record(path, place, kindOf(place));
  }

  private record(path: Path, place: Place, kind: Kind): void {
    const inputDiff = kind === "delete";
    const replaces = touches(path, place.patch, this.forceNew);
    const full: DiffKind = replaces ? `${kind}-replace` : kind;
    this.diff[pathText(path)] = { kind: full, inputDiff };
  }
}

function kindOf({ patch, old, next }: Place): Kind {
  if (patch === null && !(next instanceof Unknown)) return "delete";
  return old === undefined ? "add" : "update";
}

/** A path as Pulumi writes it: `a.b[0]["c.d"]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** The steps of a property path as Pulumi reads it; `*` stands for any step. */
export function parsePath(text: string): (string | number)[] {
  const steps = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g);
  return [...steps].map(([, quoted, index, name]) => {
    if (quoted !== undefined) return quoted.replaceAll('\\"', '"');
    if (index !== undefined) return index === "*" ? "*" : Number(index);
    return name ?? "";
  });
}

/** The diff without what the user wants left alone. */
export function withoutIgnored(diff: DetailedDiff, ignored: readonly string[]): DetailedDiff {
  const patterns = ignored.map(parsePath);
  const kept = Object.entries(diff).filter(
    ([path]) => !patterns.some((pattern) => contains(pattern, parsePath(path))),
  );
  return Object.fromEntries(kept);
}

const contains = (pattern: Path, path: Path): boolean =>
  pattern.length <= path.length && pattern.every((step, i) => step === "*" || step === path[i]);
