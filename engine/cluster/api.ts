/** The few requests that starting a cluster needs, without the weight of a client library. */
import { Agent, request } from "node:https";

/** How to reach an API server. */
export interface Access {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const REQUEST_MS = 10_000;

/** JSON requests over kept-alive connections. */
export class Api {
  readonly #agent: Agent;

  constructor(readonly access: Access) {
    this.#agent = new Agent({ ca: access.ca, keepAlive: true });
  }

  get(path: string): Promise<Answer> {
    return this.send("GET", path);
  }

  /** Creates an object; one that is there already is left as it is. */
  async create(path: string, object: unknown): Promise<void> {
    const { status, body } = await this.send("POST", path, JSON.stringify(object));
    if (status >= 300 && status !== 409) throw new Error(`POST ${path}: ${status} ${body}`);
  }

  /** Answers with whatever status the server gives. Errors: no connection, or no answer in ten seconds. */
  send(method: string, path: string, body?: string): Promise<Answer> {
    const { server, token } = this.access;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, server), { method, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      sent.setTimeout(REQUEST_MS, () =>
        sent.destroy(new Error(`${method} ${path}: no answer in ${REQUEST_MS} ms`)),
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
