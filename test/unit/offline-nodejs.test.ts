import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { packageManagerOf, programDependencies } from "../../engine/offline/nodejs/about";
import { parseOptions, splitWords } from "../../engine/offline/nodejs/options";
import { requiredPackages, requirementOf } from "../../engine/offline/nodejs/packages";
import { PortLine, stackVariables } from "../../engine/offline/nodejs/plugin";
import * as program from "../../engine/offline/nodejs/program";

const DEFAULTS = { typescript: true, tsconfig: "", nodeargs: [], packagemanager: "auto" } as const;

/** A folder of files, gone after the test. */
function filesOf(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "golive-files-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

describe("language host: runtime options", () => {
  it("D2 has Pulumi's defaults", () => {
    assert.deepEqual(parseOptions({}), DEFAULTS);
  });

  it("D2 reads each option", () => {
    const options = {
      typescript: false,
      tsconfig: "a.json",
      nodeargs: "--import tsx",
      packagemanager: "pnpm",
    };
    assert.deepEqual(parseOptions(options), { ...options, nodeargs: ["--import", "tsx"] });
  });

  const WRONG: readonly [Record<string, unknown>, string][] = [
    [{ typescript: "no" }, "typescript option must be a boolean"],
    [{ tsconfig: 1 }, "tsconfigpath option must be a string"],
    [{ nodeargs: [] }, "nodeargs option must be a string"],
    [{ packagemanager: true }, "packagemanager option must be a string"],
    [
      { packagemanager: "cargo" },
      'packagemanager option must be one of auto, npm, yarn, pnpm or bun, got "cargo"',
    ],
  ];
  for (const [options, message] of WRONG) {
    it(`D2 refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => parseOptions(options), { message });
    });
  }

  const WORDS: readonly [string, string[]][] = [
    ["", []],
    ["  a   b ", ["a", "b"]],
    [`--title='two words' "it's" a\\ b`, ["--title=two words", "it's", "a b"]],
    [`"a \\"b\\"" ''`, [`a "b"`, ""]],
  ];
  for (const [text, words] of WORDS) {
    it(`D2 splits ${JSON.stringify(text)} as a shell does`, () => {
      assert.deepEqual(splitWords(text), words);
    });
  }

  it("D2 refuses an open quote", () => {
    assert.throws(() => splitWords(`a "b`), { message: `nodeargs option has an open quote: a "b` });
  });
});

describe("language host: a program's command", () => {
  const RUN: program.ProgramRun = {
    monitor: "127.0.0.1:1",
    engine: "127.0.0.1:2",
    organization: "organization",
    project: "golive",
    stack: "develop",
    rootDirectory: "/root",
    programDirectory: "/root/program",
    entryPoint: ".",
    dryRun: true,
    parallel: 16,
    tracing: "",
    args: [],
  };

  it("D2 gives node's own arguments, the SDK's runner, its flags, the entry point", () => {
    const given = program.programArguments(RUN, "/sdk/run", { ...DEFAULTS, nodeargs: ["--import", "tsx"] });
    const expected =
      "--import tsx /sdk/run --monitor 127.0.0.1:1 --engine 127.0.0.1:2 --organization organization --project golive " +
      "--root-directory /root --stack develop --pwd /root/program --dry-run --parallel 16 .";
    assert.equal(given.join(" "), expected);
  });

  it("D2 leaves out what the engine does not say, and --dry-run in an update", () => {
    const run = { ...RUN, organization: "", dryRun: false, tracing: "file:./t", args: ["x"] };
    const given = program.programArguments(run, "/sdk/run", DEFAULTS).join(" ");
    assert.equal(given.includes("--organization"), false);
    assert.equal(given.includes("--dry-run"), false);
    assert.match(given, / --parallel 16 --tracing file:\.\/t \. x$/);
  });

  it("D2 passes configuration under its long keys, and the names of the secrets", () => {
    const config = [
      ["golive:kometa", "{}"],
      ["aws:config:region", "us-east-1"],
    ] as const;
    assert.deepEqual(program.configVariables(config, ["golive:token"]), {
      PULUMI_CONFIG: '{"golive:config:kometa":"{}","aws:config:region":"us-east-1"}',
      PULUMI_CONFIG_SECRET_KEYS: '["golive:token"]',
    });
  });

  for (const key of ["plain", "a:b:c", "a:config:b:c"]) {
    it(`D2 refuses the configuration key ${key}`, () => {
      assert.throws(
        () => program.configVariables([[key, ""]], []),
        /could not parse .* as a configuration key/,
      );
    });
  }

  it("D2 tells the SDK of TypeScript and its tsconfig", () => {
    assert.deepEqual(program.optionVariables(DEFAULTS), { PULUMI_NODEJS_TYPESCRIPT: "true" });
    const plain = { ...DEFAULTS, typescript: false, tsconfig: "x.json" };
    assert.deepEqual(program.optionVariables(plain), { PULUMI_NODEJS_TSCONFIG_PATH: "x.json" });
  });

  it("D2 says what to run where the SDK is not installed", () => {
    assert.throws(() => program.locateModule("@pulumi/pulumi/cmd/run", tmpdir(), "pulumi install"), {
      message: "It looks like the Pulumi SDK has not been installed. Have you run pulumi install?",
    });
  });
});

describe("language host: a program's end", () => {
  const ENDS: readonly [number, { error: string; bail: boolean }][] = [
    [0, { error: "", bail: false }],
    [32, { error: "", bail: true }],
    [3, { error: "Program exited with non-zero exit code: 3", bail: false }],
    [-1, { error: "Program exited with non-zero exit code: -1", bail: false }],
  ];
  for (const [code, verdict] of ENDS) {
    it(`D2 reports exit code ${code} as Pulumi does`, () => {
      assert.deepEqual(program.runVerdict(code, false), verdict);
    });
  }

  it("D2 sees a full heap, even where its report comes in pieces", () => {
    const watch = new program.OutOfMemoryWatch();
    watch.read(Buffer.from("some text <--- Last"));
    assert.equal(watch.seen, false);
    watch.read(Buffer.from(" few GCs --->\n"));
    assert.equal(watch.seen, true);
    assert.match(
      program.runVerdict(134, true).error,
      /exit code: 134\. Detected a possible out of memory error/,
    );
  });
});

describe("language host: required packages", () => {
  const MANIFESTS: readonly [string, unknown, unknown][] = [
    ["no plugin", { name: "left-pad", version: "1.0.0" }, undefined],
    [
      "a plugin of Pulumi's",
      { name: "@pulumi/aws", version: "7.48.0", pulumi: { resource: true } },
      ["aws", "v7.48.0", ""],
    ],
    [
      "a plugin of another's",
      {
        name: "@acme/pulumi-x",
        version: "1.0.0",
        pulumi: { resource: true, name: "x", version: "v2.0.0", server: "https://x" },
      },
      ["x", "v2.0.0", "https://x"],
    ],
    [
      "another's without a name",
      { name: "@acme/x", version: "1.0.0", pulumi: { resource: true } },
      undefined,
    ],
    ["one without a version", { name: "@pulumi/x", pulumi: { resource: true } }, undefined],
    [
      "a package that says no",
      { name: "@pulumi/policy", version: "1.0.0", pulumi: { resource: false } },
      undefined,
    ],
  ];
  for (const [what, manifest, expected] of MANIFESTS) {
    it(`D2 reads ${what}`, () => {
      const found = requirementOf(manifest);
      assert.deepEqual(found && [found.name, found.version, found.server], expected);
    });
  }

  it("D2 keeps a parameterization", () => {
    const parameterization = { name: "aws", version: "1.0.0", value: "e30=" };
    const pulumi = { resource: true, name: "terraform-provider", version: "0.8.0", parameterization };
    assert.deepEqual(requirementOf({ pulumi })?.parameterization, parameterization);
  });

  describe("of a folder", () => {
    const plugin = (name: string) => ({
      name: `@pulumi/${name}`,
      version: "1.0.0",
      pulumi: { resource: true },
    });
    let folder: string;

    before(() => {
      folder = filesOf({
        "program/package.json": plugin("the-program-itself"),
        "program/node_modules/@pulumi/one/package.json": plugin("one"),
        "program/node_modules/plain/package.json": { name: "plain" },
        "program/node_modules/plain/node_modules/@pulumi/nested/package.json": plugin("nested"),
        "program/node_modules/broken/package.json": '{"pulumi":',
        "program/sub/node_modules/two/package.json": plugin("two"),
        "program/policies/PulumiPolicy.yaml": "runtime: nodejs",
        "program/policies/node_modules/@pulumi/pack/package.json": plugin("of-a-pack"),
        "elsewhere/linked/package.json": plugin("linked"),
      });
      symlinkSync("../../elsewhere/linked", path.join(folder, "program", "node_modules", "linked"));
      symlinkSync("..", path.join(folder, "program", "node_modules", "plain", "loop"));
      symlinkSync("nowhere", path.join(folder, "program", "dangling"));
    });
    after(() => rmSync(folder, { recursive: true }));

    it("D2 finds nested and linked packages once, and none of a policy pack", () => {
      const names = requiredPackages(path.join(folder, "program")).map(({ name }) => name);
      assert.deepEqual(names.sort(), ["linked", "nested", "one", "two"]);
    });

    it("D2 finds none where nothing is installed", () => {
      assert.deepEqual(requiredPackages(path.join(folder, "nowhere")), []);
    });
  });
});

describe("language host: policy packs", () => {
  it("D2 tells a pack its stack by the environment", () => {
    const request = new AnalyzerStackConfigureRequest()
      .setStack("develop")
      .setProject("golive")
      .setDryRun(true);
    request.getConfigMap().set("golive:kometa", "{}");
    assert.deepEqual(stackVariables(request), {
      PULUMI_NODEJS_PROJECT: "golive",
      PULUMI_NODEJS_STACK: "develop",
      PULUMI_NODEJS_DRY_RUN: "true",
      PULUMI_CONFIG: '{"golive:kometa":"{}"}',
    });
  });

  const OUTPUTS: readonly [string, string[], string][] = [
    ["the port alone", ["4711\n"], ""],
    ["the port in pieces", ["47", "11", "\nmore"], "more"],
    ["a line before it", ["hello\n4711\nmore\n"], "hello\nmore\n"],
  ];
  for (const [what, chunks, passed] of OUTPUTS) {
    it(`D2 takes the port from ${what} and passes the rest on`, async () => {
      let rest = "";
      const line = new PortLine((chunk) => (rest += Buffer.from(chunk).toString()));
      for (const chunk of chunks) line.read(Buffer.from(chunk));
      assert.equal(await line.found, 4711);
      assert.equal(rest, passed);
    });
  }
});

describe("language host: package manager", () => {
  it("D2 knows npm's version as npm says it", async () => {
    const { stdout } = await promisify(execFile)("npm", ["--version"]);
    assert.deepEqual(await packageManagerOf(parseOptions({}), tmpdir()), {
      name: "npm",
      version: stdout.trim(),
    });
  });

  it("D2 takes the manager whose lock file is there, unless the project names one", async () => {
    const folder = filesOf({ "pnpm-lock.yaml": "" });
    const names = [{}, { packagemanager: "yarn" }].map(async (options) => {
      return (await packageManagerOf(parseOptions(options), folder)).name;
    });
    assert.deepEqual(await Promise.all(names), ["pnpm", "yarn"]);
    rmSync(folder, { recursive: true });
  });
});

describe("language host: dependencies", () => {
  let folder: string;

  before(() => {
    const packages = {
      "": { dependencies: { "@a/b": "^1" }, devDependencies: { c: "2" } },
      "node_modules/@a/b": { version: "1.2.3" },
      "node_modules/c": { version: "2.0.0" },
      "node_modules/c/node_modules/d": { version: "3.0.0" },
    };
    folder = filesOf({ "package-lock.json": { packages }, "program/index.ts": "" });
  });
  after(() => rmSync(folder, { recursive: true }));

  it("D2 lists what package.json names, found from a folder below the lock file", () => {
    const found = programDependencies(path.join(folder, "program"), false);
    assert.deepEqual(found, [
      { name: "@a/b", version: "1.2.3" },
      { name: "c", version: "2.0.0" },
    ]);
  });

  it("D2 lists all that is locked", () => {
    const names = programDependencies(folder, true).map(({ name }) => name);
    assert.deepEqual(names, ["@a/b", "c", "d"]);
  });

  it("D2 says where it has looked for a lock file", () => {
    assert.throws(() => programDependencies(tmpdir(), false), {
      message: `no package-lock.json found (searching upwards from ${tmpdir()})`,
    });
  });
});
