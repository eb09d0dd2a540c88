// Which plugins a program needs: those named by the packages installed for it.
import type { Dirent } from "node:fs";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";

/** A plugin that an installed package asks for. */
export interface RequiredPackage {
  readonly name: string;
  /** With a leading `v`. */
  readonly version: string;
  /** Where the plugin can be downloaded; empty for Pulumi's own place. */
  readonly server: string;
  readonly parameterization?: Parameterization;
}

/** What makes a plugin of many packages into this one. */
export interface Parameterization {
  readonly name: string;
  readonly version: string;
  /** In base64. */
  readonly value: string;
}

/**
 * Plugins of the packages in every `node_modules` below the program's folder, policy packs left out (source:
 * `getPackagesFromDir` of Pulumi's own host).
 *
 * Pulumi's host opens every folder inside `node_modules`; this one only the places where npm, pnpm and yarn put
 * packages, which takes milliseconds instead of seconds. A folder or file that cannot be read is passed over.
 */
export function requiredPackages(programDirectory: string): RequiredPackage[] {
  const search = new Search();
  search.below(programDirectory);
  return search.found;
}

class Search {
  readonly found: RequiredPackage[] = [];
  readonly #seen = new Set<string>();

  below(directory: string, entries: readonly Dirent[] = this.#open(directory)): void {
    for (const child of folders(directory, entries)) {
      if (path.basename(child) === "node_modules") this.#packages(child);
      else if (path.basename(child) !== ".git") this.#unlessPolicyPack(child);
    }
  }

  #unlessPolicyPack(directory: string): void {
    const entries = this.#open(directory);
    const isPack = entries.some((entry) => /^PulumiPolicy\.(yaml|yml|json)$/.test(entry.name));
    if (!isPack) this.below(directory, entries);
  }

  #packages(nodeModules: string): void {
    for (const child of folders(nodeModules, this.#open(nodeModules))) {
      if (path.basename(child).startsWith("@")) this.#packages(child);
      else this.#package(child);
    }
  }

  #package(directory: string): void {
    const entries = this.#open(directory);
    if (entries.some((entry) => entry.name === "package.json")) {
      const required = readRequirement(path.join(directory, "package.json"));
      if (required !== undefined) this.found.push(required);
    }
    const nested = entries.find((entry) => entry.name === "node_modules");
    if (nested !== undefined) this.#packages(path.join(directory, nested.name));
  }

  /** A folder's entries the first time that it is come to by any path, else none. */
  #open(directory: string): Dirent[] {
    try {
      const real = realpathSync(directory);
      if (this.#seen.has(real)) return [];
      this.#seen.add(real);
      return readdirSync(real, { withFileTypes: true });
    } catch {
      return [];
    }
  }
}

function folders(directory: string, entries: readonly Dirent[]): string[] {
  return entries
    .map((entry) => [entry, path.join(directory, entry.name)] as const)
    .filter(([entry, full]) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(full)))
    .map(([, full]) => full);
}

const isFolder = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;

function readRequirement(file: string): RequiredPackage | undefined {
  try {
    const text = readFileSync(file, "utf8");
    return text.includes('"pulumi"') ? requirementOf(JSON.parse(text)) : undefined;
  } catch {
    return undefined;
  }
}

/** The plugin that a package.json asks for; undefined where it asks for none or does not say which. */
export function requirementOf(manifest: unknown): RequiredPackage | undefined {
  const pulumi = field(manifest, "pulumi");
  if (field(pulumi, "resource") !== true) return undefined;
  const name = text(pulumi, "name") || /^@pulumi\/(.+)$/.exec(text(manifest, "name"))?.[1];
  const version = text(pulumi, "version") || text(manifest, "version");
  if (name === undefined || version === "") return undefined;
  const parameterization = parameterizationOf(field(pulumi, "parameterization"));
  return {
    name,
    version: version.startsWith("v") ? version : `v${version}`,
    server: text(pulumi, "server"),
    ...(parameterization && { parameterization }),
  };
}

function parameterizationOf(value: unknown): Parameterization | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return { name: text(value, "name"), version: text(value, "version"), value: text(value, "value") };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === "string" ? found : "";
}
