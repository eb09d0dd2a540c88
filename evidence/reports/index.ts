/** Reads a report that a release record cites: what it says is recomputed from it, or it is not believed. Pure. */
import { createHash } from "node:crypto";
import type { Disbelief, Fact, FindingKind } from "../fact";
import { contentOf } from "./content";
import { Disbelieved } from "./disbelieved";
import type { Format, Found, ReleaseOfReport } from "./format";

/** A report as a record cites it. */
export interface CitedReport {
  readonly kind: FindingKind;
  /** Tells several of a kind apart: `unit`, `integration`. */
  readonly name: string;
  /** Relative to the record's folder: `reports/unit.xml`. */
  readonly file: string;
}

/** Every format that is read, but documents, which are any text. */
export const formats: readonly Format[] = [];

/** Whether a report was believed. */
export function isFact(read: Fact | Disbelief): read is Fact {
  return "source" in read;
}

/**
 * What a report says, or why it is not believed. Its format is recognised from its content; every number is counted in it,
 * never taken from its headline.
 */
export function readReport(cited: CitedReport, bytes: Buffer, release: ReleaseOfReport): Fact | Disbelief {
  try {
    const found = read(cited, bytes, release);
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const { tool, at, commit } = found;
    const source = { file: cited.file, digest, tool, ...(at && { at }), ...(commit && { commit }) };
    return { ...found.finding, name: cited.name, source };
  } catch (error) {
    if (!(error instanceof Disbelieved)) throw error;
    return { ...cited, problem: error.message };
  }
}

function read(cited: CitedReport, bytes: Buffer, release: ReleaseOfReport): Found {
  const content = contentOf(cited.file, bytes);
  const format = formats.find(({ recognise }) => recognise(content));
  if (format === undefined) throw new Disbelieved("is of no format that is read");
  return format.read(content, release);
}
