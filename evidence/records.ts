/** Release records as they lie in the repository, with the reports that they cite and their signatures. */
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SettingsError } from "../settings/mistakes";
import { digestOf, digestOfValue } from "./digest";
import type { Disbelief, Fact } from "./fact";
import { roles, type Role } from "./line";
import { parseRecord, type Citation, type ReleaseRecord } from "./record";
import { isFact, readReport } from "./reports";

/** A report that a record cites, read. */
export interface LoadedReport {
  readonly citation: Citation;
  /** The stack that cites it. @default - the record does, for every stack */
  readonly stack?: string;
  /** SHA-256 of its bytes: `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** What it says, or why it is not believed: `isFact` tells. */
  readonly read: Fact | Disbelief;
}

/** A signature as it lies in `signatures/<stack>/`: nothing of it is verified. */
export interface StoredSignature {
  readonly stack: string;
  /** Whose it claims to be, by the file's name: a role's approval, or the completion. */
  readonly of: Role | "completion";
  readonly form: "dsse" | "sigstore";
  /** Relative to the record's folder: `signatures/production/qa.dsse.json`. */
  readonly file: string;
  readonly text: string;
}

/** A release record with all that it cites. */
export interface LoadedRecord {
  /** Path of the folder, as it was asked for. */
  readonly folder: string;
  readonly record: ReleaseRecord;
  /** In the order of the record: its own, then stack by stack. `evidenceFor` gives those of one stack. */
  readonly reports: readonly LoadedReport[];
  readonly signatures: readonly StoredSignature[];
  /** Of the record's meaning and of every cited report: `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** What speaks for a release on one stack: the record's own reports and the stack's. */
export interface Evidence {
  readonly facts: readonly Fact[];
  readonly disbeliefs: readonly Disbelief[];
}

/** Name of a record's file. */
export const RECORD_FILE = "release.yaml";

/** Reports that a record cites for `stack`: its own and the stack's. */
export function reportsFor({ reports }: LoadedRecord, stack: string): readonly LoadedReport[] {
  return reports.filter((report) => report.stack === undefined || report.stack === stack);
}

/** What speaks for a release on `stack`. */
export function evidenceFor(loaded: LoadedRecord, stack: string): Evidence {
  const read = reportsFor(loaded, stack).map((report) => report.read);
  return {
    facts: read.flatMap((each) => (isFact(each) ? [each] : [])),
    disbeliefs: read.flatMap((each) => (isFact(each) ? [] : [each])),
  };
}

/** A record's file as messages name it, whatever the working directory is. */
export function recordFileName(folder: string): string {
  return ["releases", basename(dirname(folder)), basename(folder), RECORD_FILE].join("/");
}

/**
 * Reads a record's folder.
 *
 * @throws {SettingsError} naming every mistake of `release.yaml`, a cited file that is missing, lies elsewhere or is
 * cited twice among them. A report that is not to be believed is no mistake: it is a disbelief.
 */
export function loadRecord(folder: string): LoadedRecord {
  const record = parseRecord({
    file: recordFileName(folder),
    text: readText(folder),
    place: { system: basename(dirname(folder)), version: basename(folder) },
    fileProblem: (file) => fileProblem(folder, file),
  });
  const reports = citationsOf(record).map((cited) => readCited(folder, record, cited));
  const digests = reports.map(({ citation, digest }) => [citation.file, digest]);
  const digest = digestOfValue({ record, reports: digests });
  return { folder, record, reports, signatures: storedSignatures(folder), digest };
}

/** Folders of a system's records below `releases`, in the order of their names; none where there are none. */
export function findRecords(releases: string, system: string): readonly string[] {
  return foldersIn(join(releases, system))
    .map((version) => join(releases, system, version))
    .filter((folder) => existsSync(join(folder, RECORD_FILE)));
}

/** What is wrong with a cited file as it lies there, if anything. */
export function fileProblem(folder: string, file: string): string | undefined {
  const real = realPath(join(folder, file));
  if (real === undefined)
    return "expected a file that is there; golive release attest copies a report in and cites it";
  if (real !== join(realpathSync(folder), file))
    return "expected the file itself in the record's folder; a symbolic link leads elsewhere";
  return statSync(real).isFile() ? undefined : "expected a file; this is none";
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function readText(folder: string): string {
  try {
    return readFileSync(join(folder, RECORD_FILE), "utf8");
  } catch {
    const message = "expected a release record; golive release new SYSTEM VERSION writes one";
    throw new SettingsError(recordFileName(folder), [{ path: [], part: "value", message }]);
  }
}

interface Cited {
  readonly citation: Citation;
  readonly stack?: string;
}

function citationsOf({ reports, stacks }: ReleaseRecord): readonly Cited[] {
  return [
    ...reports.map((citation) => ({ citation })),
    ...Object.entries(stacks).flatMap(([stack, part]) =>
      part.reports.map((citation) => ({ citation, stack })),
    ),
  ];
}

function readCited(folder: string, record: ReleaseRecord, cited: Cited): LoadedReport {
  const bytes = readFileSync(join(folder, cited.citation.file));
  return { ...cited, digest: digestOf(bytes), read: readReport(cited.citation, bytes, record) };
}

const FORMS = ["dsse", "sigstore"] as const;
const SIGNED = [...roles, "completion"] as const;

function storedSignatures(folder: string): readonly StoredSignature[] {
  return foldersIn(join(folder, "signatures")).flatMap((stack) =>
    SIGNED.flatMap((of) =>
      FORMS.flatMap((form) => {
        const file = `signatures/${stack}/${of}.${form}.json`;
        const path = join(folder, file);
        return existsSync(path) ? [{ stack, of, form, file, text: readFileSync(path, "utf8") }] : [];
      }),
    ),
  );
}

function foldersIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}
