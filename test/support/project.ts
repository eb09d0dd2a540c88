/** A copy of golive's project for a test: the real program and pack, with stack files and a state of its own. */
import { execFile, spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { prepareEngine } from "../../engine/engine";
import { copyCheckout } from "./checkout";

export interface Finished {
  readonly code: number;
  /** Standard output and error, as they came. */
  readonly output: string;
}

const previewJson = z.object({
  diagnostics: z.array(z.object({ message: z.string().default("") })).default([]),
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
      }),
    )
    .default([]),
});

/** One planned step: the operation and the resource's name. */
export interface PlannedStep {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly diff: readonly string[];
}

/** What a preview plans, and what it says beside. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  readonly says: string;
}

const LIMIT_MS = 240_000;
const QUIET = ["--non-interactive", "--color=never"];

export class TestProject {
  private constructor(
    readonly folder: string,
    private readonly pulumi: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Makes the copy and its stack. `env` is added to the engine's. */
  static async create(stack: string, env: NodeJS.ProcessEnv = {}): Promise<TestProject> {
    const folder = await mkdtemp(path.join(tmpdir(), "golive-project-"));
    await copyCheckout(folder, stack);
    await mkdir(path.join(folder, "state"));
    const engine = await prepareEngine();
    const project = new TestProject(folder, engine.pulumi, {
      ...engine.env,
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_CONFIG_PASSPHRASE: "",
      ...env,
    });
    await project.run("stack", "init", stack);
    return project;
  }

  /** Runs Pulumi to its end. */
  run(...args: readonly string[]): Promise<Finished> {
    return this.runWith({}, ...args);
  }

  /** As {@link run}, with more of an environment. */
  runWith(more: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Finished> {
    const env = { ...this.env, ...more };
    const options = { cwd: this.folder, env, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve) => {
      execFile(this.pulumi, [...QUIET, ...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, output: stdout + stderr });
      });
    });
  }

  /** Starts Pulumi and kills it (SIGKILL) as soon as its output holds `sign`. */
  async killAt(sign: string, ...args: readonly string[]): Promise<void> {
    const { signal, output } = await this.whenSaid(sign, (pid) => process.kill(pid, "SIGKILL"), args);
    if (signal !== "SIGKILL")
      throw new Error(`Pulumi ended before ${JSON.stringify(sign)} was seen:\n${output}`);
  }

  /** Starts Pulumi, and kills its plugin of that name (SIGKILL) as soon as the output holds `sign`. */
  async killPluginAt(sign: string, plugin: string, ...args: readonly string[]): Promise<Finished> {
    const killPlugin = (pid: number) => {
      const killed = spawnSync("pkill", ["-KILL", "-P", String(pid), "-f", `${plugin}\\.js`]);
      if (killed.status !== 0) throw new Error(`pulumi (${pid}) runs no ${plugin} plugin`);
    };
    const { code, output } = await this.whenSaid(sign, killPlugin, args);
    return { code: code ?? 1, output };
  }

  private whenSaid(
    sign: string,
    act: (pid: number) => void,
    args: readonly string[],
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }> {
    const child = spawn(this.pulumi, [...QUIET, ...args], { cwd: this.folder, env: this.env });
    let output = "";
    let said = false;
    return new Promise((resolve, reject) => {
      const listen = (text: Buffer) => {
        output += text.toString();
        if (said || !output.includes(sign) || child.pid === undefined) return;
        said = true;
        try {
          act(child.pid);
        } catch (error) {
          child.kill("SIGKILL");
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, output }));
    });
  }

  /** What a preview plans: its steps, those left out that keep things as they are, and what it says. */
  async plan(): Promise<Plan> {
    const { output } = await this.run("preview", "--json", "--policy-pack", "policies");
    const { steps, diagnostics } = previewJson.parse(JSON.parse(output));
    return {
      steps: steps.filter(({ op }) => op !== "same" && op !== "refresh").map(planned),
      says: diagnostics.map(({ message }) => message).join("\n"),
    };
  }

  /** Replaces text in a file of the copy, runs `work`, and puts the file back. */
  async with<T>(file: string, change: (text: string) => string, work: () => Promise<T>): Promise<T> {
    const before = await this.edit(file, change);
    try {
      return await work();
    } finally {
      await writeFile(path.join(this.folder, file), before);
    }
  }

  /** Replaces text in a file of the copy and gives what was there; no change is a mistake of the test. */
  async edit(file: string, change: (text: string) => string): Promise<string> {
    const target = path.join(this.folder, file);
    const before = await readFile(target, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`the edit changes nothing in ${file}`);
    await writeFile(target, after);
    return before;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function planned({ op, urn, detailedDiff }: z.infer<typeof previewJson>["steps"][number]): PlannedStep {
  const [, , types = "", name = ""] = urn.split("::");
  return { op, type: types.split("$").pop() ?? "", name, diff: Object.keys(detailedDiff ?? {}) };
}
