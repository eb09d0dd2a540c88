/**
 * What charts rendered to, kept from run to run in the folder that `GOLIVE_RENDERINGS` names. A rendering is known by
 * all that decides it, so that an edit of the chart, other values or another helm is another rendering. Without the
 * variable, and wherever the folder cannot be used, nothing is kept and helm renders.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { ordered } from "./manifest";
import { helm } from "./process";

/** All that decides a rendering beside the files of the chart and helm itself. */
export interface RenderingRequest {
  /** Folder of the chart. */
  readonly chart: string;
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly kubeVersion?: string;
}

/** Changes with the form of an entry: one of another form is never looked at. */
const FORM = 1;
/** Entries kept, of about 5 kB each, and for how long; a process may add its own to them. */
const MOST = 2000;
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** The file of a rendering's entry; undefined where none can be kept: no folder for it, or a chart or helm that cannot be read. */
export async function renderingEntry(request: RenderingRequest): Promise<string | undefined> {
  const { chart, name, namespace, values, kubeVersion } = request;
  const folder = process.env.GOLIVE_RENDERINGS;
  if (!folder) return undefined;
  try {
    const [program, files] = await Promise.all([programIdentity(helm()), filesDigest(chart)]);
    return path.join(
      folder,
      digestOf(JSON.stringify([FORM, program, files, name, namespace, ordered(values), kubeVersion])),
    );
  } catch {
    return undefined;
  }
}

/** Helm's text as it was kept, or undefined. An entry that is not as it was written is dropped. */
export async function readRendering(entry: string): Promise<string | undefined> {
  const kept = await readFile(entry, "utf8").catch(() => undefined);
  if (kept === undefined) return undefined;
  const end = kept.indexOf("\n");
  const text = kept.slice(end + 1);
  if (kept.slice(0, end) === seal(entry, text)) return text;
  await rm(entry, { force: true }).catch(() => undefined);
  return undefined;
}

/** Keeps helm's text, whole or not at all, for its owner's eyes; what is old or too many goes, once a process. */
export async function keepRendering(entry: string, text: string): Promise<void> {
  const partial = `${entry}.${randomUUID()}`;
  try {
    await mkdir(path.dirname(entry), { recursive: true, mode: 0o700 });
    await writeFile(partial, `${seal(entry, text)}\n${text}`, { mode: 0o600 });
    await rename(partial, entry);
    await prune(path.dirname(entry));
  } catch {
    // A folder that cannot be written costs time, and nothing else.
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

const pruned = new Set<string>();

async function prune(from: string): Promise<void> {
  if (pruned.has(from)) return;
  pruned.add(from);
  const files = await Promise.all((await readdir(from)).map((name) => ageOf(path.join(from, name))));
  const newestFirst = files.sort((a, b) => b.modified - a.modified);
  const gone = newestFirst.filter(({ modified }, index) => index >= MOST || Date.now() - modified > KEPT_MS);
  await Promise.all(gone.map(({ file }) => rm(file, { force: true })));
}

/** A file that a run beside this one has just removed is of no age. */
const ageOf = async (file: string) => ({
  file,
  modified: await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  ),
});

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** Holds an entry to its name as well: one that was copied to another's place is not as it was written. */
const seal = (entry: string, text: string) => digestOf(`${path.basename(entry)}\n${text}`);

/** A helm put in another's place has another size or time; to ask each for its version would cost as much as to render. */
async function programIdentity(program: string): Promise<unknown[]> {
  const { size, mtimeMs } = await stat(program);
  return [program, size, mtimeMs];
}

/** Every file of a chart by name and content. Errors: a chart that is no folder, or that holds more than files and folders. */
async function filesDigest(chart: string): Promise<string> {
  const entries = await readdir(chart, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  if (!files.every((entry) => entry.isFile())) throw new Error(`${chart} holds links`);
  const paths = files.map(({ parentPath, name }) => path.join(parentPath, name)).sort();
  const contents = await Promise.all(paths.map((file) => readFile(file)));
  const digest = createHash("sha256");
  for (const [index, file] of paths.entries()) {
    const content = contents[index] ?? Buffer.alloc(0);
    digest.update(`${path.relative(chart, file)}\0${content.length}\0`).update(content);
  }
  return digest.digest("hex");
}
