// The base of golive's offline stand-ins: Pulumi's ResourceProvider protocol over plain property bags.
// Facts: @pulumi/pulumi provider/server.js; pkg/resource/plugin/provider_plugin.go of the engine.
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type ServerErrorResponse,
  type StatusObject,
} from "@grpc/grpc-js";
import { ResourceProviderService, type IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { differences } from "./diff";
import { EngineLog, type Severity } from "./engine-log";
import { whenEngineGone } from "./lifetime";
import {
  checkRequest,
  checkResponse,
  createRequest,
  deleteRequest,
  diffRequest,
  diffResponse,
  protoFailures,
  readRequest,
  readResponse,
  updateRequest,
} from "./messages";
import { decode, encode, type Values } from "./values";

export * from "./values";
export * from "./diff";
export type { Severity } from "./engine-log";

/** What every request on a resource carries. */
export interface ResourceRequest {
  readonly urn: string;
  /** The type token, e.g. `aws:ecr/repository:Repository`. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
}

/** A request to check inputs and fill in defaults. */
export interface CheckRequest extends ResourceRequest {
  /** The inputs of the last update; undefined for a new resource. */
  readonly oldInputs: Values | undefined;
  readonly newInputs: Values;
  /** Seed for names and values that must not change between preview and update. */
  readonly randomSeed: Uint8Array;
  /** The name that the stack's `pulumi:autonaming` asks for, where there is one. */
  readonly autonaming: Autonaming | undefined;
}

/** How the stack wants a resource named. */
export interface Autonaming {
  readonly proposedName: string;
  readonly mode: "propose" | "enforce" | "disable";
}

/** The inputs to go on with, or what is wrong with them. */
export interface CheckResult {
  readonly inputs: Values;
  readonly failures?: readonly CheckFailure[];
}

/** One wrong input; an empty `property` means the resource as a whole. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** A request to compare a resource's state with new inputs. */
export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: Values;
  readonly oldOutputs: Values;
  readonly newInputs: Values;
  /** Property paths that the user wants left alone. */
  readonly ignoreChanges: readonly string[];
}

/** The kind of a difference; `-replace` where it alone forces a replacement. */
export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

/** One entry of a detailed diff. */
export interface PropertyDifference {
  readonly kind: DiffKind;
  /** True where the difference is against old inputs, false where it is against the state. */
  readonly inputDiff?: boolean;
}

/** The verdict of a comparison. */
export interface DiffResult {
  /** Undefined lets the engine compare inputs itself. */
  readonly changes: boolean | undefined;
  /** Top-level properties that force a replacement. */
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  /** Properties that keep their value through an update. */
  readonly stables?: readonly string[];
  /** Top-level properties that differ. */
  readonly diffs?: readonly string[];
  /** By property path. */
  readonly detailedDiff?: Readonly<Record<string, PropertyDifference>>;
}

/** A request to create. */
export interface CreateRequest extends ResourceRequest {
  readonly newInputs: Values;
  /** Seconds; 0 means the provider's default. */
  readonly timeout: number;
  /** True in a preview: nothing may be created, outputs not known are UNKNOWN. */
  readonly preview: boolean;
}

/** What was created; in a preview the id may be empty. */
export interface CreateResult {
  readonly id: string;
  readonly outputs: Values;
}

/** A request to read for refresh, import or `Resource.get`. */
export interface ReadRequest extends ResourceRequest {
  readonly id: string;
  /** Empty for an import. */
  readonly oldInputs: Values;
  /** Empty for an import. */
  readonly oldOutputs: Values;
  /** Seconds; 0 means the provider's default. */
  readonly timeout: number;
}

/** What is there. */
export interface ReadResult {
  readonly id: string;
  readonly outputs: Values;
  readonly inputs: Values;
}

/** A request to update in place. */
export interface UpdateRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: Values;
  readonly oldOutputs: Values;
  readonly newInputs: Values;
  readonly ignoreChanges: readonly string[];
  /** Seconds; 0 means the provider's default. */
  readonly timeout: number;
  readonly preview: boolean;
}

/** A request to delete. */
export interface DeleteRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: Values;
  readonly oldOutputs: Values;
  /** Seconds; 0 means the provider's default. */
  readonly timeout: number;
}

/** A call of a function of the package. */
export interface InvokeRequest {
  /** E.g. `aws:index/getCallerIdentity:getCallerIdentity`. */
  readonly token: string;
  readonly args: Values;
  readonly preview: boolean;
}

/** A function's answer. */
export interface InvokeResult {
  readonly outputs: Values;
  readonly failures?: readonly CheckFailure[];
}

/** What a provider may use while it answers. */
export interface Context {
  /** Aborted when the engine cancels or goes away. */
  readonly signal: AbortSignal;
  /** Shows a message in the engine's output, on the resource where a URN is given. */
  readonly log: (severity: Severity, message: string, urn?: string) => void;
  /** Shows what a resource waits for, only while it does. */
  readonly progress: (message: string, urn: string) => void;
}

/** A stand-in for a plugin. Every method but those with `?` is asked only after `configure`. */
export interface ResourceProvider {
  /** The package, e.g. `aws`. */
  readonly name: string;
  /** The version of Pulumi's own plugin that this one stands in for. */
  readonly version: string;
  /** True where check heeds {@link CheckRequest.autonaming}. Default: false. */
  readonly supportsAutonaming?: boolean;
  /** Takes the provider's own inputs (values other than strings come as JSON text, see {@link configValue}). */
  configure(inputs: Values, context: Context): void | Promise<void>;
  /** Default: every input is accepted. */
  checkConfig?(request: CheckRequest, context: Context): CheckResult | Promise<CheckResult>;
  /** Default: a changed input updates the provider and replaces nothing. */
  diffConfig?(request: Omit<DiffRequest, "id">, context: Context): DiffResult | Promise<DiffResult>;
  check(request: CheckRequest, context: Context): CheckResult | Promise<CheckResult>;
  diff(request: DiffRequest, context: Context): DiffResult | Promise<DiffResult>;
  create(request: CreateRequest, context: Context): Promise<CreateResult>;
  /** Undefined means that it no longer exists. */
  read(request: ReadRequest, context: Context): Promise<ReadResult | undefined>;
  /** Returns the new outputs. */
  update(request: UpdateRequest, context: Context): Promise<Values>;
  delete(request: DeleteRequest, context: Context): Promise<void>;
  invoke?(request: InvokeRequest, context: Context): InvokeResult | Promise<InvokeResult>;
}

/**
 * The resource exists but did not become ready: it is kept in state with its errors and is updated by the next run.
 * May be thrown by create, update and read.
 */
export class InitializationFailed extends Error {
  readonly id: string;
  readonly outputs: Values;
  readonly inputs: Values;
  readonly reasons: readonly string[];

  constructor(id: string, outputs: Values, inputs: Values, reasons: readonly string[]) {
    super(reasons.join("\n"));
    this.id = id;
    this.outputs = outputs;
    this.inputs = inputs;
    this.reasons = reasons;
  }
}

/** A value of the provider's own inputs: text that is JSON of another type than string is parsed. */
export function configValue(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "number" ? value : parsed;
  } catch {
    return value;
  }
}

/** Serves the provider to the engine that started this process, and ends with it. */
export function serve(provider: ResourceProvider): void {
  const session = new Session(provider);
  whenEngineGone(() => {
    session.cancel();
    process.exit(0);
  });
  const address = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  if (address !== undefined) session.log.attach(address);
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, implementation(session));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}

class Session {
  readonly log = new EngineLog();
  readonly context: Context;
  readonly provider: ResourceProvider;
  readonly #abort = new AbortController();
  #announced = false;

  constructor(provider: ResourceProvider) {
    this.provider = provider;
    this.context = {
      signal: this.#abort.signal,
      log: (severity, message, urn) => this.log.send(severity, message, urn),
      progress: (message, urn) => this.log.send("info", message, urn, true),
    };
  }

  cancel(): void {
    this.#abort.abort(new Error("cancelled by the engine"));
  }

  announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    this.log.send(
      "info",
      `golive's offline stand-in for Pulumi's ${this.provider.name} plugin: previews and loopback tests only`,
    );
  }
}

function implementation(session: Session): IResourceProviderServer {
  return { ...lifecycle(session), ...configuration(session), ...resources(session), ...absent(session) };
}

type Methods<K extends string> = Pick<IResourceProviderServer, K>;

function lifecycle(
  session: Session,
): Methods<"handshake" | "attach" | "getPluginInfo" | "getSchema" | "cancel"> {
  const { provider } = session;
  return {
    handshake: answer(session, (request) => {
      session.log.attach(request.getEngineAddress());
      return handshakeResponse(provider);
    }),
    attach: answer(session, (request) => {
      session.log.attach(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: answer(session, () => new PluginInfo().setVersion(provider.version)),
    getSchema: answer(session, () =>
      new proto.GetSchemaResponse().setSchema(
        JSON.stringify({ name: provider.name, version: provider.version }),
      ),
    ),
    cancel: answer(session, () => {
      session.cancel();
      return new Empty();
    }),
  };
}

function handshakeResponse(provider: ResourceProvider): proto.ProviderHandshakeResponse {
  return new proto.ProviderHandshakeResponse()
    .setAcceptSecrets(true)
    .setAcceptResources(true)
    .setAcceptOutputs(true)
    .setSupportsAutonamingConfiguration(provider.supportsAutonaming ?? false);
}

function configuration(session: Session): Methods<"checkConfig" | "diffConfig" | "configure"> {
  const { provider, context } = session;
  return {
    checkConfig: answer(session, async (request) => {
      const given = checkRequest(request);
      return checkResponse((await provider.checkConfig?.(given, context)) ?? { inputs: given.newInputs });
    }),
    diffConfig: answer(session, async (request) => {
      const given = diffRequest(request);
      return diffResponse((await provider.diffConfig?.(given, context)) ?? inPlace(given));
    }),
    configure: answer(session, async (request) => {
      session.announce();
      await provider.configure(decode(request.getArgs()), context);
      return new proto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setAcceptresources(true)
        .setAcceptoutputs(true)
        .setSupportsAutonamingConfiguration(provider.supportsAutonaming ?? false);
    }),
  };
}

function inPlace(request: Omit<DiffRequest, "id">): DiffResult {
  return { changes: differences(request.oldInputs, request.newInputs).length > 0 };
}

function resources(
  session: Session,
): Methods<"check" | "diff" | "create" | "read" | "update" | "delete" | "invoke"> {
  const { provider, context } = session;
  return {
    check: answer(session, async (request) =>
      checkResponse(await provider.check(checkRequest(request), context)),
    ),
    diff: answer(session, async (request) =>
      diffResponse(await provider.diff(diffRequest(request), context)),
    ),
    create: answer(session, async (request) => {
      const { id, outputs } = await provider.create(createRequest(request), context);
      return new proto.CreateResponse().setId(id).setProperties(encode(outputs));
    }),
    read: answer(session, async (request) =>
      readResponse(await provider.read(readRequest(request), context)),
    ),
    update: answer(session, async (request) => {
      const outputs = await provider.update(updateRequest(request), context);
      return new proto.UpdateResponse().setProperties(encode(outputs));
    }),
    delete: answer(session, async (request) => {
      await provider.delete(deleteRequest(request), context);
      return new Empty();
    }),
    invoke: answer(session, async (request) => {
      const token = request.getTok();
      if (provider.invoke === undefined) throw new NotServed(`the function ${token}`);
      const given = { token, args: decode(request.getArgs()), preview: request.getPreview() };
      const { outputs, failures } = await provider.invoke(given, context);
      return new proto.InvokeResponse().setReturn(encode(outputs)).setFailuresList(protoFailures(failures));
    }),
  };
}

/** Something that Pulumi's own plugin serves and a stand-in does not. */
export class NotServed extends Error {
  constructor(what: string) {
    super(`golive's offline stand-in does not serve ${what}; Pulumi's own plugin does`);
  }
}

function absent(
  session: Session,
): Methods<"parameterize" | "call" | "construct" | "list" | "getMapping" | "getMappings"> {
  const refuse = (what: string) => () => {
    throw new NotServed(what);
  };
  return {
    parameterize: answer(session, refuse("parameterised packages")),
    call: answer(session, refuse("methods")),
    construct: answer(session, refuse("components")),
    list: (call) => call.emit("error", { code: status.UNIMPLEMENTED, details: "list is not served" }),
    getMapping: answer(session, () => new proto.GetMappingResponse()),
    getMappings: answer(session, () => new proto.GetMappingsResponse()),
  };
}

function answer<Request, Response>(
  session: Session,
  handler: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  const run = async (request: Request): Promise<Response> => handler(request);
  return (call, callback) => {
    run(call.request).then(
      (response) => void session.log.flush().then(() => callback(null, response)),
      (error: unknown) => {
        if (error instanceof Error) session.context.log("debug", error.stack ?? error.message);
        void session.log.flush().then(() => callback(failure(error)));
      },
    );
  };
}

function failure(error: unknown): ServerErrorResponse | Partial<StatusObject> {
  if (error instanceof InitializationFailed) return initializationFailure(error);
  const code = error instanceof NotServed ? status.UNIMPLEMENTED : status.UNKNOWN;
  return { code, details: error instanceof Error ? error.message : String(error) };
}

function initializationFailure(error: InitializationFailed): Partial<StatusObject> {
  const detail = new proto.ErrorResourceInitFailed().setId(error.id).setReasonsList([...error.reasons]);
  detail.setProperties(encode(error.outputs)).setInputs(encode(error.inputs));
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const wire = new Status().setCode(status.UNKNOWN).setMessage(error.message).setDetailsList([packed]);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(wire.serializeBinary()));
  return { code: status.UNKNOWN, details: error.message, metadata };
}
