/** The hosts of a stack, all well, played by one server of the test's: a stand-in, to which `stand-in-hosts.ts` leads. */
import { createServer } from "node:http";
import { portOf } from "./http-server";

export class PlayedHosts {
  private readonly server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"status":"ok"}');
  });

  private constructor(private readonly hosts: readonly string[]) {}

  static async start(...hosts: readonly string[]): Promise<PlayedHosts> {
    const played = new PlayedHosts(hosts);
    await new Promise<void>((resolve) => played.server.listen(0, "127.0.0.1", resolve));
    return played;
  }

  /** What leads a `golive` here. */
  get env(): NodeJS.ProcessEnv {
    const address = `http://127.0.0.1:${portOf(this.server.address())}`;
    return {
      GOLIVE_STAND_IN_HOSTS: JSON.stringify(Object.fromEntries(this.hosts.map((host) => [host, address]))),
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The module that a `golive` loads first to be led here. */
export const STAND_IN = "test/support/stand-in-hosts.ts";
