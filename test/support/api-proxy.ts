/** Reads of the API server that are made several times a second: by one `kubectl proxy`, not by a kubectl each. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { findTool } from "../../engine/acquire";
import type { Cluster } from "../../engine/cluster/cluster";

const ANSWER_MS = 5_000;

export class ApiProxy {
  private constructor(
    private readonly child: ChildProcess,
    private readonly address: string,
  ) {}

  /** Starts it at a free port; it ends with this process. */
  static async start({ kubeconfig }: Cluster): Promise<ApiProxy> {
    const args = [`--kubeconfig=${kubeconfig}`, "proxy", "--port=0"];
    // It complains of each request that an API server which a test stops does not answer.
    const child = spawn(await findTool("kubectl"), args, { stdio: ["ignore", "pipe", "ignore"] });
    const kill = () => child.kill();
    process.once("exit", kill);
    child.once("exit", () => process.off("exit", kill));
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (address !== undefined) return new ApiProxy(child, `http://${address}`);
    }
    throw new Error("kubectl proxy ended before it said where it listens");
  }

  /** What the API server answers to GET, as JSON. Errors: no answer within 5 s, or another status than 2xx. */
  async get(path: string): Promise<unknown> {
    const response = await fetch(`${this.address}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return response.json();
  }

  stop(): void {
    this.child.kill();
  }
}
