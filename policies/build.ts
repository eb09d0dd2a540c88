/** Compiles the policy pack: Pulumi's loader would else type-check it on every run, which costs more than the whole preview. */
import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

const repository = path.resolve(__dirname, "..");
const out = path.join(__dirname, "bin");
const bundle = path.join(out, "index.js");
const record = path.join(out, "build.json");

/** What decides the bundle beside its own sources. */
const alwaysSources = ["policies/build.ts", "package-lock.json"];

/** What `buildPack` did. */
export interface PackBuild {
  /** The compiled pack, `policies/bin/index.js`, absolute. */
  readonly file: string;
  /** False where the compiled pack was that of the present sources already. */
  readonly built: boolean;
}

/**
 * Compiles the pack to `policies/bin/index.js`, unless the one there was made of the same sources. Takes about 10 ms when nothing changed; the
 * file is put in place whole, so that a run beside never reads half of it.
 *
 * @throws esbuild's own error, which names file and line, where a source does not compile
 */
export async function buildPack(): Promise<PackBuild> {
  if (await isFresh()) return { file: bundle, built: false };
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [path.join(__dirname, "index.ts")],
    outfile: bundle,
    absWorkingDir: repository,
    bundle: true,
    external: ["@pulumi/*"],
    format: "cjs",
    platform: "node",
    target: "node20",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const sources = [...alwaysSources, ...Object.keys(result.metafile.inputs).filter(isOwn)].sort();
  await mkdir(out, { recursive: true });
  for (const file of result.outputFiles) await writeWhole(file.path, file.contents);
  await writeWhole(record, JSON.stringify({ sources, digest: await digestOf(sources) }, undefined, 2));
  return { file: bundle, built: true };
}

/** Packages change only with the lock file, which is a source already. */
function isOwn(source: string): boolean {
  return !source.startsWith("node_modules/");
}

async function isFresh(): Promise<boolean> {
  try {
    const made: unknown = JSON.parse(await readFile(record, "utf8"));
    await access(bundle);
    return isRecordOfBuild(made) && made.digest === (await digestOf(made.sources));
  } catch {
    return false;
  }
}

interface RecordOfBuild {
  readonly sources: string[];
  readonly digest: string;
}

function isRecordOfBuild(value: unknown): value is RecordOfBuild {
  return (
    typeof value === "object" &&
    value !== null &&
    "sources" in value &&
    "digest" in value &&
    Array.isArray(value.sources)
  );
}

async function digestOf(sources: readonly string[]): Promise<string> {
  const digest = createHash("sha256");
  for (const source of sources) digest.update(source).update(await readFile(path.join(repository, source)));
  return digest.digest("hex");
}

async function writeWhole(file: string, contents: string | Uint8Array): Promise<void> {
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, contents);
  await rename(partial, file);
}

if (require.main === module) void buildPack();
