import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import ts from "typescript";
import { z } from "zod";
import { repositoryRoot } from "../../engine/cache";

const packageFile = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), "utf8");
const declared = packageFile.parse(JSON.parse(read("package.json")));

/** Everything that runs where golive is installed without its tests, committed or not; k6 runs its own scripts. */
const sources = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.js"],
  { cwd: repositoryRoot, encoding: "utf8" },
)
  .trim()
  .split("\n")
  .filter((file) => !/^(?:test|bench|k6)\//.test(file) && !file.endsWith(".d.ts"));

/** `@scope/name` of `@scope/name/below`. */
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

const isPackage = (specifier: string): boolean =>
  !/^[./]|^node:/.test(specifier) && !builtinModules.includes(specifier);

const importsOf = (text: string): readonly string[] =>
  ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter(isPackage)
    .map(packageOf);

const isMissing = (name: string): boolean => !(name in declared.dependencies);

/** Packages that a file loads when it runs and that are not there; types alone are gone by then. */
function missingOf(file: string): readonly string[] {
  const text = read(file);
  if (!importsOf(text).some(isMissing)) return [];
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext };
  const { outputText } = ts.transpileModule(text, { fileName: file, compilerOptions });
  return importsOf(outputText).filter(isMissing);
}

describe("dependencies", () => {
  it("whatever golive loads when it runs is in dependencies, where npm ci --omit=dev has it", () => {
    const missing = sources.flatMap((file) => missingOf(file).map((name) => `${file}: ${name}`));
    assert.deepEqual(missing, []);
  });

  it("each is there once, at one exact version", () => {
    const { dependencies, devDependencies } = declared;
    assert.deepEqual(
      Object.keys(dependencies).filter((name) => name in devDependencies),
      [],
    );
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
  });
});
