/** A stand-in for Loki: each service has written some lines, and none that is critical. */
import { createServer } from "node:http";
import { portOf } from "./http-server";

const LINES = 20;

export class PlayedLoki {
  private readonly server = createServer((request, response) => {
    const query = new URL(request.url ?? "", "http://loki").searchParams.get("query") ?? "";
    const value = [Date.now() / 1000, String(LINES)];
    // A count of no line is no series.
    const result = query.includes("detected_level") ? [] : [{ metric: {}, value }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
  });

  static async start(): Promise<PlayedLoki> {
    const loki = new PlayedLoki();
    await new Promise<void>((resolve) => loki.server.listen(0, "127.0.0.1", resolve));
    return loki;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.server.address())}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
