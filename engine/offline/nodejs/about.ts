// What `pulumi about` asks.
import { execFile } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { RuntimeOptions } from "./options";

/** A package that a program has locked. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
}

const LOCK_FILES: Readonly<Record<string, string>> = {
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "bun.lock": "bun",
};

/** Name and version of the package manager that a program uses; the version is empty where it cannot be run. */
export async function packageManagerOf(
  options: RuntimeOptions,
  programDirectory: string,
): Promise<Dependency> {
  const locked = Object.entries(LOCK_FILES).find(([file]) =>
    existsSync(path.join(programDirectory, file)),
  )?.[1];
  const name = options.packagemanager === "auto" ? (locked ?? "npm") : options.packagemanager;
  return { name, version: installedVersion(name) ?? (await askedVersion(name, programDirectory)) };
}

/**
 * Version in the package.json of the command's own package. The engine asks at every preview, and `npm --version`
 * takes as long as a small program.
 */
function installedVersion(command: string): string | undefined {
  try {
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    const script = folders.map((folder) => path.join(folder, command)).find((file) => existsSync(file));
    const folder =
      script === undefined ? undefined : folderAbove(path.dirname(realpathSync(script)), "package.json");
    const manifest = folder === undefined ? {} : readJson(path.join(folder, "package.json"));
    return manifest.name === command && typeof manifest.version === "string" ? manifest.version : undefined;
  } catch {
    return undefined;
  }
}

async function askedVersion(command: string, cwd: string): Promise<string> {
  const answer = await promisify(execFile)(command, ["--version"], { cwd }).catch(() => undefined);
  return answer?.stdout.trim() ?? "";
}

/** What the nearest package-lock.json locks: all of it, or what package.json names itself. */
export function programDependencies(programDirectory: string, transitive: boolean): Dependency[] {
  const folder = folderAbove(programDirectory, "package-lock.json");
  if (folder === undefined) {
    throw new Error(`no package-lock.json found (searching upwards from ${programDirectory})`);
  }
  const packages = objectOf(readJson(path.join(folder, "package-lock.json")).packages);
  const direct = new Set(transitive ? [] : directNames(objectOf(packages[""])));
  return Object.entries(packages)
    .filter(([location]) => (transitive ? location !== "" : direct.has(topLevelName(location))))
    .map(([location, entry]) => ({ name: nameOf(location), version: versionOf(entry) }));
}

function versionOf(entry: unknown): string {
  const { version } = objectOf(entry);
  return typeof version === "string" ? version : "";
}

const nameOf = (location: string): string => location.split("node_modules/").at(-1) ?? location;
const topLevelName = (location: string): string => location.replace(/^node_modules\//, "");

function directNames(root: Readonly<Record<string, unknown>>): string[] {
  return [...Object.keys(objectOf(root.dependencies)), ...Object.keys(objectOf(root.devDependencies))];
}

function folderAbove(directory: string, file: string): string | undefined {
  if (existsSync(path.join(directory, file))) return directory;
  const parent = path.dirname(directory);
  return parent === directory ? undefined : folderAbove(parent, file);
}

const readJson = (file: string): Record<string, unknown> => objectOf(JSON.parse(readFileSync(file, "utf8")));

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
