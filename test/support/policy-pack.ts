import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
  type AnalyzeDiagnostic,
  type AnalyzerInfo,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

import { buildPack } from "../../policies/build";

/** How a pack's process is started. */
export interface PackOptions {
  /** The stack that the pack is told of. */
  readonly stack: string;
  /** The stack's configuration: `golive:ceiling` and its JSON text. */
  readonly config: Readonly<Record<string, string>>;
  /** The pack's folder. @default - golive's own, compiled where it is stale */
  readonly folder?: string;
}

/** The configuration of one policy, as a policy configuration file gives it. */
export interface PolicyConfiguration {
  readonly level: EnforcementLevel;
  readonly properties: Record<string, JavaScriptValue>;
}

/** What the pack says of a resource. */
export interface Diagnostic {
  readonly policy: string;
  /** The policy's own text, without the description that the SDK puts before it. */
  readonly message: string;
  readonly level: EnforcementLevel;
}

/** One resource of a stack. */
export interface StackResource {
  readonly type: string;
  readonly name: string;
  readonly props: unknown;
  /** URNs by the input that they give its value. @default - none */
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
}

/** The URN by which the tests know a resource. */
export const urnOf = ({ type, name }: { readonly type: string; readonly name: string }): string =>
  `urn:pulumi:develop::golive::${type}::${name}`;

/** Clock ticks of a second in /proc, on every Linux that Node runs on. */
const TICKS = 100;

const repository = path.resolve(__dirname, "../..");
const OWN = path.join(repository, "policies");
const loader = path.join(repository, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");

/** The compiled pack in a process of its own, spoken to over gRPC as the engine does. */
export class RunningPack {
  private constructor(
    private readonly process: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  /** Compiles the pack where it is stale, starts it and waits for its port. */
  static async start({ stack, config, folder = OWN }: PackOptions): Promise<RunningPack> {
    if (folder === OWN) buildPack();
    const child = spawn(process.execPath, [loader, "127.0.0.1:0", folder], {
      cwd: folder,
      env: { ...process.env, PULUMI_CONFIG: JSON.stringify(config), PULUMI_NODEJS_STACK: stack },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await firstLine(child);
    return new RunningPack(child, new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  /** What the pack is called and which policies it has. */
  info(): Promise<AnalyzerInfo> {
    return new Promise((resolve, reject) => {
      this.client.getAnalyzerInfo(new Empty(), (error, info) =>
        error === null ? resolve(info) : reject(error),
      );
    });
  }

  /** Sets the policies' configuration in place of any set before. */
  configure(policies: Readonly<Record<string, PolicyConfiguration>>): Promise<void> {
    const request = new ConfigureAnalyzerRequest();
    for (const [name, { level, properties }] of Object.entries(policies)) {
      const config = new PolicyConfig();
      config.setEnforcementlevel(level);
      config.setProperties(Struct.fromJavaScript(properties));
      request.getPolicyconfigMap().set(name, config);
    }
    return new Promise((resolve, reject) => {
      this.client.configure(request, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** What the pack says of one resource's inputs. */
  analyze(resource: {
    readonly type: string;
    readonly name: string;
    readonly props: unknown;
  }): Promise<Diagnostic[]> {
    const request = new AnalyzeRequest();
    request.setType(resource.type);
    request.setName(resource.name);
    request.setUrn(urnOf(resource));
    request.setOptions(optionsOfNone());
    request.setProperties(structOf(resource.props));
    return new Promise((resolve, reject) => {
      this.client.analyze(request, (error, response) =>
        error === null ? resolve(response.getDiagnosticsList().map(diagnosticOf)) : reject(error),
      );
    });
  }

  /** What the pack says of a whole stack, as the engine asks at the end of a preview. */
  analyzeStack(resources: readonly StackResource[]): Promise<Diagnostic[]> {
    const request = new AnalyzeStackRequest();
    request.setResourcesList(resources.map(analyzerResource));
    return new Promise((resolve, reject) => {
      this.client.analyzeStack(request, (error, response) =>
        error === null ? resolve(response.getDiagnosticsList().map(diagnosticOf)) : reject(error),
      );
    });
  }

  /** Seconds of CPU that the process has taken so far, as Linux counts them. */
  cpuSeconds(): number {
    const fields =
      readFileSync(`/proc/${this.process.pid ?? 0}/stat`, "utf8")
        .split(") ")[1]
        ?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    this.client.close();
    const ended = once(this.process, "exit");
    this.process.kill();
    await ended;
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the pack's output is not read");
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("the pack ended before it gave its port");
}

function analyzerResource(resource: StackResource): AnalyzerResource {
  const analyzed = new AnalyzerResource();
  analyzed.setType(resource.type);
  analyzed.setName(resource.name);
  analyzed.setUrn(urnOf(resource));
  analyzed.setOptions(optionsOfNone());
  analyzed.setProperties(structOf(resource.props));
  for (const [input, urns] of Object.entries(resource.dependsOn ?? {})) {
    const dependencies = new AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    analyzed.getPropertydependenciesMap().set(input, dependencies);
  }
  return analyzed;
}

function optionsOfNone(): AnalyzerResourceOptions {
  const options = new AnalyzerResourceOptions();
  options.setCustomtimeouts(new AnalyzerResourceOptions.CustomTimeouts());
  return options;
}

function structOf(value: unknown): Struct {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Struct.fromJavaScript(
    Object.fromEntries(entries.map(([key, item]) => [key, javaScriptValue(item)])),
  );
}

function javaScriptValue(value: unknown): JavaScriptValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(javaScriptValue);
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, javaScriptValue(item)]));
}

function diagnosticOf(diagnostic: AnalyzeDiagnostic): Diagnostic {
  return {
    policy: diagnostic.getPolicyname(),
    message: diagnostic.getMessage().replace(`${diagnostic.getDescription()}\n`, ""),
    level: diagnostic.getEnforcementlevel(),
  };
}
