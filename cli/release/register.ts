/** `golive release register`: the version register, out of the records (row K27). */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { markdownTable } from "markdown-table";
import { findRecords, loadRecord, type LoadedRecord } from "../../evidence/records";
import { verifyCompletion } from "../../evidence/signatures";
import { releasesFolder, signersOf } from "./checkout";

const HEAD = ["version", "date", "changes", "author", "breaking changes", "updated dependencies", "stacks"];

/** The register of one system, or of all, in Markdown: the latest version first. */
export async function register(root: string, system?: string, now = new Date()): Promise<string> {
  const releases = releasesFolder(root);
  const systems = system === undefined ? foldersIn(releases) : [system];
  const parts = await Promise.all(
    systems.map(async (each) => {
      const records = findRecords(releases, each)
        .map((folder) => loadRecord(folder))
        .sort((a, b) => Date.parse(b.record.at) - Date.parse(a.record.at));
      const rows = await Promise.all(records.map((loaded) => row(root, loaded, now)));
      return rows.length === 0
        ? `## ${each}\n\nNo release is recorded.\n`
        : `## ${each}\n\n${markdownTable([HEAD, ...rows])}\n`;
    }),
  );
  return [
    "# Version register\n",
    "Written by `golive release register --write docs/releases.md` out of `releases/`; changes here are lost.\n",
    ...parts,
  ].join("\n");
}

/** `golive release register [SYSTEM] [--write FILE]`: prints the register, or writes it. */
export async function registerCommand(
  root: string,
  system: string | undefined,
  options: { readonly write?: string | undefined },
): Promise<void> {
  const text = await register(root, system);
  if (options.write === undefined) {
    console.log(text);
    return;
  }
  const file = path.resolve(root, options.write);
  const prettier = await import("prettier");
  const config = await prettier.resolveConfig(file);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, await prettier.format(text, { ...config, parser: "markdown" }));
  console.log(`${options.write} is written`);
}

async function row(root: string, loaded: LoadedRecord, now: Date): Promise<string[]> {
  const { version, at, changes, author, breaking, dependencies } = loaded.record;
  const stacks = Object.keys(loaded.record.stacks).map((stack) => stackCell(root, loaded, stack, now));
  return [
    version,
    at.slice(0, "2026-11-24".length),
    lines(changes),
    author.name,
    lines(breaking),
    lines(dependencies),
    lines(await Promise.all(stacks)),
  ];
}

/** A stack, with the end of the release there: only where the signature of it holds. */
async function stackCell(root: string, loaded: LoadedRecord, stack: string, now: Date): Promise<string> {
  const signers = signersOf({ root, system: loaded.record.system }, stack);
  const completion = await verifyCompletion(loaded, { stack, signers, now });
  if (completion?.valid !== true) return `${stack}: not completed`;
  const { state, end } = completion.signed;
  return `${stack}: ${state} ${end.slice(0, "2026-11-24T08:30".length).replace("T", " ")}`;
}

const lines = (items: readonly string[]) => (items.length === 0 ? "none" : items.map(cell).join("<br>"));

/** A text of the user's as text: neither a tag nor a new column. */
const cell = (text: string) =>
  text.replace(/\s+/g, " ").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\|/g, "\\|");

function foldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch {
    return [];
  }
}
