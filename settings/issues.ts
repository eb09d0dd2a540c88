/** What a schema found wrong with a file, as mistakes with their places. */
import * as z from "zod";
import { MISSING, formatPath, nearest, type Mistake } from "./mistakes";
import type { Path } from "./source";

/** How the mistakes of one file are told. */
export interface Telling {
  readonly schema: z.core.$ZodType;
  /** The place in the file of what stands at a path of the schema. */
  readonly placed: (path: Path) => Path;
  /** The mistake at a path of the schema, with what was found there. */
  readonly mistake: (path: Path, message: string) => Mistake;
}

/** The mistakes of one issue. An unknown key is named with the nearest that is known. */
export function issueMistakes(issue: z.core.$ZodIssue, telling: Telling): readonly Mistake[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(telling.schema, path);
    return issue.keys.map((key) => unknownKey(telling.placed([...path, key]), known));
  }
  const inner = issue.code === "invalid_union" ? fittingOption(issue.errors) : undefined;
  if (inner)
    return inner.flatMap((each) => issueMistakes({ ...each, path: [...path, ...each.path] }, telling));
  return [telling.mistake(path, issue.message)];
}

/** Of a union's options the only one that takes this kind of value at all: what it says is nearest to what was meant. */
function fittingOption(options: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const fitting = options.filter((issues) =>
    issues.every(({ code, path }) => path.length > 0 || code !== "invalid_type"),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** A key that is not known beside `known`. */
export function unknownKey(path: Path, known: readonly string[]): Mistake {
  const key = String(path.at(-1));
  const meant = nearest(key, known);
  const question = meant === undefined ? "" : `did you mean ${meant}? `;
  return {
    path,
    part: "key",
    meant,
    message: `unknown key; ${question}expected one of: ${known.join(", ")}`,
  };
}

/** Leaves out what is missing because its name was mistyped: one mistake, not two. */
export function withoutEchoes(mistakes: readonly Mistake[]): readonly Mistake[] {
  const meant = new Set(
    mistakes.flatMap(({ path, meant: name }) =>
      name === undefined ? [] : [formatPath([...path.slice(0, -1), name])],
    ),
  );
  return mistakes.filter(({ path, found }) => found !== MISSING || !meant.has(formatPath(path)));
}

/** The keys that the mapping at `path` of a schema takes. */
function knownKeys(schema: z.core.$ZodType, path: Path): readonly string[] {
  const inner = path.reduce<z.core.$ZodType | undefined>(entryOf, schema);
  return Object.keys(shapeOf(inner) ?? {});
}

/** The schema below a mapping's key, a list's place or a name of `NAME: value` pairs. */
function entryOf(schema: z.core.$ZodType | undefined, step: string | number): z.core.$ZodType | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) return inner.element;
  return inner instanceof z.ZodRecord ? inner.valueType : shapeOf(inner)?.[step];
}

/** The keys of a mapping; of several kinds of value, those of the one that is a mapping. */
function shapeOf(schema: z.core.$ZodType | undefined): z.core.$ZodShape | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) {
    return inner.options.map((option) => shapeOf(option)).find((shape) => shape !== undefined);
  }
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrapped(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : schema;
}
