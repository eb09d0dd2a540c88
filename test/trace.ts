/** `npm run trace`: each row of the requirements with the tests whose titles name it; fails on a row without one. */
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import Table from "cli-table3";
import { repositoryRoot } from "../engine/cache";

const TITLE = /\bit\(\s*[`"']((?:[A-Z]\d+[a-z]? ?)+)([^`"']*)/g;
const ROW = /^\| ([KLGSE]\d+) *\| ([^|]+) \|/gm;

interface Proof {
  readonly file: string;
  readonly title: string;
}

async function proofs(): Promise<Map<string, Proof[]>> {
  const found = new Map<string, Proof[]>();
  const folder = path.join(repositoryRoot, "test");
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".test.ts"));
  for (const file of files.sort()) {
    const text = await readFile(path.join(folder, file), "utf8");
    for (const [, ids = "", title = ""] of text.matchAll(TITLE)) {
      for (const id of ids.trim().split(" ")) found.set(id, [...(found.get(id) ?? []), { file, title }]);
    }
  }
  return found;
}

async function requirements(file: string): Promise<{ id: string; duty: string }[]> {
  const text = await readFile(file, "utf8");
  return [...text.matchAll(ROW)].map(([, id = "", duty = ""]) => ({ id, duty: duty.trim() }));
}

async function main(): Promise<void> {
  const rows = await requirements(path.join(repositoryRoot, "docs", "requirements.md"));
  const tests = await proofs();
  const table = new Table({ head: ["row", "tests", "first"], style: { head: [], border: [] } });
  for (const { id } of rows) {
    const of = tests.get(id) ?? [];
    table.push([id, of.length, of[0] ? `${of[0].file}: ${of[0].title.slice(0, 70)}` : "none yet"]);
  }
  console.log(table.toString());
  const unproved = rows.filter(({ id }) => !tests.has(id)).map(({ id }) => id);
  if (unproved.length > 0)
    console.error(`${unproved.length} of ${rows.length} rows without a test: ${unproved.join(" ")}`);
  process.exitCode = unproved.length > 0 ? 1 : 0;
}

void main();
