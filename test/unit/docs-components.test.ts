import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";
import { z } from "zod";
import { record } from "../../cli/recorder";
import { repositoryRoot } from "../../engine/cache";
import { useHelm } from "../support/helm";

const COMPONENTS = path.join(repositoryRoot, "components");
const textOf = (...file: string[]) => readFileSync(path.join(repositoryRoot, ...file), "utf8");

/** Each section's title and its example, which may lie anywhere once its imports are absolute. */
const examplesIn = (page: string) =>
  [...page.matchAll(/^## ([\w ]+)$[^#]*?^```ts\n([\s\S]*?)^```$/gm)].map(([, title = "", code = ""]) => ({
    title: title.replaceAll(" ", "-"),
    code: code
      .replaceAll(/"\.\.?\/components\//g, `"${COMPONENTS}/`)
      .replaceAll(/"\.\.\/(?=(?:observability|settings|systems)["/])/g, `"${repositoryRoot}/`)
      .replaceAll('"@pulumi/pulumi"', `"${SDK}"`),
  }));

const SDK = path.join(repositoryRoot, "node_modules", "@pulumi", "pulumi");
const examples = examplesIn(textOf("docs", "components.md"));
const readme = examplesIn(textOf("README.md"));

type ShopClass = new (name: string, args: { namespace: string; tag: string }) => object;

/** What the compiler says of files, by the project's own strict options. */
function compilerSays(files: readonly string[]): string[] {
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noUncheckedIndexedAccess: true,
    esModuleInterop: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [path.join(repositoryRoot, "node_modules", "@types")],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("the examples of docs/components.md and README.md", () => {
  let folder: string;
  const fileOf = (title: string) => path.join(folder, `${title}.ts`);

  before(useHelm);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-examples-"));
    for (const { title, code } of [...examples, ...readme]) await writeFile(fileOf(title), code);
  });
  after(() => rm(folder, { recursive: true }));

  it("K12 has an example of every component", () => {
    const components = readdirSync(COMPONENTS)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(path.join(COMPONENTS, file), "utf8"))
      .flatMap((text) => /export class (\w+) extends pulumi\.ComponentResource/.exec(text)?.[1] ?? []);
    assert.deepEqual(examples.map(({ title }) => title).sort(), components.sort());
  });

  it("K12 has examples that compile", function () {
    this.timeout(120_000);
    assert.deepEqual(compilerSays([...examples, ...readme].map(({ title }) => fileOf(title))), []);
  });

  it("K12 has a system of two components in the README, which compiles and runs", async () => {
    assert.deepEqual(
      readme.map(({ title }) => title),
      ["Add-a-system"],
    );
    const registered = await record("docs", async () => {
      const { Shop } = z.object({ Shop: z.custom<ShopClass>() }).parse(await import(fileOf("Add-a-system")));
      return new Shop("shop", { namespace: "shop", tag: "v1.0.0" });
    });
    const types = registered.map(({ type }) => type);
    for (const type of [
      "golive:systems:Shop",
      "golive:components:Namespace",
      "kubernetes:helm.sh/v3:Release",
    ]) {
      assert.ok(types.includes(type), `${type} is not among ${types.join(", ")}`);
    }
  });

  for (const { title } of examples) {
    it(`K12 runs the example of ${title}`, async () => {
      const registered = await record("docs", () => import(fileOf(title)));
      assert.ok(registered.some(({ type }) => type === `golive:components:${title}`));
      assert.ok(registered.length > 1);
    });
  }
});
