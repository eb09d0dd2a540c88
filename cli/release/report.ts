/** `golive release report`: the verdict on a release as a page, a comment, SARIF and JUnit (rows K10–K13, L20, G1, G16, E10, K27). */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { findRecords, loadRecord } from "../../evidence/records";
import { writeReport } from "../report-files";
import { UserError } from "../user-error";
import { releasesFolder, stackSettings, systemSettings } from "./checkout";
import { gatherReports } from "./report/gather";
import { isReady, type ReleaseReport } from "./report/report";
import { viewOf } from "./report/view";

export interface ReportOptions {
  /** Folder of the checkout. */
  readonly root: string;
  /** @default - every system of the stack that has a record for it */
  readonly system?: string | undefined;
  /** @default - the version of the record that was built last */
  readonly version?: string | undefined;
  readonly stack: string;
  /** @default - the stack file's, else es */
  readonly lang?: string | undefined;
  /** @default - the present */
  readonly now?: Date;
}

/** The files to write; at least one. */
export interface ReportFiles {
  readonly html?: string | undefined;
  readonly markdown?: string | undefined;
  readonly sarif?: string | undefined;
  readonly junit?: string | undefined;
}

/** The reports that are asked for: one release, or every system's latest that names the stack. */
export async function releaseReports(options: ReportOptions): Promise<readonly ReleaseReport[]> {
  const { system, ...rest } = options;
  return gatherReports({ ...rest, systems: system === undefined ? recordedSystems(options) : [system] });
}

/** Systems of the stack whose latest record names it. */
function recordedSystems({ root, stack }: ReportOptions): readonly string[] {
  const releases = releasesFolder(root);
  if (!existsSync(releases)) return [];
  const settings = stackSettings(root, stack);
  return readdirSync(releases)
    .sort()
    .filter((system) => {
      const records = findRecords(releases, system).map((folder) => loadRecord(folder).record);
      const [latest] = records.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
      return latest?.stacks[stack] !== undefined && systemSettings(settings, system) !== undefined;
    });
}

/** Writes the files of some reports. */
export async function writeReports(
  reports: readonly ReleaseReport[],
  stack: string,
  { html, markdown, sarif, junit }: ReportFiles,
): Promise<void> {
  const views = reports.map(viewOf);
  const nothing = `No release record names ${stack}.`;
  if (html !== undefined) {
    await writeReport(html, (await import("./report/page")).reportPage(views, nothing));
  }
  if (markdown !== undefined) {
    await writeReport(markdown, (await import("./report/markdown")).reportMarkdown(views, nothing));
  }
  const { reportCases, reportFindings, reportRules } = await import("./report/findings");
  if (sarif !== undefined) {
    const findings = reports.flatMap(reportFindings);
    const { sarifOf } = await import("../sarif");
    await writeReport(sarif, sarifOf({ tool: "golive release", rules: reportRules, findings }));
  }
  if (junit !== undefined) {
    await writeReport(junit, (await import("../junit")).junitOf(reports.flatMap(reportCases)));
  }
}

/**
 * `golive release report [SYSTEM] [VERSION] --stack S [--html F] [--markdown F] [--sarif F] [--junit F]`: writes the files
 * and says the verdict. Exit code 1 while a release is not ready.
 *
 * @throws {UserError} where no file is asked for, and what {@link gatherReports} throws.
 */
export async function reportCommand({
  html,
  markdown,
  sarif,
  junit,
  ...options
}: ReportOptions & ReportFiles): Promise<void> {
  const files = [html, markdown, sarif, junit].flatMap((file) => file ?? []);
  if (files.length === 0)
    throw new UserError("nothing to write: name at least one of --html, --markdown, --sarif and --junit");
  const reports = await releaseReports(options);
  await writeReports(reports, options.stack, { html, markdown, sarif, junit });
  const said = reports.map((report) => {
    const { checklist, version } = report.checked;
    return `${checklist.system} ${version} → ${options.stack}: ${isReady(report) ? "ready" : "not ready"}`;
  });
  const written = files.map((file) => path.relative(process.cwd(), file)).join(", ");
  console.log([...said, `${written}: written`].join("\n"));
  if (!reports.every(isReady)) process.exitCode = 1;
}
