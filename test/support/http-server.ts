/** A small server for k6 to talk to: what it answers is the test's. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocketServer } from "ws";

/** What was asked. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  /** @default 200 */
  readonly status?: number;
  readonly json?: unknown;
  /** @default - the JSON, or nothing */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds before the answer. @default 0 */
  readonly afterMs?: number;
}

/** `GET /path`, without a query, to what is answered; anything else gets 404. */
export type Routes = Readonly<Record<string, Answer | ((request: Received) => Answer)>>;

/** How messages are answered: as they came, after a while; not at all; or every connection is refused. */
export type WebSocketBehaviour = { readonly echoAfterMs: number } | "mute" | "refuse";

export interface TestServer {
  readonly url: string;
  /** All that was asked so far. */
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** Starts a server on a free port of the loopback. */
export async function startServer(
  routes: Routes,
  websocket: WebSocketBehaviour = "refuse",
): Promise<TestServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const asked = { method, path, headers, body: Buffer.concat(chunks).toString("utf8") };
      received.push(asked);
      const route = routes[`${method} ${path.replace(/\?.*/, "")}`] ?? { status: 404 };
      const answer = typeof route === "function" ? route(asked) : route;
      void delay(answer.afterMs ?? 0).then(() => {
        const { status = 200, json, text = json === undefined ? "" : JSON.stringify(json) } = answer;
        response.writeHead(status, { ...answer.headers }).end(text);
      });
    });
  });
  const sockets = websocket === "refuse" ? undefined : echo(new WebSocketServer({ server }), websocket);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    received,
    close: async () => {
      sockets?.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Port of a server that listens. */
export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

function echo(sockets: WebSocketServer, behaviour: Exclude<WebSocketBehaviour, "refuse">): WebSocketServer {
  return sockets.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      if (behaviour === "mute") return;
      setTimeout(() => socket.send(data.toString("utf8")), behaviour.echoAfterMs);
    });
  });
}
