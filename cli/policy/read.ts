/** Reads what `golive policy test` is given: files, folders and standard input. */
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { RenderChart } from "../../policies/release";
import { Subjects } from "../../policies/resource";
import type { Subject } from "../../policies/subject";
import { parseDocuments } from "./documents";
import { objectsOf, type Held } from "./objects";

/** The objects of one file. */
export interface ReadFile {
  readonly file: string;
  readonly subjects: readonly Subject[];
}

/** What could not be judged, and why, in one sentence. */
export interface ReadError {
  readonly file: string;
  readonly message: string;
}

export interface Reading {
  readonly files: readonly ReadFile[];
  readonly errors: readonly ReadError[];
  /** Files of a folder that hold something else: values, a chart's own description. */
  readonly skipped: readonly string[];
}

/** Loaded when the first release is met. */
const render: RenderChart = async (request) => {
  const [{ renderChart }, { findTool }] = await Promise.all([
    import("../../charts/render"),
    import("../../engine/acquire"),
  ]);
  process.env.GOLIVE_HELM ??= await findTool("helm");
  return renderChart(request);
};

/** Reads everything that `paths` name, `-` for standard input. What cannot be read is among the errors, beside all the rest. */
export async function readInputs(paths: readonly string[]): Promise<Reading> {
  const read = (await Promise.all(paths.map(readPath))).flat();
  return {
    files: read.flatMap(({ files }) => files),
    errors: read.flatMap(({ errors }) => errors),
    skipped: read.flatMap(({ skipped }) => skipped),
  };
}

const STDIN = "-";

async function readPath(given: string): Promise<Reading[]> {
  try {
    if (given === STDIN) return [await readText(given, await text(process.stdin), false)];
    const isFolder = (await stat(given)).isDirectory();
    const files = isFolder ? await manifestsBelow(given) : [given];
    if (files.length === 0) return [failed(given, "is a folder without a *.yaml, *.yml or *.json")];
    return await Promise.all(files.map((file) => readManifest(file, isFolder)));
  } catch (error) {
    return [failed(given, reasonOf(error))];
  }
}

function failed(file: string, message: string): Reading {
  return { files: [], errors: [{ file, message }], skipped: [] };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "is not there: name a file, a folder or - for standard input";
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

async function manifestsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !/(?:^|\/)(?:node_modules|\.[^./][^/]*)\//.test(path.relative(folder, file)))
    .sort();
}

async function readManifest(file: string, inFolder: boolean): Promise<Reading> {
  try {
    return await readText(file, await readFile(file, "utf8"), inFolder);
  } catch (error) {
    return failed(file, reasonOf(error));
  }
}

async function readText(file: string, content: string, inFolder: boolean): Promise<Reading> {
  const subjects = new Subjects([process.cwd(), path.dirname(path.resolve(file))], render);
  const documents = parseDocuments(content);
  const held = await Promise.all(
    documents.map(async (document): Promise<Held> =>
      "broken" in document
        ? { subjects: [], broken: [document.broken] }
        : objectsOf(document.value, subjects),
    ),
  );
  if (inFolder && held.every(({ foreign }) => foreign === true))
    return { files: [], errors: [], skipped: [file] };
  const faults = held.flatMap(({ broken }, index) =>
    broken.map((message) => (held.length === 1 ? message : `document ${index + 1} ${message}`)),
  );
  const nothing = documents.length === 0 ? ["holds no document: there is nothing to judge"] : [];
  return {
    files: [{ file, subjects: held.flatMap((each) => each.subjects) }],
    errors: [...faults, ...nothing].map((message) => ({ file, message })),
    skipped: [],
  };
}
