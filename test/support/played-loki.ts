/** A stand-in for Loki: each service has written some lines, and a critical one where the test says so. */
import { createServer } from "node:http";
import { portOf } from "./http-server";

const LINES = 20;

export class PlayedLoki {
  /** Services that have written a critical line. */
  readonly critical = new Set<string>();
  private readonly server = createServer((request, response) => {
    const query = new URL(request.url ?? "", "http://loki").searchParams.get("query") ?? "";
    const count = query.includes("detected_level") ? this.criticalIn(query) : LINES;
    const result = count === 0 ? [] : [{ metric: {}, value: [Date.now() / 1000, String(count)] }];
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

  private criticalIn(query: string): number {
    return [...this.critical].some((service) => query.includes(`service_name=${JSON.stringify(service)}`))
      ? 1
      : 0;
  }
}
