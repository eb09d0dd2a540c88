/**
 * Compiles a TypeScript entry and what it imports into one JavaScript file, once for each state of its sources.
 *
 * Plain JavaScript, because Pulumi loads it before anything could compile it. ts-node would else compile every file
 * of the program again on every run, which takes longer than all the rest of a small preview.
 */
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");

/** What decides the output beside its own sources: packages change only with the lock file. */
const ALWAYS = ["compile.js", "package-lock.json"];

/** Paths are from the checkout; `<output>.sources.json` beside the output says what it was made of. */
function compile(entry, output) {
  const file = path.join(__dirname, output);
  const record = `${file}.sources.json`;
  if (isFresh(file, record)) return { file, built: false };
  const { outputFiles, metafile } = require("esbuild").buildSync({
    entryPoints: [entry],
    outfile: file,
    absWorkingDir: __dirname,
    bundle: true,
    // Sigstore is loaded where a signature is its own, and not before; PostgreSQL's parser reads its WebAssembly beside it.
    external: ["@pulumi/*", "@sigstore/*", "libpg-query", "sigstore"],
    format: "cjs",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const sources = [...ALWAYS, ...Object.keys(metafile.inputs).filter(isOwn)].sort();
  mkdirSync(path.dirname(file), { recursive: true });
  for (const { path: target, contents } of outputFiles) writeWhole(target, contents);
  writeWhole(record, JSON.stringify({ sources, digest: digestOf(sources) }, undefined, 2));
  return { file, built: true };
}

const isOwn = (source) => !source.startsWith("node_modules/");

function isFresh(file, record) {
  if (!existsSync(file)) return false;
  try {
    const { sources, digest } = JSON.parse(readFileSync(record, "utf8"));
    return digest === digestOf(sources);
  } catch {
    return false;
  }
}

function digestOf(sources) {
  const digest = createHash("sha256");
  for (const source of sources) digest.update(source).update(readFileSync(path.join(__dirname, source)));
  return digest.digest("hex");
}

/** A run beside this one never reads half a file. */
function writeWhole(file, contents) {
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, contents);
  renameSync(partial, file);
}

module.exports = { compile };
