/** Runs a plan with the real k6, from the files that its ConfigMap would hold. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { k6Manifest } from "../../components/k6/job";
import { findTool } from "../../engine/acquire";
import type { K6Plan } from "../../k6/plan";

const summary = z.object({
  kind: z.enum(["smoke", "load"]),
  title: z.string(),
  version: z.string(),
  passed: z.boolean(),
  seconds: z.number(),
  at: z.iso.datetime(),
  users: z.number(),
  requests: z.number(),
  steps: z.object({
    passed: z.array(z.string()),
    failed: z.array(z.string()),
    notReached: z.array(z.string()),
  }),
  readings: z.record(
    z.string(),
    z.object({
      found: z.number().optional(),
      is: z.string().optional(),
      limit: z.number().optional(),
      ok: z.boolean().optional(),
    }),
  ),
  faults: z.array(z.string()),
});

export interface K6Result {
  /** k6's exit code. */
  readonly code: number;
  /** Standard output and standard error. */
  readonly output: string;
  /** What would stand in the Pod's status. */
  readonly summary: z.infer<typeof summary>;
  /** Size of the same. */
  readonly bytes: number;
}

interface Options {
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables that the Job would take from Secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export async function runK6(
  plan: K6Plan,
  { environment = {}, secrets = {} }: Options = {},
): Promise<K6Result> {
  const folder = await mkdtemp(path.join(tmpdir(), "golive-k6-"));
  const result = path.join(folder, "result.json");
  const secretEnvironment = Object.keys(secrets).map((name) => ({ name, secret: "test", key: name }));
  const { files, job } = k6Manifest({
    name: "test",
    plan,
    version: "v1.2.3",
    environment,
    secretEnvironment,
  });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const [container] = job.spec.template.spec.containers;
  const given: Record<string, string> = {};
  for (const variable of container?.env ?? []) if ("value" in variable) given[variable.name] = variable.value;
  const args = container?.args.map((arg) => arg.replace("/golive", folder));
  const env = { ...given, ...secrets, GOLIVE_RESULT: result, HOME: folder };
  try {
    const { code, output } = await run(await findTool("k6"), args ?? [], env);
    const text = await readFile(result, "utf8");
    return { code, output, summary: summary.parse(JSON.parse(text)), bytes: Buffer.byteLength(text) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}
