/** `golive release show`: a record, what its reports say, who signed, and who waived what by git's history. */
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  RECORD_FILE,
  findRecords,
  loadRecord,
  type LoadedRecord,
  type LoadedReport,
} from "../../evidence/records";
import type { ReleaseRecord, Waiver } from "../../evidence/record";
import { isFact } from "../../evidence/reports";
import {
  verifyApprovals,
  verifyCompletion,
  type Approval,
  type Completion,
  type SignatureVerdict,
} from "../../evidence/signatures";
import { Source } from "../../settings/source";
import { UserError } from "../user-error";
import { git, namedRecord, releasesFolder, signersOf, type Named } from "./checkout";

/** A waiver, with the commit that its line was last written by. */
export type ShownWaiver = Waiver & {
  /** @default - the line is not committed yet */
  readonly commit?: { readonly id: string; readonly author: string; readonly at: string };
};

/** One stack of a record. */
export interface ShownStack {
  readonly approvals: readonly SignatureVerdict<Approval>[];
  /** @default - the release is not completed */
  readonly completion?: SignatureVerdict<Completion, "completion"> | undefined;
  readonly waivers: readonly ShownWaiver[];
}

/** A record as it is shown. */
export interface Shown {
  readonly record: ReleaseRecord;
  readonly digest: string;
  readonly reports: readonly LoadedReport[];
  readonly stacks: Readonly<Record<string, ShownStack>>;
}

/** All that a record and git's history say of a release. */
export async function shownRelease(named: Named, now = new Date()): Promise<Shown> {
  const loaded = namedRecord(named);
  const { record, digest, reports } = loaded;
  const stacks = stacksOf(loaded).map(
    async (stack) => [stack, await shownStack(named, loaded, stack, now)] as const,
  );
  return { record, digest, reports, stacks: Object.fromEntries(await Promise.all(stacks)) };
}

/** `golive release show SYSTEM [VERSION] [--json]`: prints one record, or names all of a system. */
export async function showCommand(
  root: string,
  system: string,
  version: string | undefined,
  options: { readonly json?: boolean | undefined },
): Promise<void> {
  if (version === undefined) {
    console.log(options.json ? JSON.stringify(versionsOf(root, system), null, 2) : listed(root, system));
    return;
  }
  const shown = await shownRelease({ root, system, version });
  console.log(options.json ? JSON.stringify(shown, null, 2) : described(shown));
}

const stacksOf = ({ record, signatures }: LoadedRecord) => [
  ...new Set([...Object.keys(record.stacks), ...signatures.map(({ stack }) => stack)]),
];

async function shownStack(named: Named, loaded: LoadedRecord, stack: string, now: Date): Promise<ShownStack> {
  const judging = { stack, signers: signersOf(named, stack), now };
  const completion = await verifyCompletion(loaded, judging);
  const asOf = completion?.valid === true ? new Date(completion.signed.start) : now;
  const approvals = await verifyApprovals(loaded, { ...judging, asOf });
  return { approvals, completion, waivers: waiversOf(loaded, stack) };
}

function waiversOf({ folder, record }: LoadedRecord, stack: string): readonly ShownWaiver[] {
  const source = new Source(readFileSync(path.join(folder, RECORD_FILE), "utf8"));
  return (record.stacks[stack]?.waivers ?? []).map((waiver, index) => {
    const line = source.position(["stacks", stack, "waivers", index, "line"], "value")?.line;
    const commit = line === undefined ? undefined : blamed(folder, line);
    return { ...waiver, ...(commit && { commit }) };
  });
}

const UNCOMMITTED = /^0+$/;

function blamed(folder: string, line: number): ShownWaiver["commit"] {
  const told = git(folder, "blame", "--line-porcelain", "-L", `${line},${line}`, "--", RECORD_FILE);
  const [id = ""] = told?.split(" ") ?? [];
  const field = (name: string) => new RegExp(`^${name} (.*)$`, "m").exec(told ?? "")?.[1] ?? "";
  if (told === undefined || UNCOMMITTED.test(id)) return undefined;
  const at = new Date(Number(field("author-time")) * 1000).toISOString();
  return { id, author: `${field("author")} ${field("author-mail")}`, at };
}

const versionsOf = (root: string, system: string) =>
  findRecords(releasesFolder(root), system).map((folder) => path.basename(folder));

function listed(root: string, system: string): string {
  const folders = findRecords(releasesFolder(root), system);
  if (folders.length === 0) {
    throw new UserError(`releases/${system} has no record; golive release new ${system} VERSION writes one`);
  }
  return folders
    .map((folder) => loadRecord(folder).record)
    .map(({ version, at, author, summary }) => `${version}  ${at}  ${author.name}  ${summary}`)
    .join("\n");
}

function described({ record, digest, reports, stacks }: Shown): string {
  const { system, version, summary, author, commit, branch, at, previous, images } = record;
  return [
    `${system} ${version}: ${summary}`,
    `  author    ${author.name} (${author.account})`,
    `  commit    ${commit} of ${branch}, built ${at}`,
    `  previous  ${previous ?? "none"}`,
    ...images.map((image) => `  image     ${image.repository}:${image.tag}@${image.digest}`),
    `  record    ${digest}`,
    "reports:",
    ...reports.map(reportLine),
    ...Object.entries(stacks).flatMap(([stack, shown]) => [`${stack}:`, ...stackLines(shown)]),
  ].join("\n");
}

function reportLine({ citation, stack, read }: LoadedReport): string {
  const where = `  ${citation.kind} ${citation.name}${stack === undefined ? "" : ` (${stack})`}, ${citation.file}`;
  if (!isFact(read)) return `${where}: NOT BELIEVED: ${read.problem}`;
  const { tool, at } = read.source;
  return `${where}: by ${tool}${at === undefined ? "" : `, ${at}`}`;
}

function stackLines({ approvals, completion, waivers }: ShownStack): readonly string[] {
  return [
    ...approvals.map(approvalLine),
    ...waivers.map(waiverLine),
    ...(completion === undefined ? [] : [completionLine(completion)]),
  ];
}

function approvalLine(verdict: SignatureVerdict<Approval>): string {
  if (!verdict.valid) return `  REFUSED   ${verdict.file}: ${verdict.reason}`;
  const { role, person, account, at, expires } = verdict.signed;
  return `  approved  by ${person} (${account}) as ${role}, ${at}, until ${expires}`;
}

function completionLine(verdict: SignatureVerdict<Completion, "completion">): string {
  if (!verdict.valid) return `  REFUSED   ${verdict.file}: ${verdict.reason}`;
  const { state, start, end, downtime, incidents, by } = verdict.signed;
  const told = incidents.length === 0 ? "no incident" : incidents.join("; ");
  return `  ${state}, ${start} to ${end}, ${downtime} s of downtime, ${told}, by ${by.person} as ${by.role}`;
}

function waiverLine({ line, reason, by, until, commit }: ShownWaiver): string {
  const who =
    commit === undefined ? "not committed yet" : `${commit.author}, ${commit.id.slice(0, 12)}, ${commit.at}`;
  return `  waived    ${line} by ${by} until ${until}: ${reason} [git: ${who}]`;
}
