/** The whole verdict on a stack's releases: its records read, their signatures verified, and the gate's judgement of both. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SettingsError } from "../settings/mistakes";
import { judgeSystem, type Gated, type GatedSystem, type Release, type SystemVerdict } from "./gate";
import { beforeOf, reviewMigrations } from "./migration-review";
import { findRecords, loadRecord, RECORD_FILE, type LoadedRecord } from "./records";
import { verifyApprovals, verifyCompletion } from "./signatures";
import type { Refusal } from "./verdict";

/** What is judged. */
export interface StackReleases {
  readonly stack: string;
  /** `gatedSystems` gives them. */
  readonly systems: readonly GatedSystem[];
  /** Folder of every record: `releases` of the checkout. */
  readonly folder: string;
  readonly now: Date;
  /** Whether the stack declares a resource. @default - not known: lines that ask for one are `later`, and refuse nothing */
  readonly resources?: Gated["resources"];
  /** Folder of the stack files, from which they name others. @default - the one that `folder` is in */
  readonly root?: string;
}

/** The verdict on every system of a stack, in the order of the stack file. Nothing of the records is written. */
export const stackVerdict = (given: StackReleases): Promise<readonly SystemVerdict[]> =>
  Promise.all(given.systems.map((system) => systemVerdict(system, given)));

/** All that speaks against a stack. */
export const refusalsOf = (verdicts: readonly SystemVerdict[]): readonly Refusal[] =>
  verdicts.flatMap(({ refusals }) => refusals);

async function systemVerdict(
  system: GatedSystem,
  { stack, folder, now, resources, root = dirname(folder) }: StackReleases,
): Promise<SystemVerdict> {
  const read = system.evidence === undefined ? [] : recordsOf(system, folder);
  const releases = read.flatMap((each) => ("problems" in each ? [] : [each]));
  const unread = read.flatMap((each) => ("problems" in each ? each.problems : []));
  return judgeSystem({
    stack,
    system,
    releases: await Promise.all(releases.map((loaded) => verified(loaded, system, { stack, now, folder }))),
    unread,
    now,
    review: system.migrations && (await reviewMigrations(system.migrations, root)),
    ...(resources !== undefined && { resources }),
  });
}

/** Records that name one of the tags: a history of them is not read for each preview. */
function recordsOf({ system, deployed }: GatedSystem, folder: string) {
  return findRecords(folder, system)
    .filter((record) => {
      const text = readFileSync(join(record, RECORD_FILE), "utf8");
      return deployed.some(({ tag }) => text.includes(tag));
    })
    .map(loaded);
}

function loaded(folder: string): LoadedRecord | { readonly problems: readonly string[] } {
  try {
    return loadRecord(folder);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { problems: error.lines };
  }
}

async function verified(
  record: LoadedRecord,
  { evidence, system }: GatedSystem,
  { stack, now, folder }: Pick<StackReleases, "stack" | "now" | "folder">,
): Promise<Release> {
  const signers = evidence?.signers ?? {};
  const completion = await verifyCompletion(record, { stack, signers, now });
  const asOf = completion?.valid === true ? new Date(completion.signed.start) : now;
  return {
    loaded: record,
    approvals: await verifyApprovals(record, { stack, signers, now, asOf }),
    completion,
    before: beforeOf(record, join(folder, system)),
  };
}
