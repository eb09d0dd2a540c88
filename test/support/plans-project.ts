// The probe program of test/fixtures/real-plugin on the real engine, and what a preview or an update of it did.
import { cp, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { findTool } from "../../engine/acquire";
import { repositoryRoot } from "../../engine/cache";
import { EngineHome } from "./engine-home";

const fixture = path.join(repositoryRoot, "test", "fixtures", "real-plugin");

const step = z.object({
  op: z.string(),
  resource: z.string(),
  replace: z.array(z.string()).optional(),
  diff: z.record(z.string(), z.string()).optional(),
});
const measured = z.object({
  preview: z.array(step).optional(),
  previewError: z.array(z.string()).optional(),
  previewSays: z.array(z.string()).optional(),
  upInOrder: z.array(z.string()).optional(),
  upSays: z.array(z.string()).optional(),
});
const plans = z.object({ edits: z.record(z.string(), measured), situations: z.record(z.string(), measured) });

/** What the real plugin did once. */
export type Measured = z.infer<typeof measured>;
export type Step = z.infer<typeof step>;

/** What the real plugin did, by edit and by situation. */
export async function readPlans(): Promise<z.infer<typeof plans>> {
  return plans.parse(JSON.parse(await readFile(path.join(fixture, "plans.json"), "utf8")));
}

const previewJson = z.object({
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        replaceReasons: z.array(z.string()).nullish(),
        detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
      }),
    )
    .default([]),
  diagnostics: z
    .array(z.object({ message: z.string().optional(), severity: z.string().optional() }))
    .default([]),
});

const about = z.object({ metadata: z.object({ op: z.string(), urn: z.string() }) });
const event = z.looseObject({
  resOutputsEvent: about.optional(),
  resOpFailedEvent: about.optional(),
  diagnosticEvent: z.looseObject({ message: z.string(), severity: z.string() }).optional(),
});

/** What a preview or an update did and said. */
export interface Did {
  readonly code: number;
  /** A preview's steps, or an update's operations as they finished. */
  readonly steps: readonly Step[];
  readonly operations: readonly string[];
  /** Errors, each on one line. */
  readonly says: readonly string[];
  readonly output: string;
}

/** Steps of a replacement that a plan does not count on their own. */
const PARTS = ["create-replacement", "delete-replaced"];
const QUIET = ["same", "refresh", "read"];

export class PlansProject {
  private constructor(
    readonly home: EngineHome,
    private readonly folder: string,
  ) {}

  /** A project with an empty state; `kubeconfig` is the cluster that it works on. */
  static async make(kubeconfig: string): Promise<PlansProject> {
    const home = await EngineHome.make(["kubernetes"]);
    // The flag that writes the engine's events is one of its debug commands.
    home.env["PULUMI_DEBUG_COMMANDS"] = "true";
    home.env["KUBECONFIG"] = kubeconfig;
    home.env["GOLIVE_HELM"] = await findTool("helm");
    const folder = await home.project("p", {
      "Pulumi.yaml": "name: p\nruntime: nodejs\nmain: program.js\n",
      "program.js": await readFile(path.join(fixture, "program.js"), "utf8"),
      "package.json": "{}",
    });
    await cp(path.join(fixture, "chart"), path.join(folder, "chart"), { recursive: true });
    const project = new PlansProject(home, folder);
    await home.run(folder, "stack", "init", "plans");
    return project;
  }

  /** Previews edits of the program, against the state that is there. */
  async preview(edits: readonly string[], ...args: string[]): Promise<Did> {
    this.home.env["EDIT"] = edits.join(",");
    const { code, stdout, stderr } = await this.home.run(this.folder, "preview", "--json", ...args);
    const report = previewJson.parse(JSON.parse(stdout));
    const steps = report.steps
      .filter(({ op, urn }) => !PARTS.includes(op) && !QUIET.includes(op) && !isStack(urn))
      .map(({ op, urn, replaceReasons, detailedDiff }) =>
        planned(op, urn, replaceReasons ?? [], detailedDiff ?? {}),
      );
    const says = report.diagnostics.flatMap(({ severity, message = "" }) =>
      severity === "error" ? [oneLine(message)] : [],
    );
    return { code, steps, operations: [], says, output: stdout + stderr };
  }

  /** Updates to edits of the program, without a preview. */
  async up(edits: readonly string[], ...args: string[]): Promise<Did> {
    this.home.env["EDIT"] = edits.join(",");
    const log = path.join(this.home.folder, "events.json");
    await rm(log, { force: true });
    const { code, stdout, stderr } = await this.home.run(
      this.folder,
      "up",
      "--yes",
      "--skip-preview",
      "--event-log",
      log,
      ...args,
    );
    const lines = (await readFile(log, "utf8")).split("\n").filter((line) => line !== "");
    const events = lines.map((line) => event.parse(JSON.parse(line)));
    return {
      code,
      steps: [],
      operations: events.flatMap(finished),
      says: events.flatMap(({ diagnosticEvent: said }) =>
        said?.severity === "error" ? [oneLine(said.message)] : [],
      ),
      output: stdout + stderr,
    };
  }

  /** Destroys what the stack holds. */
  async destroy(): Promise<string> {
    const { stdout, stderr } = await this.home.run(this.folder, "destroy", "--yes", "--skip-preview");
    return stdout + stderr;
  }
}

function planned(
  op: string,
  urn: string,
  replace: readonly string[],
  diff: Record<string, { kind: string }>,
): Step {
  const kinds = Object.fromEntries(Object.entries(diff).map(([path, { kind }]) => [path, kind]));
  return {
    op,
    resource: resourceOf(urn),
    ...(replace.length > 0 ? { replace: [...replace] } : {}),
    ...(Object.keys(kinds).length > 0 ? { diff: kinds } : {}),
  };
}

function finished({ resOutputsEvent: done, resOpFailedEvent: failed }: z.infer<typeof event>): string[] {
  const step = (done ?? failed)?.metadata;
  if (step === undefined || QUIET.includes(step.op) || isStack(step.urn)) return [];
  return [`${step.op}${failed === undefined ? "" : " FAILED"} ${resourceOf(step.urn)}`];
}

const resourceOf = (urn: string): string => urn.split("::").at(-1) ?? "";
const isStack = (urn: string): boolean =>
  urn.includes("::pulumi:pulumi:Stack::") || urn.includes("::pulumi:providers:");

/** White space as the measurement has it: one blank. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
