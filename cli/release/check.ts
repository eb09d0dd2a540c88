/** `golive release check`: a document's own checklist and golive's lines, each with what became of it (rows K10–K13, L20, G1, G16, E10). */
import path from "node:path";
import { checklistOf } from "../../evidence/checklists";
import { wholeChecklist } from "../../evidence/gate";
import { gatedSystems } from "../../evidence/gated-systems";
import { judgeLines, judgeWaivers, type Judged } from "../../evidence/judge";
import type { Checklist } from "../../evidence/line";
import { beforeOf, reviewMigrations } from "../../evidence/migration-review";
import { destructive, judgeMigrations } from "../../evidence/migration-verdict";
import { evidenceFor, findRecords, loadRecord, type LoadedRecord } from "../../evidence/records";
import { verifyApprovals, verifyCompletion } from "../../evidence/signatures";
import type { Language } from "../../evidence/text";
import type { LineVerdict } from "../../evidence/verdict";
import type { EvidenceSettings } from "../../settings/evidence";
import { inventory, type Item } from "../inventory";
import { UserError } from "../user-error";
import { checklistText } from "./checklist-text";
import { namedRecord, releasesFolder, signersOf, stackSettings, systemSettings } from "./checkout";

export interface Checking {
  /** Folder of the checkout. */
  readonly root: string;
  readonly system: string;
  /** @default - the version of the record that was built last */
  readonly version?: string | undefined;
  readonly stack: string;
  /** @default - the stack file's, else es */
  readonly lang?: string | undefined;
  /** @default - the present */
  readonly now?: Date;
  /** Whether the stack declares a resource. @default - what the program would declare */
  readonly resources?: Judged["resources"];
}

/** A checklist, judged for a release on a stack. */
export interface Checked {
  readonly checklist: Checklist;
  /** The record, with all that it cites. */
  readonly loaded: LoadedRecord;
  readonly version: string;
  readonly stack: string;
  readonly language: Language;
  readonly verdicts: readonly LineVerdict[];
  /** What is wrong with the waivers. */
  readonly mistakes: readonly string[];
  /** Waivers that are not needed. */
  readonly unused: readonly string[];
  /** False while a line that is due before the release is neither met nor waived, or a waiver is wrong. */
  readonly ok: boolean;
}

/**
 * Judges the checklist of a system's document.
 *
 * @throws {UserError} for a system without a checklist or a record; {@link SettingsError} where the record or the stack
 * file has mistakes.
 */
export async function checkRelease(checking: Checking): Promise<Checked> {
  const { root, system, stack, now = new Date() } = checking;
  const document = checklistOf(system);
  if (document === undefined) throw new UserError(`${JSON.stringify(system)} has no checklist`);
  const loaded = recordOf(checking);
  const checklist = (await checklistFor(checking, loaded)) ?? document;
  const signers = signersOf({ root, system }, stack);
  const completion = await verifyCompletion(loaded, { stack, signers, now });
  const asOf = completion?.valid === true ? new Date(completion.signed.start) : now;
  const judged: Judged = {
    record: loaded.record,
    stack,
    ...evidenceFor(loaded, stack),
    signatures: await verifyApprovals(loaded, { stack, signers, now, asOf }),
    signers,
    completion,
    now: asOf,
    due: completion === undefined ? "before" : "after",
    resources: checking.resources ?? (await declaredOn(stack, system)),
  };
  const verdicts = judgeLines(checklist, judged);
  const waivers = judgeWaivers(checklist, judged);
  const isOpen = ({ state, line }: LineVerdict) =>
    line.moment === "before" && (state === "not-met" || state === "later");
  return {
    checklist,
    loaded,
    version: loaded.record.version,
    stack,
    language: languageOf(checking.lang ?? ownLanguage(checking)),
    verdicts,
    ...waivers,
    ok: waivers.mistakes.length === 0 && !verdicts.some(isOpen),
  };
}

/** `golive release check SYSTEM [VERSION] --stack S [--lang L] [--json]`. Exit code 1 while the release is not ready. */
export async function checkCommand({
  json = false,
  ...checking
}: Checking & { readonly json?: boolean | undefined }): Promise<void> {
  const checked = await checkRelease(checking);
  const { isTTY, columns } = process.stdout;
  console.log(
    json
      ? JSON.stringify(plain(checked), null, 2)
      : checklistText(checked, { colour: isTTY, columns: isTTY ? Math.min(columns, 120) : 100 }),
  );
  if (!checked.ok) process.exitCode = 1;
}

async function declaredOn(stack: string, system: string): Promise<NonNullable<Judged["resources"]>> {
  return isDeclared((await inventory(stack)).filter((item) => item.system === system));
}

/** Whether one of the items is of a kind, and has a name or a pattern of one. */
export function isDeclared(items: readonly Item[]): NonNullable<Judged["resources"]> {
  return (kind, name) =>
    items.some(
      (item) =>
        item.type === kind &&
        (name === undefined || (typeof name === "string" ? item.name === name : name.test(item.name))),
    );
}

/** With what golive asks for beside the document, where the stack has the system. */
async function checklistFor(
  { root, system, stack }: Checking,
  loaded: LoadedRecord,
): Promise<Checklist | undefined> {
  const settings = systemSettings(stackSettings(root, stack), system);
  const [gated] = settings === undefined ? [] : gatedSystems({ [system]: settings });
  if (gated === undefined) return undefined;
  const review = gated.migrations && (await reviewMigrations(gated.migrations, root));
  const before = beforeOf(loaded, path.join(releasesFolder(root), system));
  const migrations = judgeMigrations({ stack, review, before: [before] });
  return wholeChecklist(loaded.record, stack, gated, destructive(migrations));
}

function recordOf({ root, system, version }: Checking): LoadedRecord {
  if (version !== undefined) return namedRecord({ root, system, version });
  const records = findRecords(releasesFolder(root), system).map(loadRecord);
  const [latest] = records.sort((a, b) => Date.parse(b.record.at) - Date.parse(a.record.at));
  if (latest !== undefined) return latest;
  throw new UserError(
    `${system} has no release record: npm run golive -- release new ${system} VERSION writes one`,
  );
}

function ownLanguage({ root, system, stack }: Checking): string {
  const settings = systemSettings(stackSettings(root, stack), system);
  const evidence: EvidenceSettings | undefined = settings?.evidence;
  return evidence?.language ?? "es";
}

function languageOf(given: string): Language {
  if (given === "es" || given === "en") return given;
  throw new UserError(`--lang ${JSON.stringify(given)}: expected es, the document's own text, or en`);
}

/** A checklist as JSON has it. */
function plain({ checklist, version, stack, language, verdicts, mistakes, unused, ok }: Checked) {
  const lines = verdicts.map(({ line: { id, section, text, moment, requirements }, ...verdict }) => ({
    id,
    moment,
    section: section[language],
    text: text[language],
    requirements,
    ...verdict,
  }));
  const { system, title } = checklist;
  return { system, title: title[language], version, stack, mistakes, unused, ok, lines };
}
