import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { cacheRoot, repositoryRoot } from "../../engine/cache";
import { kubectl, sharedCluster } from "../support/cluster";
import type { Finished } from "../support/project";

const run = promisify(execFile);

/** https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/ */
const restorePoint = z.object({
  version: z.number(),
  deployment: z.object({ manifest: z.object({ version: z.string() }) }),
});

const NOTHING_CONFIGURED = { KUBECONFIG: undefined, PULUMI_BACKEND_URL: undefined };

/** The commands as a user types them, with a HOME of their own and nothing configured. */
describe("the golive command", () => {
  let home: string;

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), "golive-cli-"));
  });

  after(() => rm(home, { recursive: true }));

  const golive = (args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Finished> => {
    const options = {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        ...NOTHING_CONFIGURED,
        HOME: home,
        XDG_CACHE_HOME: path.dirname(cacheRoot()),
        ...more,
      },
    };
    const command = [
      path.join(repositoryRoot, "node_modules", "tsx", "dist", "cli.mjs"),
      "cli/golive.ts",
      ...args,
    ];
    return new Promise((resolve) => {
      const child = execFile(process.execPath, command, options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
      );
    });
  };

  const gitStatus = async () => (await run("git", ["status", "--porcelain"], { cwd: repositoryRoot })).stdout;

  it("D2 K1 previews develop with nothing configured, and leaves the checkout and the home as they were", async () => {
    const before = await gitStatus();
    const { code, output } = await golive(["preview"]);
    assert.equal(code, 0, output);
    assert.match(output, /Previewing update \(develop\)/);
    assert.match(output, /✅ golive@v/);
    assert.match(output, /\+ \d+ to create|unchanged/);
    assert.equal(await gitStatus(), before);
    await assert.rejects(access(path.join(home, ".pulumi")));
  });

  it("E12 passes options on to Pulumi, with or without a stack before them", async () => {
    const { code, output } = await golive(["preview", "develop", "--json"]);
    assert.equal(code, 0, output);
    assert.match(output, /"steps": \[/);
    const flagsAlone = await golive(["preview", "--expect-no-changes"]);
    assert.notEqual(flagsAlone.code, 0);
    assert.match(flagsAlone.output, /no changes were expected/);
  });

  it("D2 uses the backend that the user names, and makes no stack there unasked", async () => {
    const theirs = path.join(home, "their-state");
    await mkdir(theirs);
    const env = { PULUMI_BACKEND_URL: `file://${theirs}`, PULUMI_CONFIG_PASSPHRASE: "theirs" };
    const { code, output } = await golive(["preview"], env);
    assert.notEqual(code, 0);
    assert.match(output, /no stack named 'develop' found/);
    assert.ok(!(await readdir(theirs, { recursive: true })).some((file) => file.endsWith("develop.json")));
  });

  it("K13 L10 export writes a restore point that pulumi stack import takes", async () => {
    const file = path.join(home, "restore-point.json");
    const { code, output } = await golive(["export", "develop", "--out", file]);
    assert.equal(code, 0, output);
    const { version, deployment } = restorePoint.parse(JSON.parse(await readFile(file, "utf8")));
    assert.equal(version, 3);
    assert.match(deployment.manifest.version, /^v3\./);
  });

  it("E12 names the stacks there are where one is not there", async () => {
    const { code, output } = await golive(["preview", "develp"]);
    assert.equal(code, 1);
    assert.match(output, /There is no stack "develp".*\nStacks: develop, production, staging\./);
    assert.doesNotMatch(output, /\n {4}at /);
  });

  it("E12 takes --stack as Pulumi does, and never another stack's file for it", async () => {
    const { code, output } = await golive(["preview", "--stack", "develp"]);
    assert.equal(code, 1);
    assert.match(output, /There is no stack "develp"/);
  });

  it("K9 E12 render tells a mistake without a stack trace", async () => {
    const mistakes: readonly [string[], NodeJS.ProcessEnv, RegExp][] = [
      [["render", "develp", "--out", "out"], {}, /There is no stack "develp"/],
      [["render", "--out", "package.json"], {}, /package\.json cannot be a folder to write to/],
      [["render", "--out", path.join(home, "none")], { GOLIVE_HELM: "/bin/false" }, /does not render for/],
    ];
    for (const [args, env, message] of mistakes) {
      const { code, output } = await golive(args, env);
      assert.equal(code, 1, output);
      assert.match(output, message);
      assert.doesNotMatch(output, /\n {4}at /);
    }
  });

  for (const operation of ["up", "refresh", "destroy"]) {
    it(`K11 ${operation} without a cluster says what it needs, and runs nothing`, async () => {
      const { code, output } = await golive([operation]);
      assert.equal(code, 1);
      assert.match(output, /none is configured[^]*export KUBECONFIG=[^]*npm run cluster/);
      assert.doesNotMatch(output, /Previewing|\n {4}at /);
    });
  }

  it("D2 a stand-in refuses an API server that is not on this machine, before any request", async () => {
    const { kubeconfig } = await sharedCluster();
    const foreign = path.join(home, "foreign.kubeconfig");
    await run("cp", [kubeconfig, foreign]);
    await kubectl({ kubeconfig: foreign }, [
      "config",
      "set-cluster",
      await clusterOf(foreign),
      "--server=https://203.0.113.7:6443",
    ]);
    const { code, output } = await golive(["preview"], { KUBECONFIG: foreign });
    assert.notEqual(code, 0);
    assert.match(output, /203\.0\.113\.7/);
    assert.match(output, /loopback/);
  });

  const clusterOf = async (kubeconfig: string): Promise<string> =>
    (await kubectl({ kubeconfig }, ["config", "view", "-o", "jsonpath={.clusters[0].name}"])).trim();

  it("D2 golive engine says where each part comes from, stand-ins by that name", async () => {
    const { code, output } = await golive(["engine"]);
    assert.equal(code, 0, output);
    for (const part of ["pulumi ", "pulumi-language-nodejs", "kubernetes", "aws", "random"]) {
      assert.ok(output.includes(part), output);
    }
  });

  it("K9 render writes what develop would hold", async () => {
    const out = path.join(home, "rendered");
    const { code, output } = await golive(["render", "--out", out]);
    assert.equal(code, 0, output);
    assert.ok(
      (await readdir(path.join(out, "kometa-develop"))).includes("Deployment-kometa-marketplace.yaml"),
    );
  });
});
