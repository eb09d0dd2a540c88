import assert from "node:assert/strict";
import { execFile, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { EngineHome } from "../support/engine-home";
import { isRunning, until } from "../support/processes";

const BANNER =
  "golive's offline stand-in for Pulumi's Node.js language plugin: previews and loopback tests only";

const COMPILER_OPTIONS = {
  target: "es2022",
  module: "nodenext",
  strict: true,
  skipLibCheck: true,
  types: ["node"],
};

const PROJECT = {
  "Pulumi.yaml": "name: tiny\nruntime: nodejs\n",
  "package.json": JSON.stringify({ name: "tiny", main: "index.ts" }),
  "tsconfig.json": JSON.stringify({ compilerOptions: COMPILER_OPTIONS, "ts-node": { transpileOnly: true } }),
};

const COMPONENT = `
import * as pulumi from "@pulumi/pulumi";
class Thing extends pulumi.ComponentResource {
  constructor(name: string) {
    super("tiny:index:Thing", name);
    this.registerOutputs({});
  }
}
new Thing("one");
export const answer = 42;
`;

/** Writes the ids of the program, of the host and of a process that the program has started; then never ends. */
const endless = (rest: string) => `
import { spawn } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
const sleep = spawn("sleep", ["600"], { stdio: "ignore" });
writeFileSync("pids.tmp", JSON.stringify([process.pid, process.ppid, sleep.pid]));
renameSync("pids.tmp", "pids.json");
${rest}
`;

const pack = (policy: string) => ({
  "PulumiPolicy.yaml": "runtime: nodejs\nmain: index.js\n",
  "package.json": JSON.stringify({ name: "pack", version: "0.0.1" }),
  "index.js": `
const { PolicyPack } = require("@pulumi/policy");
const pulumi = require("@pulumi/pulumi");
require("node:fs").writeFileSync("pids.json", JSON.stringify([process.pid]));
new PolicyPack("pack", {
  policies: [{
    name: "things", description: "no things", enforcementLevel: "mandatory",
    validateResource: (args, report) => { ${policy} },
  }],
});
`,
});

const REPORTING = `
if (args.type === "tiny:index:Thing") {
  report([pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack(), new pulumi.Config().get("colour")].join("/"));
}
`;

describe("language host", function () {
  this.timeout(60_000);
  let home: EngineHome;
  let folder: string;

  before(async () => {
    home = await EngineHome.make();
    folder = await home.project("tiny", PROJECT);
    await home.run(folder, "stack", "init", "dev");
    await home.run(folder, "config", "set", "colour", "red", "--stack", "dev");
    await home.run(folder, "config", "set", "--secret", "token", "hush", "--stack", "dev");
  });
  after(() => home.remove());

  const preview = (index: string, ...args: string[]) => {
    writeFileSync(path.join(folder, "index.ts"), index);
    return home.preview(folder, "--stack", "dev", ...args);
  };

  describe("a program that works", () => {
    const command = async (...args: string[]) => {
      writeFileSync(path.join(folder, "index.ts"), COMPONENT);
      const { code, stdout, stderr } = await home.run(folder, ...args, "--stack", "dev");
      assert.equal(code, 0, stdout + stderr);
      return stdout;
    };
    const resources = async () =>
      z
        .object({ deployment: z.object({ resources: z.array(z.object({ type: z.string() })).default([]) }) })
        .parse(JSON.parse(await command("stack", "export")))
        .deployment.resources.map(({ type }) => type);

    it("D2 previews, updates, refreshes and destroys", async () => {
      assert.match(await command("preview"), /\+ 2 to create/);
      await command("up", "--yes", "--skip-preview");
      assert.deepEqual(JSON.parse(await command("stack", "output", "--json")), { answer: 42 });
      assert.deepEqual(await resources(), ["pulumi:pulumi:Stack", "tiny:index:Thing"]);
      assert.match(await command("up", "--yes", "--skip-preview"), /2 unchanged/);
      assert.match(await command("refresh", "--yes", "--skip-preview"), /2 unchanged/);
      assert.match(await command("refresh", "--yes", "--skip-preview", "--run-program"), /2 unchanged/);
      assert.match(await command("destroy", "--yes", "--skip-preview", "--run-program"), /- 2 deleted/);
      assert.deepEqual(await resources(), []);
    });

    it("D2 says once a run what it is", async () => {
      const { code, said } = await preview("");
      assert.equal(code, 0);
      assert.deepEqual(said, { stderr: [], info: [BANNER] });
    });

    it("D2 shows what the program prints", async () => {
      const { code, said } = await preview('console.log("to stdout");\nconsole.error("to stderr");\n');
      assert.equal(code, 0);
      assert.deepEqual(said, { stderr: [], info: said.info, "info#err": ["to stderr"] });
      assert.deepEqual(said.info?.sort(), [BANNER, "to stdout"]);
    });

    it("D2 gives the program its stack, its configuration and the runtime options", async () => {
      const other = await home.project("options", {
        ...PROJECT,
        "Pulumi.yaml":
          "name: tiny\nruntime:\n  name: nodejs\n  options: { typescript: false, nodeargs: '--title=\"a title\"' }\n",
        "package.json": JSON.stringify({ name: "tiny", main: "index.js" }),
        "index.js": `
const { Config, getStack, getProject, getOrganization, runtime } = require("@pulumi/pulumi");
const config = new Config();
console.log([getOrganization(), getProject(), getStack(), config.require("colour"), config.require("token"),
  runtime.isDryRun(), process.env.PULUMI_CONFIG_SECRET_KEYS, process.env.PULUMI_NODEJS_TYPESCRIPT,
  process.title].join(" "));
`,
      });
      writeFileSync(path.join(other, "Pulumi.dev.yaml"), readFileSync(path.join(folder, "Pulumi.dev.yaml")));
      const { said } = await home.preview(other, "--stack", "dev");
      const line = 'organization tiny dev red [secret] true ["tiny:token"]  a title';
      assert.deepEqual(said.info?.sort(), [BANNER, line], JSON.stringify(said));
    });

    it("D2 answers `pulumi about`", async () => {
      const about = await command("about", "--json");
      assert.match(about, new RegExp(`"version": "v?${process.versions.node}`));
    });
  });

  describe("a program that fails", () => {
    const fails = async (index: string) => {
      const { code, said } = await preview(index);
      assert.notEqual(code, 0);
      return said;
    };

    it("D2 reports an exception with its stack, and nothing more", async () => {
      const { error = [] } = await fails('throw new Error("boom");\n');
      assert.equal(error.length, 1);
      assert.match(error.join(), /failed with an unhandled exception:\nError: boom\n +at /);
    });

    it("D2 reports a RunError as its message alone", async () => {
      const said = await fails(
        'import { RunError } from "@pulumi/pulumi";\nthrow new RunError("replicas is 0");\n',
      );
      assert.deepEqual(said, { stderr: [], info: [BANNER], error: ["error: replicas is 0"] });
    });

    it("D2 reports a rejection that nobody handles", async () => {
      const { error = [] } = await fails('void Promise.reject(new Error("late"));\n');
      assert.match(error.join(), /failed with an unhandled exception:\nError: late/);
    });

    it("D2 reports an exit code, after what the program printed", async () => {
      const said = await fails('console.log("last words");\nprocess.exit(3);\n');
      assert.deepEqual(said.error, [
        "error: an unhandled error occurred: Program exited with non-zero exit code: 3",
      ]);
      assert.equal(said.info?.includes("last words"), true);
    });

    it("D2 reports a program that a signal has ended", async () => {
      const { error } = await fails(
        'process.kill(process.pid, "SIGKILL");\nsetInterval(() => undefined, 1000);\n',
      );
      assert.deepEqual(error, [
        "error: an unhandled error occurred: Program exited with non-zero exit code: -1",
      ]);
    });

    it("D2 reports a compile error by its place", async () => {
      const checked = await home.project("checked", {
        ...PROJECT,
        "tsconfig.json": JSON.stringify({ compilerOptions: COMPILER_OPTIONS }),
        "index.ts": 'export const count: number = "text";\n',
      });
      await home.run(checked, "stack", "init", "checked");
      const { code, said } = await home.preview(checked, "--stack", "checked");
      assert.notEqual(code, 0);
      assert.equal(said.error?.length, 1);
      assert.match(said.error.join(), /Unable to compile TypeScript:\n.*index\.ts.*1.*14.*TS2322/);
    });

    it("D2 says what to do where the SDK is not installed", async () => {
      const bare = await home.project("bare", PROJECT);
      rmSync(path.join(bare, "node_modules"));
      writeFileSync(path.join(bare, "index.ts"), "");
      await home.run(bare, "stack", "init", "bare");
      const { said } = await home.preview(bare, "--stack", "bare");
      assert.match(said.error?.join() ?? "", /It looks like the Pulumi SDK has not been installed/);
    });
  });

  describe("a policy pack", () => {
    it("D2 lets a stack pass", async () => {
      const passing = await home.project("passing", pack(""));
      const { code, said } = await preview(COMPONENT, "--policy-pack", passing);
      assert.equal(code, 0, JSON.stringify(said));
    });

    it("D2 stops a stack, knowing its names and its configuration", async () => {
      const strict = await home.project("strict", pack(REPORTING));
      writeFileSync(path.join(folder, "index.ts"), COMPONENT);
      const { code, stdout } = await home.run(folder, "preview", "--stack", "dev", "--policy-pack", strict);
      assert.notEqual(code, 0);
      assert.match(stdout, /\[mandatory\] {2}things {2}\(tiny:index:Thing: one\)/);
      assert.match(stdout, /organization\/tiny\/dev\/red/);
    });

    it("D2 tells why a pack did not start", async () => {
      const broken = await home.project("broken", {
        ...pack(""),
        "index.js": 'throw new Error("pack broke");\n',
      });
      writeFileSync(path.join(folder, "index.ts"), COMPONENT);
      const { code, stdout, stderr } = await home.run(
        folder,
        "preview",
        "--stack",
        "dev",
        "--policy-pack",
        broken,
      );
      assert.notEqual(code, 0);
      assert.match(stdout, /Error: pack broke/);
      assert.match(stderr, /policy pack not started: Program exited with non-zero exit code: 32/);
    });
  });

  describe("what it leaves behind", () => {
    const running = (where: string) =>
      until(`pids of ${where}`, () => {
        const file = path.join(where, "pids.json");
        return existsSync(file)
          ? z.array(z.number()).parse(JSON.parse(readFileSync(file, "utf8")))
          : undefined;
      });
    const gone = (pids: readonly number[]) =>
      until(`the end of ${pids.join(", ")}`, () => (pids.some(isRunning) ? undefined : true));
    const start = (index: string, ...args: string[]): ChildProcess => {
      rmSync(path.join(folder, "pids.json"), { force: true });
      writeFileSync(path.join(folder, "index.ts"), index);
      return home.start(folder, "preview", "--stack", "dev", ...args);
    };

    const MODES: readonly [string, string][] = [
      ["waits", "setInterval(() => undefined, 1000);"],
      ["never rests", "for (;;);"],
      ["hears no signal", 'process.on("SIGINT", () => undefined); setInterval(() => undefined, 1000);'],
    ];
    for (const [what, rest] of MODES) {
      it(`D2 leaves no process of a program that ${what} when the engine is killed`, async () => {
        const engine = start(endless(rest));
        const pids = await running(folder);
        assert.equal(pids.every(isRunning), true);
        engine.kill("SIGKILL");
        await gone(pids);
      });
    }

    it("D2 leaves no process when the engine is interrupted", async () => {
      const engine = start(endless("setInterval(() => undefined, 1000);"));
      const pids = await running(folder);
      engine.kill("SIGINT");
      await gone(pids);
    });

    it("D2 leaves no process when the host itself is killed", async () => {
      start(endless("setInterval(() => undefined, 1000);"));
      const pids = await running(folder);
      const [, host = 0] = pids;
      process.kill(host, "SIGKILL");
      await gone(pids);
    });

    it("D2 leaves no process of a policy pack when the engine is killed", async () => {
      const watched = await home.project("watched", pack(""));
      const engine = start(endless("setInterval(() => undefined, 1000);"), "--policy-pack", watched);
      const pids = [...(await running(watched)), ...(await running(folder))];
      assert.equal(pids.every(isRunning), true);
      engine.kill("SIGKILL");
      await gone(pids);
    });
  });

  describe("what it does not serve", () => {
    it("D2 says so, and what to do instead, where packages are to be installed", async () => {
      const { code, stdout, stderr } = await home.run(folder, "install");
      assert.notEqual(code, 0);
      assert.match(
        stdout + stderr,
        /offline stand-in does not serve the installing of packages: run `npm ci` in /,
      );
    });

    it("D2 refuses an engine on another machine, before any request", async () => {
      const host = path.join(home.folder, "bin", "pulumi-language-nodejs");
      await assert.rejects(
        promisify(execFile)(host, ["192.0.2.1:4711"]),
        (error: Error & { stderr?: string }) => {
          assert.match(
            error.stderr ?? "",
            /^the engine is http:\/\/192\.0\.2\.1:4711, which is not on this machine/,
          );
          return true;
        },
      );
    });
  });
});
