// Stands between the engine and a policy pack, as Pulumi's own host does: the engine tells a running pack its stack's
// configuration, while the pack's SDK wants it in the environment before it starts.
// Facts: pulumi/pulumi sdk/policy_proxy.go.
import {
  Client,
  Server,
  ServerCredentials,
  credentials,
  status,
  type handleUnaryCall,
  type MethodDefinition,
  type ServerErrorResponse,
} from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzerHandshakeResponse,
  AnalyzerStackConfigureRequest,
  AnalyzerStackConfigureResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";

type RawHandler = handleUnaryCall<Buffer, Buffer>;

const CONFIGURE_STACK = "/pulumirpc.Analyzer/ConfigureStack";
const ANY_SIZE = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** A policy pack's service whose pack starts once the stack's configuration is known. */
export class PolicyProxy {
  /** The stack's configuration, or undefined where the engine goes on without one (`pulumi policy publish`). */
  readonly configuration: Promise<AnalyzerStackConfigureRequest | undefined>;
  readonly #configured = new Deferred<Buffer | undefined>();
  readonly #pack = new Deferred<Client>();
  readonly #server = new Server(ANY_SIZE);

  constructor() {
    this.configuration = this.#configured.promise.then(
      (bytes) => bytes && AnalyzerStackConfigureRequest.deserializeBinary(bytes),
    );
    // Nobody may be asking for the pack when it fails.
    this.#pack.promise.catch(() => undefined);
  }

  /** Opens a free port and gives it. */
  listen(): Promise<number> {
    const methods = Object.entries(AnalyzerService).map(([name, { path }]) => [name, path] as const);
    const definition = Object.fromEntries(methods.map(([name, path]) => [name, rawMethod(path)]));
    const handlers = Object.fromEntries(methods.map(([name, path]) => [name, this.#handler(name, path)]));
    this.#server.addService(definition, handlers);
    return new Promise((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
  }

  /** Connects the pack that listens on `port`; requests that have waited for it go on. */
  async attach(port: number): Promise<void> {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), ANY_SIZE);
    const configuration = await this.#configured.promise;
    if (configuration !== undefined) {
      await forward(client, CONFIGURE_STACK, configuration).catch(unlessUnimplemented);
    }
    this.#pack.resolve(client);
  }

  /** The pack will not come: requests that wait for it, or will, fail with the reason. */
  fail(reason: Error): void {
    this.#pack.reject(new Error(`policy pack not started: ${reason.message}`));
  }

  /** Takes no new requests; those that wait still get their answer. */
  close(): void {
    this.#configured.resolve(undefined);
    this.#server.tryShutdown(() => undefined);
  }

  #handler(name: string, path: string): RawHandler {
    if (name === "handshake") return answerWith(new AnalyzerHandshakeResponse().serializeBinary());
    if (name === "configureStack") {
      const answer = answerWith(new AnalyzerStackConfigureResponse().serializeBinary());
      return (call, callback) => {
        this.#configured.resolve(call.request);
        answer(call, callback);
      };
    }
    return (call, callback) => {
      this.#configured.resolve(undefined);
      this.#pack.promise
        .then((client) => forward(client, path, call.request))
        .then(
          (response) => callback(null, response),
          (error: unknown) => callback(asServiceError(error)),
        );
    };
  }
}

const answerWith =
  (bytes: Uint8Array): RawHandler =>
  (_call, callback) =>
    callback(null, Buffer.from(bytes));

const same = (bytes: Buffer): Buffer => bytes;

/** A method whose messages are passed on unread. */
function rawMethod(path: string): MethodDefinition<Buffer, Buffer> {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

function forward(client: Client, path: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest<Buffer, Buffer>(path, same, same, request, (error, response) => {
      if (error === null && response !== undefined) resolve(response);
      else reject(error ?? new Error("the policy pack answered nothing"));
    });
  });
}

/** A pack of an older SDK does not know `configureStack`. */
function unlessUnimplemented(error: unknown): void {
  if (error instanceof Error && "code" in error && error.code === status.UNIMPLEMENTED) return;
  throw error;
}

/** A pack's own error goes on as it came. */
const asServiceError = (error: unknown): ServerErrorResponse =>
  error instanceof Error ? error : new Error(String(error));

class Deferred<T> {
  readonly promise: Promise<T>;
  resolve: (value: T) => void = () => undefined;
  reject: (reason: Error) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}
