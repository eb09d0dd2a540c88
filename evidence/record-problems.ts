/** Rules between the fields of a release record. They see the fields that are right by themselves, and no others. Pure. */
import * as z from "zod";
import { formatPath } from "../settings/mistakes";
import type { Path } from "../settings/source";

/** One mistake that a rule found. */
export interface RecordProblem {
  readonly path: Path;
  /** What would have been right, and how to mend it. */
  readonly message: string;
}

/** What the rules know of the record beside its text. */
export interface RecordPlace {
  readonly place?: { readonly system: string; readonly version: string };
  readonly fileProblem?: (file: string) => string | undefined;
}

const word = z.string().optional().catch(undefined);

/** The items of a list; what is no mapping has no fields. */
function items<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.array(z.object(shape).or(z.unknown().transform(() => undefined))).catch([]);
}

const citations = items({ kind: word, name: word, file: word });

const view = z
  .object({
    system: word,
    version: word,
    previous: word,
    images: items({ repository: word, tag: word }),
    reports: citations,
    stacks: z
      .record(
        z.string(),
        z
          .object({
            reports: citations,
            rollback: z.object({ to: word }).optional().catch(undefined),
            waivers: items({ line: word }),
          })
          .optional()
          .catch(undefined),
      )
      .catch({}),
  })
  .partial()
  .catch({});

type View = z.output<typeof view>;
type Rule = (seen: View, known: RecordPlace) => readonly RecordProblem[];

interface Placed {
  readonly path: Path;
  readonly value: string;
}

const lies: Rule = ({ system, version }, { place }) => {
  if (place === undefined) return [];
  const named = [
    { path: ["system"], is: system, folder: place.system },
    { path: ["version"], is: version, folder: place.version },
  ];
  return named.flatMap(({ path, is, folder }) =>
    is === undefined || is === folder
      ? []
      : [
          {
            path,
            message: `expected ${folder}, by which the folder is named; write it, or rename the folder`,
          },
        ],
  );
};

const goesOn: Rule = ({ version, previous, stacks = {} }) => {
  const message = "expected another version than this one";
  const back = Object.entries(stacks).map(([stack, part]) => ({
    path: ["stacks", stack, "rollback", "to"],
    value: part?.rollback?.to,
  }));
  return [{ path: ["previous"], value: previous }, ...back].flatMap(({ path, value }) =>
    version !== undefined && value === version ? [{ path, message }] : [],
  );
};

const imagesDiffer: Rule = ({ images = [] }) =>
  repeated(
    images.flatMap((image, index) =>
      image?.repository === undefined || image.tag === undefined
        ? []
        : [{ path: ["images", index], value: `${image.repository}:${image.tag}` }],
    ),
    (first) => `expected each image once; ${first} is the same`,
  );

const filesDiffer: Rule = (seen) =>
  repeated(
    citationsOf(seen).flatMap(({ path, file }) =>
      file === undefined ? [] : [{ path: [...path, "file"], value: file }],
    ),
    (first) => `expected each file cited once; ${first} is the same`,
  );

/** A stack has the record's own reports too. */
const namesDiffer: Rule = (seen) => {
  const cited = citationsOf(seen);
  return cited.flatMap(({ path, kind, name, stack }, index) => {
    const first = cited
      .slice(0, index)
      .find(
        (other) =>
          other.kind === kind && other.name === name && (other.stack === undefined || other.stack === stack),
      );
    if (first === undefined || kind === undefined || name === undefined) return [];
    const message = `expected another name; ${formatPath(first.path)} is a report of the same kind`;
    return [{ path: [...path, "name"], message }];
  });
};

const filesAreThere: Rule = (seen, { fileProblem }) =>
  citationsOf(seen).flatMap(({ path, file }) => {
    const message = file === undefined ? undefined : fileProblem?.(file);
    return message === undefined ? [] : [{ path: [...path, "file"], message }];
  });

const waiversDiffer: Rule = ({ stacks = {} }) =>
  Object.entries(stacks).flatMap(([stack, part]) =>
    repeated(
      (part?.waivers ?? []).flatMap((waiver, index) =>
        waiver?.line === undefined
          ? []
          : [{ path: ["stacks", stack, "waivers", index, "line"], value: waiver.line }],
      ),
      (first) => `expected each line waived once; ${first} is the same`,
    ),
  );

const RULES: readonly Rule[] = [
  lies,
  goesOn,
  imagesDiffer,
  filesDiffer,
  namesDiffer,
  filesAreThere,
  waiversDiffer,
];

/** Every mistake between a record's fields, and between the record and where it lies. */
export function recordProblems(given: unknown, known: RecordPlace): readonly RecordProblem[] {
  const seen = view.parse(given);
  return RULES.flatMap((rule) => rule(seen, known));
}

function citationsOf({ reports = [], stacks = {} }: View) {
  const own = reports.map((cited, index) => ({ ...cited, path: ["reports", index], stack: undefined }));
  const others = Object.entries(stacks).flatMap(([stack, part]) =>
    (part?.reports ?? []).map((cited, index) => ({
      ...cited,
      path: ["stacks", stack, "reports", index],
      stack,
    })),
  );
  return [...own, ...others];
}

/** Those whose value another before them has. */
function repeated(values: readonly Placed[], message: (first: string) => string): readonly RecordProblem[] {
  return values.flatMap(({ path, value }) => {
    const first = values.find((other) => other.value === value);
    if (first === undefined || first.path === path) return [];
    return [{ path, message: message(formatPath(first.path)) }];
  });
}
