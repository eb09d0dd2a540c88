/** `golive release attest`: puts a report into a record, where it is believed (rows K10, K11, K13). */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Fact, FindingKind } from "../../evidence/fact";
import { parseRecordName } from "../../evidence/record";
import { isReportKind, reportKinds, reportTitles } from "../../evidence/report-kinds";
import { isFact, readReport } from "../../evidence/reports";
import type { MigrationReceipt } from "../../evidence/reports/migration";
import { UserError } from "../user-error";
import { git, recordFolder, stackSettings, type Named } from "./checkout";
import { RecordFile } from "./edit";

export interface Attesting extends Named {
  readonly kind: string;
  /** Report to copy. Not set: it is read live. */
  readonly file?: string | undefined;
  /** @default - that of the file, for a document; else the kind */
  readonly name?: string | undefined;
  /** Stack that the report is of. @default - it holds on every stack */
  readonly stack?: string | undefined;
  /** Base URL of Prometheus, for `alerts`. */
  readonly prometheus?: string | undefined;
  /** Base URL of Alertmanager, for `alerts`. */
  readonly alertmanager?: string | undefined;
  /** Job of the stack's cluster, for `backup` and `migration`. */
  readonly job?: string | undefined;
  /** Working tree of the application, for `git`. @default - the checkout */
  readonly repository?: string | undefined;
}

/** A report in hand. */
interface Taken {
  readonly bytes: Buffer;
  /** Ending of its file, with the dot. */
  readonly ending: string;
}

/**
 * Copies a report, or reads one live, and cites it: in place of one of the same kind and name. Gives what it says.
 *
 * @throws {UserError} where it is not to be believed, or cannot be had; {@link SettingsError} where the record has
 * mistakes. Nothing is changed then.
 */
export async function attest(attesting: Attesting): Promise<Fact> {
  const { stack } = attesting;
  const kind = kindOf(attesting.kind);
  const folder = recordFolder(attesting);
  const name = nameOf(attesting, kind);
  const { bytes, ending } = await taken(attesting, kind);
  const file = ["reports", ...(stack === undefined ? [] : [stack]), fileName(kind, name, ending)].join("/");
  const edited = new RecordFile(folder, file);
  const cited = { kind, name, file };
  const read = readReport(cited, bytes, edited.record);
  const from = attesting.file ?? "what was read";
  if (!isFact(read)) throw new UserError(`${from} is not taken as ${kind}: it ${read.problem}`);
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, bytes);
  const list = stack === undefined ? ["reports"] : ["stacks", stack, "reports"];
  edited.put(list, cited, (entry) => isOf(entry, kind, name));
  if (kind === "restore-point" && stack !== undefined) nameRestorePoint(edited, stack, name);
  edited.write();
  return read;
}

/** `golive release attest SYSTEM VERSION KIND [FILE]`: attests, and says what the report says. */
export async function attestCommand(attesting: Attesting): Promise<void> {
  const fact = await attest(attesting);
  const { file, tool, digest } = fact.source;
  console.log(
    `${file}: ${JSON.stringify({ ...fact, source: undefined }, shortened)}\n  by ${tool}, ${digest}`,
  );
}

const LONGEST = 120;

function shortened(_: string, value: unknown): unknown {
  return typeof value === "string" && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}

function kindOf(kind: string): FindingKind {
  if (isReportKind(kind)) return kind;
  throw new UserError(
    `${JSON.stringify(kind)} is no kind of report: expected one of ${reportKinds.join(", ")}`,
  );
}

function nameOf({ name, file }: Attesting, kind: FindingKind): string {
  const stem = path
    .parse(file ?? kind)
    .name.toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  const chosen = name ?? (kind === "document" ? stem : kind);
  const parsed = parseRecordName(chosen);
  if ("problem" in parsed) throw new UserError(`--name ${JSON.stringify(chosen)}: ${parsed.problem}`);
  return parsed.value;
}

const fileName = (kind: FindingKind, name: string, ending: string) =>
  `${kind === name ? kind : `${kind}-${name}`}${ending}`;

function isOf(entry: unknown, kind: FindingKind, name: string): boolean {
  const isMapping = typeof entry === "object" && entry !== null && "kind" in entry && "name" in entry;
  return isMapping && entry.kind === kind && entry.name === name;
}

function nameRestorePoint(edited: RecordFile, stack: string, name: string): void {
  if (edited.record.stacks[stack]?.rollback) edited.set(["stacks", stack, "rollback", "restorePoint"], name);
}

type Live = (attesting: Attesting) => Promise<Taken>;

/** What is read without a file. */
const LIVE: Readonly<Partial<Record<FindingKind, Live>>> = {
  alerts: firing,
  backup: backupProof,
  migration: migrationReceipt,
  preflight: readings,
  "restore-point": exported,
  git: workingTree,
};

async function taken(attesting: Attesting, kind: FindingKind): Promise<Taken> {
  const { file } = attesting;
  if (file !== undefined) return { bytes: fileBytes(file), ending: path.extname(file) };
  const live = LIVE[kind];
  if (live === undefined)
    throw new UserError(`${kind} is not read live: name its file, ${reportTitles[kind]}`);
  return live(attesting);
}

function fileBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new UserError(`${file} cannot be read: expected the report as its tool wrote it`);
  }
}

function stackFor({ stack, kind }: Attesting): string {
  if (stack !== undefined) return stack;
  throw new UserError(`${kind} is of one stack: name it by --stack`);
}

async function receiptFor(attesting: Attesting): Promise<MigrationReceipt> {
  const { job, kind } = attesting;
  const stack = stackFor(attesting);
  if (job === undefined) throw new UserError(`${kind} is read of a Job: name it by --job, or name its file`);
  const [{ kubectlOf }, { realProbes }, { targetOf }, { receiptOf }] = await Promise.all([
    import("../doctor/checks"),
    import("../doctor/probes"),
    import("../doctor/target"),
    import("./job"),
  ]);
  return receiptOf(await kubectlOf(targetOf(stackSettings(attesting.root, stack)), realProbes()), stack, job);
}

async function migrationReceipt(attesting: Attesting): Promise<Taken> {
  return { bytes: jsonBytes(await receiptFor(attesting)), ending: ".json" };
}

/** What the Job's own check said of the dump that it made. */
async function backupProof(attesting: Attesting): Promise<Taken> {
  const { job, steps } = await receiptFor(attesting);
  const check = steps.find(({ name, exitCode }) => name === "check-backup" && exitCode === 0);
  if (check === undefined) throw new UserError(`the Job ${job} has no step check-backup that ended well`);
  return { bytes: Buffer.from(check.log), ending: ".txt" };
}

async function firing({ prometheus, alertmanager }: Attesting): Promise<Taken> {
  const asked =
    prometheus === undefined
      ? { base: alertmanager, path: "api/v2/alerts" }
      : { base: prometheus, path: "api/v1/alerts" };
  if (asked.base === undefined || (prometheus !== undefined && alertmanager !== undefined)) {
    throw new UserError(
      "alerts are read from one of --prometheus URL and --alertmanager URL, or from a FILE",
    );
  }
  const url = `${asked.base.replace(/\/+$/, "")}/${asked.path}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch((error: unknown) => {
    throw new UserError(`${url} does not answer: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (!answer.ok) throw new UserError(`${url} answers ${answer.status} ${answer.statusText}`);
  const at = new Date().toISOString();
  const json: unknown = await answer.json().catch(() => {
    throw new UserError(`${url} answers no JSON: expected the API of Prometheus or Alertmanager`);
  });
  return { bytes: jsonBytes({ at, answer: json }), ending: ".json" };
}

const jsonBytes = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

async function readings(attesting: Attesting): Promise<Taken> {
  const stack = stackFor(attesting);
  const { doctorReport } = await import("../doctor");
  return { bytes: jsonBytes(await doctorReport(stack)), ending: ".json" };
}

async function exported(attesting: Attesting): Promise<Taken> {
  const stack = stackFor(attesting);
  const [{ mkdtempSync, rmSync }, { tmpdir }] = await Promise.all([import("node:fs"), import("node:os")]);
  const { exportStack } = await import("../pulumi");
  const folder = mkdtempSync(path.join(tmpdir(), "golive-restore-"));
  try {
    const file = path.join(folder, "state.json");
    const code = await exportStack(stack, file);
    if (code !== 0) throw new UserError(`the state of ${stack} could not be saved: Pulumi gave ${code}`);
    return { bytes: readFileSync(file), ending: ".json" };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function workingTree({ root, repository = root }: Attesting): Promise<Taken> {
  const status = git(repository, "status", "--porcelain=v2", "--branch");
  if (status === undefined) throw new UserError(`${repository} is no working tree of git`);
  return Promise.resolve({ bytes: Buffer.from(`${status}\n`), ending: ".txt" });
}
