import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findTool } from "../../engine/acquire";
import { cacheRoot, repositoryRoot } from "../../engine/cache";
import { copySources } from "../support/checkout";
import type { Finished } from "../support/project";

const page = readFileSync(path.join(repositoryRoot, "docs", "new-system.md"), "utf8");
/** Indentation aside: the page shows parts of files. */
const flat = (text: string) => text.replaceAll(/^ +/gm, "");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, text = ""]) => text);

/** The page's own system, in a checkout of its own. */
describe("golive new system, as docs/new-system.md walks through it", function () {
  this.timeout(300_000);
  let folder: string;
  let helm: string;
  let written: Finished;

  const run = (program: string, ...args: readonly string[]): Promise<Finished> => {
    const env = {
      ...process.env,
      GOLIVE_HELM: helm,
      XDG_CACHE_HOME: path.dirname(cacheRoot()),
      NO_COLOR: "1",
    };
    return new Promise((resolve) => {
      const file = path.join(folder, "node_modules", ".bin", program);
      const child = execFile(file, args, { cwd: folder, env, maxBuffer: 1e7 }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
      );
    });
  };
  const textOf = (file: string) => readFile(path.join(folder, file), "utf8");
  const newSystem = (...args: readonly string[]) => run("tsx", "cli/golive.ts", "new", "system", ...args);

  const NEW = [
    "settings/systems/tienda.ts",
    "systems/tienda.ts",
    "systems/watched/tienda.ts",
    "test/unit/systems/tienda.test.ts",
  ];
  const TABLES = [
    "settings/systems/index.ts",
    "systems/index.ts",
    "systems/watched/index.ts",
    "cli/doctor/endpoints.ts",
    "Pulumi.develop.yaml",
  ];

  before(async () => {
    helm = await findTool("helm");
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "golive-new-")));
    await copySources(folder);
    written = await newSystem("tienda");
  });
  after(() => rm(folder, { recursive: true }));

  it("E12 D5 writes what the page says that it writes, and says what to do next", async () => {
    assert.equal(written.code, 0, written.output);
    const [command = ""] = blocks("sh");
    assert.equal(command.split("\n")[0], "npm run golive -- new system tienda");
    assert.equal(blocks("text")[0], written.output);
    for (const file of [...NEW, ...TABLES]) assert.match(written.output, new RegExp(`^  ${file}$`, "m"));
    const texts = flat((await Promise.all([...NEW, ...TABLES].map(textOf))).join("\n"));
    const snippets = [...blocks("ts"), ...blocks("yaml")];
    assert.ok(snippets.length >= 3);
    for (const snippet of snippets) assert.ok(texts.includes(flat(snippet)), `no file has:\n${snippet}`);
  });

  it("E12 leaves every line that was there, comments too", async () => {
    for (const file of TABLES.slice(1)) {
      const lines = (await textOf(file)).split("\n");
      const before = (await readFile(path.join(repositoryRoot, file), "utf8")).split("\n");
      assert.deepEqual(
        before.filter((line) => !lines.includes(line)),
        [],
      );
    }
  });

  it("E12 D5 is formatted, compiles and passes the lint", async () => {
    const format = await run("prettier", "--check", ...NEW, ...TABLES);
    assert.equal(format.code, 0, format.output);
    const types = await run("tsc", "--noEmit", "--project", ".");
    assert.equal(types.code, 0, types.output);
    const lint = await run("eslint", "--max-warnings=0", ...NEW, ...TABLES.slice(0, -1));
    assert.equal(lint.code, 0, lint.output);
  });

  it("E12 passes its own test, and stands on the stack", async () => {
    const own = await run("mocha", "test/unit/systems/tienda.test.ts");
    assert.equal(own.code, 0, own.output);
    assert.match(own.output, /1 passing/);
    const generate = await run("tsx", "cli/systems-page.ts", "--write");
    assert.equal(generate.code, 0, generate.output);
    const [, section = ""] = (await textOf("docs/systems.md")).split("### tienda on develop");
    assert.match(section, /^\| `Release` +\| `tienda` +\| service +\| K9 +\|$/m);
    assert.doesNotMatch(section, /\| +\|$/m, "a resource without a row of the requirements");
  });

  const refused: readonly (readonly [name: string, says: string])[] = [
    ["tienda", "golive:tienda is a key of stack files already"],
    ["kometa", "golive:kometa is a key of stack files already"],
    ["ceiling", "golive:ceiling is a key of stack files already"],
    ["quota", "systems/quota.ts is there already"],
    ["Tienda", "expected 2 to 30 lower-case letters and digits, a letter first"],
    ["mi-tienda", "expected 2 to 30 lower-case letters and digits, a letter first"],
    ["class", "it is a word of TypeScript's or of golive's own"],
  ];
  for (const [name, says] of refused) {
    it(`E12 refuses the name ${name} in one line, and writes nothing`, async () => {
      const before = await Promise.all(TABLES.map(textOf));
      const { code, output } = await newSystem(name);
      assert.equal(code, 1);
      assert.equal(output, `"${name}" cannot be a system's name: ${says}\n`);
      assert.deepEqual(await Promise.all(TABLES.map(textOf)), before);
    });
  }
});
