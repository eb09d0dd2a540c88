/**
 * A release record, `releases/<system>/<version>/release.yaml`: what is released, and which reports speak for it
 * (rows K27, G17, L9, K13). What a report says stands in the report alone; the record only cites it.
 */
import * as z from "zod";
import { filled, list, mapping, text } from "../settings/fields";
import { DIGEST_PATTERN, TAG_PATTERN, parseDigest, parseTag } from "../settings/image";
import { issueMistakes, withoutEchoes } from "../settings/issues";
import { SettingsError, describeFound, formatPath, type Mistake } from "../settings/mistakes";
import { REPOSITORY_PATTERN, parseRepositoryName } from "../settings/names";
import { parseDate } from "../settings/date";
import type { Parsed } from "../settings/parsed";
import { Source, type Path } from "../settings/source";
import { roles } from "./line";
import { recordProblems } from "./record-problems";
import { reportKinds } from "./report-kinds";

/** A text of one form. */
function formed(pattern: string, expected: string): (given: string) => Parsed<string> {
  const form = new RegExp(pattern);
  return (given) => (form.test(given) ? { value: given } : { problem: `expected ${expected}` });
}

const COMMIT_PATTERN = "^[0-9a-f]{40}$";
const NAME_PATTERN = "^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$";
const STACK_PATTERN = "^[A-Za-z0-9_.-]{1,100}$";

/** A name such as that of a system or a report. */
export const parseRecordName = formed(
  NAME_PATTERN,
  'a name of lower-case letters, digits, "." and "-", such as unit',
);

const INSTANT = z.iso.datetime({ offset: true });

/** An instant with its time zone. */
export function parseInstant(given: string): Parsed<string> {
  if (INSTANT.safeParse(given).success) return { value: given };
  return { problem: "expected a time such as 2026-11-24T08:30:00Z, with its zone" };
}

/** A file below the record's folder, by a path that leads nowhere else. */
export function parseReportFile(given: string): Parsed<string> {
  const expected = "expected a file of the record's folder, such as reports/unit.xml";
  const steps = given.split("/");
  const leadsOut = steps.some((step) => step === "" || step === "." || step === "..");
  if (given === "" || given.includes("\\") || given.includes("\0")) return { problem: expected };
  if (leadsOut) return { problem: `${expected}: a relative path with "/", without "." and ".."` };
  return { value: given };
}

const version = (description: string) =>
  text(parseTag, { title: "version", description, pattern: TAG_PATTERN, examples: ["v1.2.0"] });

const name = (description: string) =>
  text(parseRecordName, { title: "name", description, pattern: NAME_PATTERN, examples: ["unit"] });

const citation = mapping(
  {
    kind: z
      .enum(reportKinds, { error: () => `expected one of ${reportKinds.join(", ")}` })
      .describe("What the report is of; golive release attest --help tells each."),
    name: name("Tells several of a kind apart: unit, integration, smoke."),
    file: text(parseReportFile, {
      title: "file",
      description: "The report as its tool wrote it, relative to the record's folder.",
      examples: ["reports/unit.xml"],
    }),
  },
  "One report.",
);

const image = mapping(
  {
    repository: text(parseRepositoryName, {
      title: "ECR repository name",
      description: "Repository, without the registry.",
      pattern: REPOSITORY_PATTERN,
    }),
    tag: version("Tag that names the one build."),
    digest: text(parseDigest, {
      title: "digest",
      description: "Digest of the build: what is signed.",
      pattern: DIGEST_PATTERN,
    }),
  },
  "One image.",
);

/** A list that is not empty. */
function several<Item extends z.ZodType>(item: Item, description: string, expected: string) {
  return list(item, description).min(1, { error: `expected ${expected}` });
}

const role = z
  .enum(roles, { error: () => `expected one of ${roles.join(", ")}` })
  .describe("Role that answers for it.");

const waiver = mapping(
  {
    line: name("Id of the checklist's line; golive release check prints them."),
    reason: filled("Why the release may go without."),
    by: role,
    until: text(parseDate, {
      title: "date",
      description: "Last day on which the waiver holds (UTC).",
      examples: ["2026-12-31"],
    }),
  },
  "A line that one release may go without, for a while.",
);

const rollback = mapping(
  {
    to: version("Version to go back to."),
    plan: name("Name of the report of kind document that is the plan."),
    restorePoint: name("Name of the report of kind restore-point. Not set: none was saved.").optional(),
  },
  "The way back.",
);

const stack = mapping(
  {
    reports: list(citation, "Reports of this stack alone.").default([]),
    rollback: rollback.optional(),
    waivers: list(waiver, "Lines that the release may go without on this stack.").default([]),
  },
  "What belongs to one stack alone.",
);

/** The schema of a release record. */
export const recordSchema = mapping(
  {
    system: name("Key of the system in the stack file, e.g. kometa."),
    version: version("Version as the system's document writes it; the folder's name."),
    summary: filled("What the release is for, in a sentence."),
    author: mapping(
      {
        name: filled("Name of the person."),
        account: filled("Account of the forge: who may not approve."),
      },
      "Who made the release.",
    ),
    commit: text(formed(COMMIT_PATTERN, "a commit of 40 lower-case hexadecimal digits"), {
      title: "git commit",
      description: "Commit that was built.",
      pattern: COMMIT_PATTERN,
    }),
    branch: filled("Branch that was built, e.g. release/1.1.0."),
    at: text(parseInstant, {
      title: "ISO 8601 time",
      description: "When the images were built.",
      examples: ["2026-11-24T08:30:00Z"],
    }),
    previous: version("Version before this one. `null`: this is the first.").nullable(),
    images: several(image, "Every image of the release.", "at least one image: what is released"),
    changes: several(
      filled("A change, in a sentence."),
      "What changed, as the version register shows it.",
      "at least one change, in a sentence",
    ),
    breaking: list(filled("A breaking change, with what its users do."), "Breaking changes.").default([]),
    dependencies: list(filled("An update, such as fastify 5.1.0 → 5.2.0."), "Updated dependencies.").default(
      [],
    ),
    contracts: list(
      filled("A table or a column: Product.price."),
      "What this version's code neither reads nor leaves out any longer: a later release may drop, rename, retype or tighten it.",
    ).optional(),
    reports: list(citation, "Reports that hold on every stack.").default([]),
    stacks: z
      .record(
        text(formed(STACK_PATTERN, "the name of a stack, such as production"), {
          title: "stack",
          description: "Name of a stack.",
          pattern: STACK_PATTERN,
        }),
        stack,
        { error: () => "expected a mapping of STACK: { reports, rollback, waivers }" },
      )
      .describe("What belongs to one stack alone.")
      .default({}),
  },
  "A release record of golive.",
);

/** A release record, parsed. */
export type ReleaseRecord = z.output<typeof recordSchema>;
/** A report that a record cites. */
export type Citation = z.output<typeof citation>;
/** A line that one release may go without, for a while. */
export type Waiver = z.output<typeof waiver>;
/** What belongs to one stack alone. */
export type StackPart = z.output<typeof stack>;

/** A record's text, with what its mistakes are told by. */
export interface RecordText {
  /** As messages name it: `releases/kometa/v1.1.0/release.yaml`. */
  readonly file: string;
  readonly text: string;
  /** System and version that the folders are named by. @default - the text lies in no folder */
  readonly place?: { readonly system: string; readonly version: string };
  /** What is wrong with a cited file as it lies there. @default - none is looked for */
  readonly fileProblem?: (file: string) => string | undefined;
}

/**
 * The record of a text.
 *
 * @throws {SettingsError} naming every mistake of the file: where it stands, what was found, what is allowed.
 */
export function parseRecord(given: RecordText): ReleaseRecord {
  const source = new Source(given.text, { dates: false });
  if (source.faults.length > 0) {
    const faults = source.faults.map(({ message, ...position }) => ({ ...mistake([], message), position }));
    throw new SettingsError(given.file, faults);
  }
  const value = source.value();
  const parsed = recordSchema.safeParse(value);
  const fields = parsed.success ? [] : fieldMistakes(parsed.error.issues, value, source);
  const reported = new Set(fields.map(({ path }) => formatPath(path)));
  const between = recordProblems(value, given)
    .filter(({ path }) => !reported.has(formatPath(path)))
    .map(({ path, message }) => mistakeAt(path, message, value, source));
  if (parsed.success && between.length === 0) return parsed.data;
  const mistakes = withoutEchoes([...fields, ...between]);
  throw new SettingsError(
    given.file,
    mistakes.map((each) => ({ ...each, position: source.position(each.path, each.part) })),
  );
}

function fieldMistakes(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  source: Source,
): readonly Mistake[] {
  const telling = {
    schema: recordSchema,
    placed: (path: Path) => path,
    mistake: (path: Path, message: string) => mistakeAt(path, message, value, source),
  };
  return issues.flatMap((issue) => issueMistakes(issue, telling));
}

function mistakeAt(path: Path, message: string, value: unknown, source: Source): Mistake {
  const found = path.reduce<unknown>(
    (node, step) => (typeof node === "object" && node !== null ? Reflect.get(node, step) : undefined),
    value,
  );
  return { ...mistake(path, message), found: describeFound(found, path, source.written(path)) };
}

function mistake(path: Path, message: string): Mistake {
  return { path, part: "value", message };
}
