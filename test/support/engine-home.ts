// A PULUMI_HOME of a test's own: the real engine, the stand-ins of this checkout, a file backend.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { copyFile, link, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { z } from "zod";
import { findTool } from "../../engine/acquire";
import { repositoryRoot } from "../../engine/cache";
import { pluginFolder, writeLauncher } from "../../engine/home";
import type { StandIn } from "../../engine/offline/bundle";
import type { PluginName } from "../../engine/plugins";

/** How one command of the engine ended. */
export interface Outcome {
  /** -1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const report = z.object({
  diagnostics: z.array(z.object({ severity: z.string(), message: z.string() })).default([]),
});

/** The engine's home, its projects and its state, in one temporary folder. */
export class EngineHome {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.folder = folder;
    this.env = {
      ...withoutToolVariables(process.env),
      PULUMI_HOME: folder,
      PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  /** Makes a home with the language host and the plugins named, bundled from this checkout's sources. */
  static async make(plugins: readonly PluginName[] = []): Promise<EngineHome> {
    const home = new EngineHome(await mkdtemp(path.join(tmpdir(), "golive-home-")));
    await mkdir(path.join(home.folder, "state"));
    await mkdir(path.join(home.folder, "bin"));
    const bundles = await bundle(["nodejs", ...plugins], path.join(home.folder, "bundles"));
    await placeEngine(home.pulumi);
    await writeLauncher(
      path.join(home.folder, "bin", "pulumi-language-nodejs"),
      path.join(bundles, "nodejs.js"),
    );
    for (const name of plugins) {
      const target = pluginFolder(name, home.folder);
      await mkdir(target, { recursive: true });
      await writeLauncher(path.join(target, `pulumi-resource-${name}`), path.join(bundles, `${name}.js`));
    }
    return home;
  }

  /** The engine; it looks for the language host beside itself. */
  get pulumi(): string {
    return path.join(this.folder, "bin", "pulumi");
  }

  /** Writes a folder of files with this checkout's node_modules beside them, and gives its path. */
  async project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const folder = path.join(this.folder, "projects", name);
    await mkdir(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
    await symlink(path.join(repositoryRoot, "node_modules"), path.join(folder, "node_modules"));
    return folder;
  }

  /** Runs one command of the engine to its end. */
  run(cwd: string, ...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      const options = { cwd, env: this.env, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile(this.pulumi, [...args, "--non-interactive"], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  }

  /** What a preview says, by severity: the diagnostics of `pulumi preview --json`, and how it ended. */
  async preview(cwd: string, ...args: string[]): Promise<{ code: number; said: Record<string, string[]> }> {
    const { code, stdout, stderr } = await this.run(cwd, "preview", "--json", ...args);
    const said: Record<string, string[]> = { stderr: stderr === "" ? [] : [stderr] };
    for (const { severity, message } of report.parse(JSON.parse(stdout)).diagnostics) {
      (said[severity] ??= []).push(message.trim());
    }
    return { code, said };
  }

  /** Starts one command of the engine; for tests that end it themselves. */
  start(cwd: string, ...args: string[]): ChildProcess {
    return spawn(this.pulumi, [...args, "--non-interactive"], { cwd, env: this.env, stdio: "ignore" });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What a test runner or a developer has set for Pulumi and ts-node is no part of the test. */
function withoutToolVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(PULUMI|TS_NODE)_/.test(name)));
}

/** The engine looks for the language host beside its own real path, so a symbolic link will not do. */
async function placeEngine(target: string): Promise<void> {
  const engine = await findTool("pulumi");
  await link(engine, target).catch(() => copyFile(engine, target));
}

async function bundle(names: readonly StandIn[], outdir: string): Promise<string> {
  const entry = (name: StandIn) => path.join(repositoryRoot, "engine", "offline", name, "main.ts");
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, entry(name)])),
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
  return outdir;
}
