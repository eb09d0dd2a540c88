/** Release records as they lie in the repository, with the reports that they cite and their signatures. */
import type { Disbelief, Fact } from "./fact";
import type { Role } from "./line";
import type { Citation, ReleaseRecord } from "./record";
import { isFact } from "./reports";

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

/** What speaks for a release on `stack`. */
export function evidenceFor({ reports }: LoadedRecord, stack: string): Evidence {
  const read = reports
    .filter((report) => report.stack === undefined || report.stack === stack)
    .map((report) => report.read);
  return {
    facts: read.flatMap((each) => (isFact(each) ? [each] : [])),
    disbeliefs: read.flatMap((each) => (isFact(each) ? [] : [each])),
  };
}

/**
 * Reads a record's folder.
 *
 * @throws {SettingsError} naming every mistake of `release.yaml`, a cited file that is missing, lies elsewhere or is
 * cited twice among them. A report that is not to be believed is no mistake: it is a disbelief.
 */
export function loadRecord(folder: string): LoadedRecord {
  throw new Error(folder);
}

/** Folders of a system's records below `releases`, in the order of their versions; none where there are none. */
export function findRecords(releases: string, system: string): readonly string[] {
  return [releases, system];
}
