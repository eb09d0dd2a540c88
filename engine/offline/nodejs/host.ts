// The LanguageRuntime service. Facts: pulumi/pulumi sdk/nodejs/cmd/pulumi-language-nodejs/main.go.
import { status, type handleUnaryCall, type ServerErrorResponse } from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PackageParameterization, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { tools } from "../../tools";
import { EngineLog } from "../engine-log";
import { refuseUnlessLoopback } from "../loopback";
import { packageManagerOf, programDependencies } from "./about";
import type { Children } from "./children";
import { parseOptions, type RuntimeOptions } from "./options";
import { requiredPackages, type RequiredPackage } from "./packages";
import { runPlugin } from "./plugin";
import * as program from "./program";

const BANNER =
  "golive's offline stand-in for Pulumi's Node.js language plugin: previews and loopback tests only";

/** The host's own state: who started it, and what it has started. */
export interface HostContext {
  readonly children: Children;
  readonly tracing: string;
  /** The engine's address; empty until it is known. */
  engine: string;
}

/** Implements Pulumi's language host for Node.js (source: design decision 2). */
export function languageHost(context: HostContext): ILanguageRuntimeServer {
  return {
    handshake: answer((request: proto.LanguageHandshakeRequest) => {
      context.engine = request.getEngineAddress();
      return new proto.LanguageHandshakeResponse();
    }),
    getPluginInfo: answer(() => new PluginInfo().setVersion(tools.pulumi.version)),
    getRequiredPackages: answer(listRequiredPackages),
    getProgramDependencies: answer(listDependencies),
    about: answer(describe),
    template: answer(() => new proto.TemplateResponse()),
    runtimeOptionsPrompts: answer(() => new proto.RuntimeOptionsResponse()),
    cancel: answer(() => {
      context.children.interruptAll();
      return new Empty();
    }),
    run: runProgram(context),
    runPlugin: servePlugin(context),
    ...absent(),
  };
}

type Absent =
  | "getRequiredPlugins"
  | "generateProgram"
  | "generateProject"
  | "generatePackage"
  | "pack"
  | "link"
  | "installDependencies";

function absent(): Pick<ILanguageRuntimeServer, Absent> {
  const refuse = (what: string) => (): never => {
    throw new NotServed(what);
  };
  return {
    getRequiredPlugins: answer(refuse("GetRequiredPlugins (GetRequiredPackages has taken its place)")),
    generateProgram: answer(refuse("code generation")),
    generateProject: answer(refuse("code generation")),
    generatePackage: answer(refuse("code generation")),
    pack: answer(refuse("packing of SDKs")),
    link: answer(refuse("linking of SDKs")),
    installDependencies: (call) => {
      const directory = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
      call.emit(
        "error",
        failure(new NotServed(`the installing of packages: run \`npm ci\` in ${directory}`)),
      );
    },
  };
}

function listRequiredPackages(request: proto.GetRequiredPackagesRequest): proto.GetRequiredPackagesResponse {
  const found = requiredPackages(infoOf(request).getProgramDirectory());
  return new proto.GetRequiredPackagesResponse().setPackagesList(found.map(packageMessage));
}

function packageMessage({ name, version, server, parameterization }: RequiredPackage): PackageDependency {
  const message = new PackageDependency()
    .setName(name)
    .setKind("resource")
    .setVersion(version)
    .setServer(server);
  if (parameterization === undefined) return message;
  const { name: subpackage, version: subversion, value } = parameterization;
  const extra = new PackageParameterization().setName(subpackage).setVersion(subversion).setValue(value);
  return message.setParameterization(extra);
}

function listDependencies(
  request: proto.GetProgramDependenciesRequest,
): proto.GetProgramDependenciesResponse {
  const found = programDependencies(
    infoOf(request).getProgramDirectory(),
    request.getTransitivedependencies(),
  );
  const messages = found.map(({ name, version }) =>
    new proto.DependencyInfo().setName(name).setVersion(version),
  );
  return new proto.GetProgramDependenciesResponse().setDependenciesList(messages);
}

async function describe(request: proto.AboutRequest): Promise<proto.AboutResponse> {
  const info = infoOf(request);
  const manager = await packageManagerOf(optionsOf(info), info.getProgramDirectory());
  const response = new proto.AboutResponse().setExecutable(process.execPath).setVersion(process.version);
  response.getMetadataMap().set("packagemanager", manager.name);
  if (manager.version !== "") response.getMetadataMap().set("packagemanagerVersion", manager.version);
  return response;
}

function runProgram(context: HostContext): ILanguageRuntimeServer["run"] {
  return (call, callback) => {
    const cancelled = new AbortController();
    call.on("cancelled", () => cancelled.abort());
    run(call.request, context, cancelled.signal).then(
      (verdict) => callback(null, new proto.RunResponse().setError(verdict.error).setBail(verdict.bail)),
      (error: unknown) => callback(failure(error)),
    );
  };
}

async function run(request: proto.RunRequest, context: HostContext, signal: AbortSignal): Promise<Verdict> {
  if (request.getAttachDebugger()) throw new NotServed("debugging");
  if (context.engine === "")
    throw new Error("when debugging or running explicitly, must call Handshake before Run");
  refuseUnlessLoopback(`http://${request.getMonitorAddress()}`, "the engine's resource monitor");
  const log = new EngineLog();
  log.attach(context.engine);
  log.send("info", BANNER);
  try {
    return await verdictOf(request, context, signal);
  } finally {
    await log.flush();
  }
}

type Verdict = ReturnType<typeof program.runVerdict>;

/** What stops a program before it starts is told as the run's result, not as a failed call. */
async function verdictOf(
  request: proto.RunRequest,
  context: HostContext,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    const { args, env } = commandOf(request, context);
    const memory = new program.OutOfMemoryWatch();
    const child = context.children.start("node", args, {
      env,
      stdout: (chunk) => void process.stdout.write(chunk),
      stderr: (chunk) => {
        memory.read(chunk);
        process.stderr.write(chunk);
      },
    });
    signal.addEventListener("abort", () => child.interrupt());
    return program.runVerdict(await child.ended, memory.seen);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), bail: false };
  }
}

function commandOf(
  request: proto.RunRequest,
  context: HostContext,
): { args: string[]; env: NodeJS.ProcessEnv } {
  const info = infoOf(request);
  const options = optionsOf(info);
  const runPath = program.locateModule(
    "@pulumi/pulumi/cmd/run",
    info.getProgramDirectory(),
    "pulumi install",
  );
  const config = program.configVariables(request.getConfigMap().entries(), request.getConfigsecretkeysList());
  return {
    args: program.programArguments(runOf(request, info, context), runPath, options),
    env: { ...process.env, ...config, ...program.optionVariables(options) },
  };
}

const runOf = (
  request: proto.RunRequest,
  info: proto.ProgramInfo,
  context: HostContext,
): program.ProgramRun => ({
  monitor: request.getMonitorAddress(),
  engine: context.engine,
  organization: request.getOrganization(),
  project: request.getProject(),
  stack: request.getStack(),
  rootDirectory: info.getRootDirectory(),
  programDirectory: info.getProgramDirectory(),
  entryPoint: info.getEntryPoint(),
  dryRun: request.getDryrun(),
  parallel: request.getParallel(),
  tracing: context.tracing,
  args: request.getArgsList(),
});

function servePlugin(context: HostContext): ILanguageRuntimeServer["runPlugin"] {
  return (call) => {
    const cancelled = new AbortController();
    call.on("cancelled", () => cancelled.abort());
    plug(call.request, context, {
      stdout: (chunk) => void call.write(new proto.RunPluginResponse().setStdout(chunk)),
      stderr: (chunk) => void call.write(new proto.RunPluginResponse().setStderr(chunk)),
      signal: cancelled.signal,
    }).then(
      () => call.end(),
      (error: unknown) => call.emit("error", failure(error)),
    );
  };
}

async function plug(request: proto.RunPluginRequest, context: HostContext, streams: Streams): Promise<void> {
  if (request.getAttachDebugger()) throw new NotServed("debugging");
  const info = infoOf(request);
  const plugin = {
    kind: request.getKind(),
    programDirectory: info.getProgramDirectory(),
    workingDirectory: request.getPwd(),
    args: request.getArgsList(),
    env: request.getEnvList(),
    options: optionsOf(info),
  };
  await runPlugin(plugin, context.children, streams);
}

type Streams = Parameters<typeof runPlugin>[2];

function infoOf(request: { getInfo(): proto.ProgramInfo | undefined }): proto.ProgramInfo {
  const info = request.getInfo();
  if (info === undefined)
    throw new Error("the engine does not say where the program is; golive needs Pulumi 3.240 or later");
  return info;
}

const optionsOf = (info: proto.ProgramInfo): RuntimeOptions =>
  parseOptions(info.getOptions()?.toJavaScript() ?? {});

class NotServed extends Error {
  constructor(what: string) {
    super(`golive's offline stand-in does not serve ${what}; Pulumi's own language plugin does`);
  }
}

function answer<Request, Response>(
  handler: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  const reply = async (request: Request): Promise<Response> => handler(request);
  return (call, callback) => {
    reply(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(failure(error)),
    );
  };
}

function failure(error: unknown): ServerErrorResponse {
  const code = error instanceof NotServed ? status.UNIMPLEMENTED : status.UNKNOWN;
  const details = error instanceof Error ? error.message : String(error);
  return { name: "Error", message: details, code, details };
}
