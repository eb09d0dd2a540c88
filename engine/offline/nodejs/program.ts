// How a program is started, and what its end means. Facts: pulumi/pulumi sdk/nodejs/cmd/pulumi-language-nodejs/main.go.
import { createRequire } from "node:module";
import path from "node:path";
import type { RuntimeOptions } from "./options";

/** What the engine says about one run of a program. */
export interface ProgramRun {
  readonly monitor: string;
  readonly engine: string;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly rootDirectory: string;
  readonly programDirectory: string;
  readonly entryPoint: string;
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly tracing: string;
  readonly args: readonly string[];
}

/**
 * Arguments of node for a program: node's own, then the SDK's `cmd/run` with its flags.
 *
 * The program speaks to the engine's monitor itself and gets no `--sync`: Pulumi's own host puts a proxy between
 * them for synchronous invokes, which the SDK no longer makes.
 */
export function programArguments(run: ProgramRun, runPath: string, options: RuntimeOptions): string[] {
  const flags: readonly (readonly [string, string])[] = [
    ["--monitor", run.monitor],
    ["--engine", run.engine],
    ["--organization", run.organization],
    ["--project", run.project],
    ["--root-directory", run.rootDirectory],
    ["--stack", run.stack],
    ["--pwd", run.programDirectory],
  ];
  const given = flags.filter(([, value]) => value !== "").flat();
  const dryRun = run.dryRun ? ["--dry-run"] : [];
  const tracing = run.tracing === "" ? [] : ["--tracing", run.tracing];
  const parallel = ["--parallel", String(run.parallel)];
  return [
    ...options.nodeargs,
    runPath,
    ...given,
    ...dryRun,
    ...parallel,
    ...tracing,
    run.entryPoint,
    ...run.args,
  ];
}

/** Variables by which the SDK learns the project's runtime options. */
export function optionVariables(options: RuntimeOptions): Record<string, string> {
  return {
    ...(options.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(options.tsconfig !== "" && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

/** Variables that carry the stack's configuration to a program, keys as `<namespace>:config:<name>`. */
export function configVariables(
  config: Iterable<readonly [string, string]>,
  secretKeys: readonly string[],
): Record<string, string> {
  const entries = [...config].map(([key, value]) => [longKey(key), value] as const);
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(entries)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
  };
}

const KEY = /^([^:]+):(?:config:)?([^:]+)$/;

function longKey(key: string): string {
  const [, namespace, name] = KEY.exec(key) ?? [];
  if (namespace !== undefined && name !== undefined) return `${namespace}:config:${name}`;
  throw new Error(
    `failed to serialize configuration: could not parse ${key} as a configuration key ` +
      "(configuration keys should be of the form `<namespace>:<name>`)",
  );
}

/** Path of a module as the program itself would find it. */
export function locateModule(module: string, programDirectory: string, installCommand: string): string {
  try {
    return createRequire(path.join(programDirectory, "index.js")).resolve(module);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND")) throw error;
    throw new Error(`It looks like the Pulumi SDK has not been installed. Have you run ${installCommand}?`);
  }
}

/** How a process ended: its exit code, or -1 where a signal ended it. */
export type ExitCode = number;

/** The SDK's exit code for "the user has already been told". */
const ALREADY_REPORTED = 32;

const OUT_OF_MEMORY_HINT =
  "Detected a possible out of memory error. Consider increasing the memory available to the nodejs process by setting " +
  "the `nodeargs` runtime option in Pulumi.yaml to `nodeargs: --max-old-space-size=<size>` where `<size>` is the maximum " +
  "memory in megabytes that can be allocated to nodejs. " +
  "See https://www.pulumi.com/docs/concepts/projects/project-file/#runtime-options";

/** What the engine is to be told of a program's end; `bail` means that it should stop and say nothing more. */
export function runVerdict(
  code: ExitCode,
  outOfMemory: boolean,
): { readonly error: string; readonly bail: boolean } {
  if (code === 0) return { error: "", bail: false };
  if (code === ALREADY_REPORTED) return { error: "", bail: true };
  return { error: exitMessage(code) + (outOfMemory ? `. ${OUT_OF_MEMORY_HINT}` : ""), bail: false };
}

/** The line that Pulumi prints for a program or plugin that failed. */
export const exitMessage = (code: ExitCode): string => `Program exited with non-zero exit code: ${code}`;

const OUT_OF_MEMORY_MARKS = [
  "<--- Last few GCs --->",
  // The SDK's inspector session can hide the usual report: https://github.com/pulumi/pulumi/issues/16596
  "Check failed: needs_context && current_scope_ == closure_scope_",
];
const LONGEST_MARK = Math.max(...OUT_OF_MEMORY_MARKS.map((mark) => mark.length));

/** Watches a program's standard error for V8's report of a full heap. */
export class OutOfMemoryWatch {
  #tail = "";
  seen = false;

  read(chunk: Buffer): void {
    const text = this.#tail + chunk.toString("latin1");
    this.seen ||= OUT_OF_MEMORY_MARKS.some((mark) => text.includes(mark));
    this.#tail = text.slice(-LONGEST_MARK);
  }
}
