/** Bundles each stand-in into one JavaScript file of the cache, once for each state of its sources. */
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { cacheRoot, makeWhole } from "../cache";
import { step } from "../progress";

/** The stand-ins, each with its entry file `engine/offline/<name>/main.ts`. */
export const standIns = ["nodejs", "kubernetes", "aws", "random"] as const;
export type StandIn = (typeof standIns)[number];

/** Folder that holds `<stand-in>.js` for each stand-in, as the sources of this checkout have them. */
export async function bundledStandIns(): Promise<string> {
  const target = path.join(cacheRoot(), "offline", await sourcesDigest());
  const built = await readdir(target).catch(() => []);
  if (built.length === 0) await step("bundling the offline stand-ins", () => makeWhole(target, bundle));
  return target;
}

/** What the stand-ins import beside their own folder, and the packages' versions. */
const SHARED = ["../plugins.ts", "../tools.ts", "../../package-lock.json"];

async function sourcesDigest(): Promise<string> {
  const digest = createHash("sha256");
  const own = (await readdir(__dirname, { recursive: true })).filter((file) => file.endsWith(".ts")).sort();
  for (const file of [...own, ...SHARED]) {
    digest.update(file).update(await readFile(path.join(__dirname, file)));
  }
  return digest.digest("hex").slice(0, 16);
}

async function bundle(folder: string): Promise<void> {
  const { build } = await import("esbuild");
  await build({
    entryPoints: Object.fromEntries(standIns.map((name) => [name, path.join(__dirname, name, "main.ts")])),
    outdir: folder,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "error",
  });
}
