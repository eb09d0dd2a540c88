import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);

/** What a fresh process prints: the test's own has loaded everything already. */
async function printed(program: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const { stdout } = await run(process.execPath, ["--import", "tsx", "--eval", program], {
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout);
}

const loaded = async (before: string) =>
  z.array(z.string()).parse(
    await printed(`${before}
      require("@pulumi/pulumi");
      console.log(JSON.stringify(Object.values(require.cache).filter((m) => m.children.length > 0).map((m) => m.id)));`),
  );

const isNpms = (file: string) => /node_modules\/(pacote|@npmcli\/arborist)\//.test(file);

describe("start of a process", () => {
  it("K9 loads the SDK without what only functions that run elsewhere need", async () => {
    assert.ok((await loaded("")).some(isNpms), "the SDK no longer loads it by itself: startup.ts can go");
    assert.deepEqual((await loaded('require("./startup");')).filter(isNpms), []);
  });

  it("K9 what is needed after all is loaded then", async () => {
    const text = await printed(`
      require("./startup");
      const { runtime } = require("@pulumi/pulumi");
      runtime.serializeFunction(() => 42).then(({ text }) => console.log(JSON.stringify(text)));`);
    assert.match(String(text), /42/);
    const paths = await printed(`
      require("./startup");
      const { runtime } = require("@pulumi/pulumi");
      runtime.computeCodePaths().then((paths) => console.log(JSON.stringify([...paths.keys()])));`);
    assert.ok(
      z
        .array(z.string())
        .parse(paths)
        .some((path) => path.includes("node_modules/zod")),
    );
  });

  const stacks = `
    Error.prepareStackTrace = () => "mapped";
    require("./startup");
    console.log(JSON.stringify([new Error("why").stack, new Error().stack]));`;

  it("D1 maps the stack of an error that says something, and leaves the SDK's own marks alone", async () => {
    assert.deepEqual(await printed(stacks), ["mapped", "Error"]);
    assert.deepEqual(await printed(stacks, { PULUMI_DEBUG_PROMISE_LEAKS: "true" }), ["mapped", "mapped"]);
  });
});
