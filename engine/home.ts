/**
 * golive's own PULUMI_HOME: Pulumi's plugins where they can be had, the offline stand-ins where they cannot.
 * The user's home is read and never written, so that no stand-in can be taken there for the real plugin.
 */
import { execFile } from "node:child_process";
import { constants, copyFile, mkdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { locateTool, type FoundTool, type Origin } from "./acquire";
import { cacheRoot, exists, placeWhole } from "./cache";
import { bundledStandIns } from "./offline/bundle";
import { isPluginName, plugins, type PluginName } from "./plugins";
import { step } from "./progress";
import { tools } from "./tools";

const run = promisify(execFile);

/** Where one part of the engine came from. */
export interface Part {
  readonly name: string;
  /** Empty where nobody has asked: the environment names the part. */
  readonly version: string;
  readonly origin: Origin | "beside pulumi" | "your Pulumi home" | "stand-in";
}

export interface Home {
  /** The `pulumi` executable to run. */
  readonly pulumi: string;
  /** The folder to give it as PULUMI_HOME. */
  readonly folder: string;
  readonly parts: readonly Part[];
}

const PLUGIN_HOST = "https://get.pulumi.com";
const REACHABLE_MS = 3_000;
const ASK_AGAIN_MS = 24 * 60 * 60 * 1000;
const STAND_IN_MARK = "golive-stand-in";

/** The user's own PULUMI_HOME (default: `~/.pulumi`). */
export const userPulumiHome = (): string => process.env.PULUMI_HOME || path.join(homedir(), ".pulumi");

/** Finds or makes every part that a run of the engine needs (source: design decision 2). */
export async function prepareHome(): Promise<Home> {
  const [engine, bundles] = await Promise.all([locateTool("pulumi"), bundledStandIns()]);
  const folder = path.join(cacheRoot(), "homes", path.basename(bundles));
  await mkdir(path.join(folder, "plugins"), { recursive: true });
  const languageHost = await placeLanguageHost(engine, folder, bundles);
  const names = Object.keys(plugins).filter(isPluginName);
  const placed = await placePlugins(names, languageHost.pulumi, folder, bundles);
  return {
    pulumi: languageHost.pulumi,
    folder,
    parts: [
      { name: "pulumi", version: engine.version ?? "", origin: engine.origin },
      languageHost.part,
      ...placed,
    ],
  };
}

/** Pulumi's own language host where it lies beside the engine; else a copy of the engine beside ours. */
async function placeLanguageHost({ path: pulumi, version = "" }: FoundTool, folder: string, bundles: string) {
  const name = "pulumi-language-nodejs";
  if (await exists(path.join(path.dirname(pulumi), name))) {
    return { pulumi, part: { name, version, origin: "beside pulumi" } as const };
  }
  const bin = path.join(folder, "bin");
  const copy = path.join(bin, "pulumi");
  if (!(await isCopy(pulumi, copy))) {
    await mkdir(bin, { recursive: true });
    await placeWhole(copy, (partial) => copyFile(pulumi, partial, constants.COPYFILE_FICLONE));
  }
  await placeLauncher(path.join(bin, name), path.join(bundles, "nodejs.js"));
  return { pulumi: copy, part: { name, version: tools.pulumi.version, origin: "stand-in" } as const };
}

async function isCopy(original: string, copy: string): Promise<boolean> {
  const [from, to] = await Promise.all([stat(original), stat(copy).catch(() => undefined)]);
  return to !== undefined && to.size === from.size && to.mtimeMs >= from.mtimeMs;
}

/** A home belongs to one state of the bundles: a launcher that is there is the right one. */
async function placeLauncher(file: string, bundle: string): Promise<void> {
  if (!(await exists(file))) await placeWhole(file, (partial) => writeLauncher(partial, bundle));
}

/** A program that runs a bundled stand-in; the engine starts it by the name that it must have. */
export const writeLauncher = (file: string, bundle: string): Promise<void> =>
  writeFile(file, `#!/bin/sh\nexec node ${JSON.stringify(bundle)} "$@"\n`, { mode: 0o755 });

async function placePlugins(
  names: PluginName[],
  pulumi: string,
  folder: string,
  bundles: string,
): Promise<Part[]> {
  const parts: Part[] = [];
  const missing: PluginName[] = [];
  for (const name of names) {
    const origin = await presentPlugin(name, folder);
    if (origin === undefined) missing.push(name);
    else parts.push({ name, version: plugins[name], origin });
  }
  const reachable = missing.length > 0 && (await isReachable(PLUGIN_HOST));
  for (const name of missing) {
    const origin = (reachable && (await downloadPlugin(name, pulumi, folder))) || "stand-in";
    if (origin === "stand-in") await placeStandIn(name, folder, bundles);
    parts.push({ name, version: plugins[name], origin });
  }
  return parts;
}

/** Where the engine looks for a plugin in a home. */
export const pluginFolder = (name: PluginName, home: string): string =>
  path.join(home, "plugins", `resource-${name}-v${plugins[name]}`);

/** Where the plugin of this home came from, or undefined where it must still be had. */
async function presentPlugin(name: PluginName, folder: string): Promise<Part["origin"] | undefined> {
  const ours = pluginFolder(name, folder);
  const theirs = pluginFolder(name, userPulumiHome());
  const mark = await stat(path.join(ours, STAND_IN_MARK)).catch(() => undefined);
  if (mark !== undefined && Date.now() - mark.mtimeMs < ASK_AGAIN_MS) return "stand-in";
  if (mark === undefined && (await exists(ours))) return "cache";
  if (!(await exists(theirs))) return undefined;
  await rm(ours, { recursive: true, force: true });
  await symlink(theirs, ours).catch(async (error: unknown) => {
    // A run beside this one was quicker.
    if (!(await exists(ours))) throw error;
  });
  return "your Pulumi home";
}

async function isReachable(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(REACHABLE_MS) });
    return true;
  } catch {
    return false;
  }
}

async function downloadPlugin(
  name: PluginName,
  pulumi: string,
  folder: string,
): Promise<Part["origin"] | undefined> {
  await rm(pluginFolder(name, folder), { recursive: true, force: true });
  const env = { ...process.env, PULUMI_HOME: folder, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    await step(`downloading Pulumi's ${name} plugin ${plugins[name]}`, () =>
      run(pulumi, ["plugin", "install", "resource", name, plugins[name]], { env }),
    );
    return "download";
  } catch {
    return undefined;
  }
}

async function placeStandIn(name: PluginName, folder: string, bundles: string): Promise<void> {
  const target = pluginFolder(name, folder);
  // A link to a plugin that the user has removed meanwhile leads nowhere.
  if (!(await exists(target))) await rm(target, { force: true });
  await mkdir(target, { recursive: true });
  await placeLauncher(path.join(target, `pulumi-resource-${name}`), path.join(bundles, `${name}.js`));
  await writeFile(
    path.join(target, STAND_IN_MARK),
    `golive's offline stand-in for Pulumi's ${name} plugin\n`,
  );
}
