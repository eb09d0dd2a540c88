/** Reads a report that a release record cites: what it says is recomputed from it, or it is not believed. Pure. */
import { digestOf } from "../digest";
import type { Disbelief, Fact, FindingKind } from "../fact";
import { reportTitles } from "../report-kinds";
import { alerts } from "./alerts";
import { backup } from "./backup";
import { ci } from "./ci";
import { contentOf, textOf, type Content } from "./content";
import { cyclonedx } from "./cyclonedx";
import { Disbelieved } from "./disbelieved";
import { doctor } from "./doctor";
import { document } from "./document";
import type { AnyFormat, ReleaseOfReport } from "./format";
import { git } from "./git";
import { helmDryRun, helmLint } from "./helm";
import { istanbul } from "./istanbul";
import { istanbulSummary } from "./istanbul-summary";
import { junit } from "./junit";
import { k6 } from "./k6";
import { k6Job } from "./k6-job";
import { lcov } from "./lcov";
import { migration } from "./migration";
import { npmAudit } from "./npm-audit";
import { readings } from "./readings";
import { restorePoint } from "./restore-point";
import { review } from "./review";
import { sarif } from "./sarif";
import { soak } from "./soak";
import { trivy } from "./trivy";

/** A report as a record cites it. */
export interface CitedReport {
  readonly kind: FindingKind;
  /** Tells several of a kind apart: `unit`, `integration`. */
  readonly name: string;
  /** Relative to the record's folder: `reports/unit.xml`. */
  readonly file: string;
}

/** Every format that is read, but documents, which are any text. A content is of the first that recognises it. */
export const formats: readonly AnyFormat[] = [
  junit,
  istanbul,
  istanbulSummary,
  lcov,
  sarif,
  npmAudit,
  cyclonedx,
  trivy,
  k6,
  k6Job,
  backup,
  migration,
  soak,
  review,
  ci,
  alerts,
  readings,
  doctor,
  helmLint,
  helmDryRun,
  git,
  restorePoint,
];

/** Whether a report was believed. */
export function isFact(read: Fact | Disbelief): read is Fact {
  return "source" in read;
}

/**
 * What a report says, or why it is not believed. Its format is recognised from its content; every number is counted in it,
 * never taken from its headline. One of another commit, or from after `now`, is not believed.
 */
export function readReport(
  cited: CitedReport,
  bytes: Buffer,
  release: ReleaseOfReport,
  now = new Date(),
): Fact | Disbelief {
  try {
    const { finding, tool, at, commit } = read(cited, bytes, release);
    checkCommit(commit, release);
    const made = at === undefined ? {} : { at: pastInstant(at, now) };
    const source = { file: cited.file, digest: digestOf(bytes), tool, ...made, ...(commit && { commit }) };
    return { ...finding, name: cited.name, source };
  } catch (error) {
    if (!(error instanceof Disbelieved)) throw error;
    return { ...cited, problem: error.message };
  }
}

function read(
  { kind, file }: CitedReport,
  bytes: Buffer,
  release: ReleaseOfReport,
): ReturnType<AnyFormat["read"]> {
  if (kind === "document") return document.read({ file, text: textOf(bytes) }, release);
  const content = contentOf(file, bytes);
  const format = formatOf(content);
  if (format?.kind === kind) return format.read(content, release);
  const found = format === undefined ? "is of no format that is read" : `is ${format.title}`;
  throw new Disbelieved(`${found}; expected ${reportTitles[kind]}`);
}

const formatOf = (content: Content) => formats.find(({ recognise }) => recognise(content));

/** Fewest digits by which a commit is known. */
const SHORTEST = 7;

function checkCommit(commit: string | undefined, release: ReleaseOfReport): void {
  if (commit === undefined) return;
  if (commit.length >= SHORTEST && release.commit.startsWith(commit.toLowerCase())) return;
  throw new Disbelieved(`is of commit ${commit}; expected ${release.commit}`);
}

/** Most that the clock of a tool may be ahead: milliseconds. */
const CLOCK_SKEW = 5 * 60_000;

function pastInstant(at: string, now: Date): string {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) throw new Disbelieved(`is of the time "${at}", which is none`);
  if (instant.getTime() - now.getTime() > CLOCK_SKEW) {
    throw new Disbelieved(`is of ${at}, which is yet to come (now is ${now.toISOString()})`);
  }
  return instant.toISOString();
}
