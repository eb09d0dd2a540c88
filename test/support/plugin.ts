// Drives a stand-in's process as the engine does: over gRPC, with a log that listens.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { build } from "esbuild";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { repositoryRoot } from "../../engine/cache";
import { decode, encode, type Values } from "../../engine/offline/values";

/** A stand-in's bundle, made for one test file. */
export interface Bundle {
  readonly file: string;
  remove(): Promise<void>;
}

/** Bundles the stand-in `engine/offline/<name>/main.ts` into a folder of its own. */
export const bundlePlugin = (name: string): Promise<Bundle> =>
  bundleEntry(path.join(repositoryRoot, "engine", "offline", name, "main.ts"));

/** Bundles a plugin's entry file into a folder of its own. */
export async function bundleEntry(entry: string): Promise<Bundle> {
  const folder = await mkdtemp(path.join(tmpdir(), "golive-plugin-"));
  const file = path.join(folder, "plugin.js");
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
  return { file, remove: () => rm(folder, { recursive: true }) };
}

/** What a plan says. */
export interface Plan {
  readonly changes: boolean;
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
  /** `path` to kind, e.g. `{ name: "UPDATE_REPLACE" }`. */
  readonly detail: Record<string, string>;
}

/** A resource of a test: its type, and the name in its URN. */
export interface Subject {
  readonly type: string;
  readonly name: string;
}

const urnOf = ({ type, name }: Subject): string => `urn:pulumi:test::golive::${type}::${name}`;

/** Runs the callback form of a client's method. */
function call<T>(start: (done: (error: ServiceError | null, response: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

const KINDS = Object.entries(proto.PropertyDiff.Kind);

/** A running stand-in. */
export class Plugin {
  readonly logs: string[] = [];
  readonly process: ChildProcess;
  readonly #client: ResourceProviderClient;
  readonly #engine: Server;

  private constructor(process: ChildProcess, client: ResourceProviderClient, engine: Server, logs: string[]) {
    this.process = process;
    this.#client = client;
    this.#engine = engine;
    this.logs = logs;
  }

  /** Starts it as the engine does; `environment` is added to ours, less what would name an endpoint. */
  static async start(bundle: Bundle, environment: NodeJS.ProcessEnv = {}): Promise<Plugin> {
    const logs: string[] = [];
    const engine = new Server();
    const address = await listen(engine, logs);
    const env = { ...process.env, AWS_ENDPOINT_URL: undefined, ...environment };
    const child = spawn(process.execPath, [bundle.file, address], {
      stdio: ["pipe", "pipe", "inherit"],
      env,
    });
    const port = await firstLine(child);
    return new Plugin(
      child,
      new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure()),
      engine,
      logs,
    );
  }

  async version(): Promise<string> {
    return (await call<PluginInfo>((done) => this.#client.getPluginInfo(new Empty(), done))).getVersion();
  }

  async configure(inputs: Values): Promise<void> {
    await call<proto.ConfigureResponse>((done) =>
      this.#client.configure(new proto.ConfigureRequest().setArgs(encode(inputs)), done),
    );
  }

  /** The inputs to go on with; throws where one is refused. */
  async check(subject: Subject, news: Values, olds?: Values): Promise<Values> {
    const request = new proto.CheckRequest()
      .setUrn(urnOf(subject))
      .setType(subject.type)
      .setName(subject.name);
    request
      .setNews(encode(news))
      .setOlds(olds && encode(olds))
      .setRandomseed(Buffer.alloc(32, 7));
    const response = await call<proto.CheckResponse>((done) => this.#client.check(request, done));
    const [failure] = response.getFailuresList();
    if (failure !== undefined) throw new Error(`${failure.getProperty()}: ${failure.getReason()}`);
    return decode(response.getInputs());
  }

  async diff(
    subject: Subject,
    id: string,
    olds: { inputs: Values; outputs: Values },
    news: Values,
  ): Promise<Plan> {
    const request = new proto.DiffRequest().setUrn(urnOf(subject)).setId(id).setNews(encode(news));
    request.setOldInputs(encode(olds.inputs)).setOlds(encode(olds.outputs));
    const response = await call<proto.DiffResponse>((done) => this.#client.diff(request, done));
    const detail: Record<string, string> = {};
    response.getDetaileddiffMap().forEach((entry, key) => {
      detail[key] = KINDS.find(([, kind]) => kind === entry.getKind())?.[0] ?? "";
    });
    return {
      changes: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
      detail,
    };
  }

  async create(subject: Subject, inputs: Values, preview = false): Promise<{ id: string; outputs: Values }> {
    const request = new proto.CreateRequest().setUrn(urnOf(subject)).setPreview(preview);
    request.setProperties(encode(inputs));
    const response = await call<proto.CreateResponse>((done) => this.#client.create(request, done));
    return { id: response.getId(), outputs: decode(response.getProperties()) };
  }

  /** Undefined where it is gone. */
  async read(subject: Subject, id: string, inputs: Values = {}, outputs: Values = {}) {
    const request = new proto.ReadRequest().setUrn(urnOf(subject)).setId(id);
    request.setInputs(encode(inputs)).setProperties(encode(outputs));
    const response = await call<proto.ReadResponse>((done) => this.#client.read(request, done));
    if (response.getId() === "") return undefined;
    return {
      id: response.getId(),
      inputs: decode(response.getInputs()),
      outputs: decode(response.getProperties()),
    };
  }

  async update(
    subject: Subject,
    id: string,
    olds: { inputs: Values; outputs: Values },
    news: Values,
    preview = false,
  ): Promise<Values> {
    const request = new proto.UpdateRequest().setUrn(urnOf(subject)).setId(id).setPreview(preview);
    request.setOldInputs(encode(olds.inputs)).setOlds(encode(olds.outputs)).setNews(encode(news));
    return decode(
      (await call<proto.UpdateResponse>((done) => this.#client.update(request, done))).getProperties(),
    );
  }

  async delete(subject: Subject, id: string, olds: { inputs: Values; outputs: Values }): Promise<void> {
    const request = new proto.DeleteRequest().setUrn(urnOf(subject)).setId(id);
    request.setOldInputs(encode(olds.inputs)).setProperties(encode(olds.outputs));
    await call<Empty>((done) => this.#client.delete(request, done));
  }

  async invoke(token: string, args: Values, preview = false): Promise<Values> {
    const request = new proto.InvokeRequest().setTok(token).setArgs(encode(args)).setPreview(preview);
    return decode(
      (await call<proto.InvokeResponse>((done) => this.#client.invoke(request, done))).getReturn(),
    );
  }

  async cancel(): Promise<void> {
    await call<Empty>((done) => this.#client.cancel(new Empty(), done));
  }

  /** Resolves when the process is gone. */
  async gone(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    await new Promise((resolve) => this.process.once("exit", resolve));
  }

  async stop(): Promise<void> {
    this.#client.close();
    this.process.kill();
    await this.gone();
    this.#engine.forceShutdown();
  }
}

async function listen(engine: Server, logs: string[]): Promise<string> {
  engine.addService(EngineService, {
    log: ({ request }: { request: LogRequest }, done: (error: null, response: Empty) => void) => {
      logs.push(request.getMessage());
      done(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return `127.0.0.1:${port}`;
}

async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error("the plugin has no output");
  return new Promise((resolve, reject) => {
    createInterface(stdout).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the plugin ended with exit code ${code ?? "none"}`)));
  });
}
