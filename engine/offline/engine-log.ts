// Messages of a plugin in the engine's own output.
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** How loud a message is. */
export type Severity = "debug" | "info" | "warning" | "error";

const SEVERITY: Readonly<Record<Severity, LogSeverity>> = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

/** The engine's log. A message that cannot be delivered is dropped: an engine that is gone shows nothing. */
export class EngineLog {
  #client: EngineClient | undefined;
  readonly #sending = new Set<Promise<void>>();

  /** Takes the engine's address; without one, messages are dropped. */
  attach(address: string): void {
    this.#client = new EngineClient(address, credentials.createInsecure());
  }

  /** Sends a message; `ephemeral` ones show as a resource's state only while it changes. */
  send(severity: Severity, message: string, urn = "", ephemeral = false): void {
    const client = this.#client;
    if (client === undefined) return;
    const request = new LogRequest().setSeverity(SEVERITY[severity]).setMessage(message);
    request.setUrn(urn).setEphemeral(ephemeral);
    const sent = new Promise<void>((resolve) => {
      client.log(request, () => resolve());
    });
    this.#sending.add(sent);
    void sent.then(() => this.#sending.delete(sent));
  }

  /** Resolves when every message so far has been delivered or dropped. */
  async flush(): Promise<void> {
    await Promise.all(this.#sending);
  }
}
