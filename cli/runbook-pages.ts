/** `docs/runbooks/<stack>/<system>.md` and `.en.md`: what to do about each alert of each system (rows L19, G15, E11). */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../engine/cache";
import { groupsOf } from "../observability/groups";
import type { Page } from "../observability/runbooks/page";
import { runbookPages } from "../observability/runbooks/pages";
import { readStackFile } from "../settings";
import { watchedOf } from "../systems/watched";
import { stackFile, stackNames } from "./stacks";

/** Where the pages lie. */
export const runbooksFolder = path.join(repositoryRoot, "docs", "runbooks");

/** Every page of every stack of the checkout. */
export async function allRunbookPages(): Promise<readonly Page[]> {
  const files = await Promise.all((await stackNames()).map(stackFile));
  return files
    .flatMap((file) => watchedOf(readStackFile(file)))
    .flatMap((watched) => runbookPages(watched, groupsOf));
}

/** Paths, below the folder, of the pages that are there. */
export const writtenPages = (): readonly string[] =>
  readdirSync(runbooksFolder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .sort();

/** Writes them all anew: a stack or system that is gone leaves no page behind. */
async function main(): Promise<void> {
  const pages = await allRunbookPages();
  rmSync(runbooksFolder, { recursive: true, force: true });
  for (const page of pages) {
    const file = path.join(runbooksFolder, page.path);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, page.text);
  }
}

if (require.main === module && process.argv.includes("--write")) void main();
