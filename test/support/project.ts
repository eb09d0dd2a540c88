/** A copy of golive's project for a test: the real program and pack, with stack files and a state of its own. */
import { execFile, spawn } from "node:child_process";
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
  killAt(sign: string, ...args: readonly string[]): Promise<void> {
    const child = spawn(this.pulumi, [...QUIET, ...args], { cwd: this.folder, env: this.env });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes(sign)) child.kill("SIGKILL");
    });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (_code, signal) => {
        if (signal === "SIGKILL") resolve();
        else reject(new Error(`Pulumi ended before ${JSON.stringify(sign)} was seen:\n${output}`));
      });
    });
  }

  /** The steps that a preview plans, those that leave things as they are left out. */
  async plan(...args: readonly string[]): Promise<readonly PlannedStep[]> {
    const { output } = await this.run("preview", "--json", "--policy-pack", "policies", ...args);
    const { steps } = previewJson.parse(JSON.parse(output));
    return steps.filter(({ op }) => op !== "same" && op !== "refresh").map(planned);
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
