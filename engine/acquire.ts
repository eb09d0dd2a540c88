/** Finds a tool, or makes it: an explicit path, PATH, the cache, the publisher's download, a build of its Go module. */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, writeFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import semver from "semver";
import * as tar from "tar";
import { cacheRoot, isExecutable, makeWhole, repositoryRoot } from "./cache";
import { step, type Say } from "./progress";
import { tools, type Download, type Tool, type ToolName } from "./tools";

const run = promisify(execFile);

/** Where a tool came from, in the order tried. */
export type Origin = "environment" | "PATH" | "cache" | "download" | "build";

export interface FoundTool {
  readonly path: string;
  readonly origin: Origin;
  /** Absent where the environment names the tool: whoever names it answers for its version. */
  readonly version?: string;
}

/** What a way led to, before it is known by its origin. */
type Lead = Omit<FoundTool, "origin">;

/** No way led to the tool; the message lists each that was tried and why it failed. */
export class ToolNotFound extends Error {
  override readonly name = "ToolNotFound";
}

const DOWNLOAD_CONNECT_MS = 5_000;
const VERSION_MS = 20_000;

/**
 * Path of a tool's executable, made if need be (source: design decision 2).
 *
 * Tried in order: the variable `GOLIVE_<NAME>`; PATH, where the version there will do; golive's cache; the
 * publisher's download with its SHA-256; a build of the pinned Go module.
 * Errors: {@link ToolNotFound}, with every way tried and the reason of each.
 */
export async function findTool(name: ToolName): Promise<string> {
  return (await locateTool(name)).path;
}

/** As {@link findTool}, with where the tool came from. */
export async function locateTool(name: ToolName, tool: Tool = tools[name]): Promise<FoundTool> {
  const cached = cachedPath(name, tool);
  const target = path.dirname(cached);
  const own = (find: () => Promise<string>) => async () => ({ path: await find(), version: tool.version });
  const ways: readonly [Origin, () => Promise<Lead>][] = [
    ["environment", () => fromEnvironment(name)],
    ["PATH", () => fromPath(name, tool)],
    ["cache", own(() => executable(cached, "not in the cache yet"))],
    ["download", own(() => fromDownload(name, tool, target, cached))],
    ["build", own(() => fromBuild(name, tool, target, cached))],
  ];
  const failures: string[] = [];
  for (const [origin, way] of ways) {
    try {
      return { ...(await way()), origin };
    } catch (error) {
      failures.push(`  ${origin}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new ToolNotFound(
    `${name} ${tool.version} could not be had:\n${failures.join("\n")}\n` +
      `Install ${name} ${tool.onPath ? `(${tool.onPath.atLeast} or later) ` : ""}yourself and put it on PATH, ` +
      `or set ${variableOf(name)} to its path, or install Go 1.26 so that golive can build it.`,
  );
}

/** The variable that names a tool's executable, e.g. `GOLIVE_KUBE_APISERVER`. */
export const variableOf = (name: string): string => `GOLIVE_${name.toUpperCase().replaceAll("-", "_")}`;

/** Where a tool lies once golive has downloaded or built it. */
export const cachedPath = (name: ToolName, { version }: Tool = tools[name]): string =>
  path.join(cacheRoot(), "tools", `${name}-${version}`, name);

/** Folders of PATH, in order; a relative one, which would mean another program in every folder, is left out. */
export const searchPath = (): string[] =>
  (process.env.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));

/** The version in what a tool prints: bare, within a sentence, or as `gitVersion` of JSON. */
export const versionIn = (text: string): string | undefined =>
  semver.coerce(text.split("gitVersion").pop() ?? "")?.version;

async function executable(file: string, otherwise: string): Promise<string> {
  if (await isExecutable(file)) return file;
  throw new Error(otherwise);
}

async function fromEnvironment(name: ToolName): Promise<Lead> {
  const variable = variableOf(name);
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set`);
  const file = path.resolve(value);
  return { path: await executable(file, `${variable} is ${value}, which is not an executable file`) };
}

async function fromPath(name: ToolName, tool: Tool): Promise<Lead> {
  if (!tool.onPath) throw new Error(`not looked for: golive runs its own ${name} ${tool.version}`);
  const { atLeast, versionArgs } = tool.onPath;
  for (const folder of searchPath()) {
    const file = path.join(folder, name);
    if (!(await isExecutable(file))) continue;
    const { stdout } = await run(file, [...versionArgs], { timeout: VERSION_MS });
    const version = versionIn(stdout);
    if (version !== undefined && semver.gte(version, atLeast)) return { path: file, version };
    throw new Error(`${file} is version ${version ?? "unknown"}; ${atLeast} or later is needed`);
  }
  throw new Error(`no ${name} on PATH`);
}

async function fromDownload(name: ToolName, tool: Tool, target: string, cached: string): Promise<string> {
  const download = tool.download;
  if (!download) throw new Error("the publisher offers no download for golive to use");
  const archive = await fetchChecked(name, tool, download);
  await makeWhole(target, async (folder) => {
    const inside = download.inside?.(platform(), arch());
    const file = path.join(folder, name);
    if (inside === undefined) {
      await writeFile(file, archive);
      await chmod(file, 0o755);
    } else {
      await unpack(archive, inside, folder);
    }
  });
  return executable(cached, `the download holds no ${name}`);
}

/** The file, once its SHA-256 is the one that the publisher lists. */
async function fetchChecked(name: ToolName, tool: Tool, download: Download): Promise<Buffer> {
  const url = download.url(platform(), arch());
  const sums = (await get(download.checksums(platform(), arch()))).toString("utf8");
  const file = path.posix.basename(new URL(url).pathname);
  const expected = listedChecksum(sums, file);
  return step(`downloading ${name} ${tool.version}`, async () => {
    const body = await get(url);
    const actual = createHash("sha256").update(body).digest("hex");
    if (actual !== expected) throw new Error(`${url}: SHA-256 is ${actual}, the publisher lists ${expected}`);
    return body;
  });
}

/** The checksum of `file` in a list of `<sha256>  <file>` lines, or the only one in a list of one bare sum. */
export function listedChecksum(list: string, file: string): string {
  const lines = list.trim().split("\n");
  const line =
    lines.find((text) => text.trim().endsWith(file)) ?? (lines.length === 1 ? lines[0] : undefined);
  const sum = line === undefined ? undefined : /^[0-9a-f]{64}\b/i.exec(line.trim())?.[0];
  if (sum === undefined) throw new Error(`the publisher's checksums do not list ${file}`);
  return sum.toLowerCase();
}

async function get(url: string): Promise<Buffer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), DOWNLOAD_CONNECT_MS);
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new Error(`${url}: ${reasonOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError") return `no answer within ${DOWNLOAD_CONNECT_MS / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function unpack(archive: Buffer, inside: string, folder: string): Promise<void> {
  const file = path.join(folder, "archive.tar.gz");
  await writeFile(file, archive);
  const strip = inside.split("/").length - 1;
  await tar.extract({ file, cwd: folder, strip });
}

async function fromBuild(name: ToolName, tool: Tool, target: string, cached: string): Promise<string> {
  const go = await goCommand();
  await step(`building ${name} ${tool.version} from its Go module`, (say) =>
    makeWhole(target, (folder) => goBuild(go, tool, path.join(folder, name), say)),
  );
  return executable(cached, `the build left no ${name}`);
}

async function goCommand(): Promise<string> {
  try {
    await run("go", ["version"]);
    return "go";
  } catch {
    throw new Error("no Go on PATH (Go 1.26 or later builds it from the pinned module)");
  }
}

function goBuild(go: string, tool: Tool, output: string, say: Say): Promise<void> {
  const set = Object.entries(tool.build.set).map(([name, value]) => `-X ${name}=${value}`);
  const flags = [
    "-mod=readonly",
    "-buildvcs=false",
    "-trimpath",
    `-ldflags=${["-s", "-w", ...set].join(" ")}`,
    ...(tool.build.tag === undefined ? [] : [`-tags=${tool.build.tag}`]),
  ];
  const child = spawn(go, ["build", "-v", ...flags, "-o", output, tool.build.package], {
    cwd: path.join(repositoryRoot, "engine", "tools", tool.build.module),
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let tail = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      tail = (tail + text).slice(-2000);
      say(text.trim().split("\n").pop() ?? "");
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go build failed: ${tail.trim().split("\n").slice(-5).join(" / ")}`));
    });
  });
}
