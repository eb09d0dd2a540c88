// Runs a plugin written for Node.js: a policy pack, or a provider in a folder with PulumiPlugin.yaml.
// Facts: RunPlugin in pulumi/pulumi sdk/nodejs/cmd/pulumi-language-nodejs/main.go.
import type { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import type { Child, Children } from "./children";
import type { RuntimeOptions } from "./options";
import { exitMessage, locateModule, optionVariables } from "./program";

/** What the engine says about one plugin. */
export interface PluginRun {
  /** `analyzer` for a policy pack. */
  readonly kind: string;
  readonly programDirectory: string;
  readonly workingDirectory: string;
  readonly args: readonly string[];
  /** `NAME=value` lines: the plugin's whole environment. */
  readonly env: readonly string[];
  readonly options: RuntimeOptions;
}

/** Where a plugin's output goes, and when it is to end. */
export interface PluginStreams {
  readonly stdout: (chunk: Uint8Array) => void;
  readonly stderr: (chunk: Uint8Array) => void;
  readonly signal: AbortSignal;
}

/** Runs a plugin to its end. Errors: one line that says why it could not start or how it ended. */
export async function runPlugin(run: PluginRun, children: Children, streams: PluginStreams): Promise<void> {
  if (run.kind === "analyzer") await runPolicyPack(run, children, streams);
  else await successOf(startPlugin(run, children, streams));
}

function startPlugin(
  run: PluginRun,
  children: Children,
  { stdout, stderr, signal }: PluginStreams,
  variables: Readonly<Record<string, string>> = {},
): Child {
  signal.throwIfAborted();
  const child = children.start("node", pluginArguments(run), {
    cwd: run.kind === "analyzer" ? run.programDirectory : run.workingDirectory,
    env: { ...environmentOf(run.env), ...optionVariables(run.options), ...variables },
    stdout,
    stderr,
  });
  signal.addEventListener("abort", () => child.kill());
  return child;
}

async function successOf(child: Child): Promise<void> {
  const code = await child.ended;
  if (code !== 0) throw new Error(exitMessage(code));
}

async function runPolicyPack(run: PluginRun, children: Children, streams: PluginStreams): Promise<void> {
  locateRunner(run);
  const { PolicyProxy } = await import("./policy-proxy");
  const proxy = new PolicyProxy();
  streams.signal.addEventListener("abort", () => proxy.close());
  try {
    streams.stdout(Buffer.from(`${await proxy.listen()}\n`));
    const configuration = await proxy.configuration;
    const port = new PortLine(streams.stdout);
    const output = { ...streams, stdout: (chunk: Uint8Array) => port.read(chunk) };
    const ended = successOf(
      startPlugin(run, children, output, configuration && stackVariables(configuration)),
    );
    await Promise.race([ended, port.found.then((found) => proxy.attach(found))]);
    await ended;
    throw new Error("the policy pack ended before the engine was done with it");
  } catch (error) {
    proxy.fail(error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    proxy.close();
  }
}

/** Variables by which the SDK of a pack learns its stack. */
export function stackVariables(configuration: AnalyzerStackConfigureRequest): Record<string, string> {
  const config = [...configuration.getConfigMap().entries()];
  const variables = {
    PULUMI_NODEJS_ORGANIZATION: configuration.getOrganization(),
    PULUMI_NODEJS_PROJECT: configuration.getProject(),
    PULUMI_NODEJS_STACK: configuration.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(configuration.getDryRun()),
    PULUMI_CONFIG: config.length === 0 ? "" : JSON.stringify(Object.fromEntries(config)),
  };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

/** Takes the port from a pack's first line of output and passes on what follows. */
export class PortLine {
  readonly found: Promise<number>;
  readonly #rest: (chunk: Uint8Array) => void;
  #line = "";
  #resolve: ((port: number) => void) | undefined;

  constructor(rest: (chunk: Uint8Array) => void) {
    this.#rest = rest;
    this.found = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  read(chunk: Uint8Array): void {
    if (this.#resolve === undefined) {
      this.#rest(chunk);
      return;
    }
    this.#line += Buffer.from(chunk).toString("utf8");
    const [, port, rest] = /^(\d+)\r?\n(.*)$/s.exec(this.#line) ?? [];
    if (port !== undefined) {
      this.#resolve(Number(port));
      this.#resolve = undefined;
    } else if (this.#line.includes("\n")) {
      this.#passLine();
    }
    if (rest) this.#rest(Buffer.from(rest));
  }

  /** A pack that prints before it serves: shown, and the port is looked for in the next line. */
  #passLine(): void {
    const end = this.#line.indexOf("\n") + 1;
    this.#rest(Buffer.from(this.#line.slice(0, end)));
    const next = this.#line.slice(end);
    this.#line = "";
    this.read(Buffer.from(next));
  }
}

/** Arguments of node for a plugin. */
export function pluginArguments(run: PluginRun): string[] {
  const { programDirectory, args, options } = run;
  // Pulumi's own host puts nodeargs behind the script as well, where node itself does not see them.
  const before = [locateRunner(run), ...options.nodeargs];
  return run.kind === "analyzer"
    ? [...before, ...args, programDirectory]
    : [...before, programDirectory, ...args];
}

function locateRunner({ kind, programDirectory }: PluginRun): string {
  const runner = kind === "analyzer" ? "@pulumi/pulumi/cmd/run-policy-pack" : "@pulumi/pulumi/cmd/run-plugin";
  return locateModule(runner, programDirectory, `npm install in ${programDirectory}`);
}

function environmentOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
