/** A copy of golive's project for a test: the real program and pack, with stack files and a state of its own. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { repositoryRoot } from "../../engine/cache";
import { prepareEngine } from "../../engine/engine";

/** What a copy has of its own instead of the checkout's. */
const OWN = /^(Pulumi\..*yaml|\.golive|\.git|coverage|out)$/;

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

export class TestProject {
  private constructor(
    readonly folder: string,
    private readonly pulumi: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Makes the copy and its stack. `env` is added to the engine's. */
  static async create(stack: string, env: NodeJS.ProcessEnv = {}): Promise<TestProject> {
    const folder = await mkdtemp(path.join(tmpdir(), "golive-project-"));
    for (const entry of await readdir(repositoryRoot)) {
      if (!OWN.test(entry)) await symlink(path.join(repositoryRoot, entry), path.join(folder, entry));
    }
    for (const file of ["Pulumi.yaml", `Pulumi.${stack}.yaml`]) {
      await writeFile(path.join(folder, file), await readFile(path.join(repositoryRoot, file)));
    }
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
    const options = { cwd: this.folder, env: this.env, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve) => {
      execFile(this.pulumi, ["--non-interactive", "--color=never", ...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, output: stdout + stderr });
      });
    });
  }

  /** The steps that a preview plans, those that leave things as they are left out. */
  async plan(...args: readonly string[]): Promise<readonly PlannedStep[]> {
    const { output } = await this.run("preview", "--json", "--policy-pack", "policies", ...args);
    const { steps } = previewJson.parse(JSON.parse(output));
    return steps.filter(({ op }) => op !== "same" && op !== "refresh").map(planned);
  }

  /** Replaces text in a stack file; a text that is not there is a mistake of the test. */
  async edit(file: string, from: string, to: string): Promise<void> {
    const target = path.join(this.folder, file);
    const text = await readFile(target, "utf8");
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
    await writeFile(target, text.replace(from, to));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function planned({ op, urn, detailedDiff }: z.infer<typeof previewJson>["steps"][number]): PlannedStep {
  const [, , types = "", name = ""] = urn.split("::");
  return { op, type: types.split("$").pop() ?? "", name, diff: Object.keys(detailedDiff ?? {}) };
}
