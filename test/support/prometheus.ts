/** A real Prometheus for tests, with a short time between two scrapes. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { findTool } from "../../engine/acquire";
import { toYaml } from "../../engine/promtool";
import { waitUntil } from "./cluster";
import { portOf } from "./http-server";

/** What is scraped, each second. */
export interface ScrapeJob {
  readonly name: string;
  /** Host and port. */
  readonly target: string;
  /** @default "/metrics" */
  readonly path?: string;
  /** Labels of the target; where a series has one of the same name, its own becomes `exported_<name>`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether a series' own labels stay what they are. @default false */
  readonly honorLabels?: boolean;
}

/** As the chart's ServiceMonitor and golive's PodMonitor would scrape the player of `ingress-metrics.ts`. */
export const playedJobs = (target: string, namespace: string): readonly ScrapeJob[] => [
  { name: "ingress-nginx", target, labels: { namespace: "ingress-nginx" } },
  { name: "chat", target, path: "/chat", labels: { namespace, container: "chat", pod: "chat-0" } },
];

const configuration = (jobs: readonly ScrapeJob[]) => ({
  global: { scrape_interval: "1s", evaluation_interval: "1s" },
  scrape_configs: jobs.map(
    ({ name, target, path: metrics_path = "/metrics", labels, honorLabels = false }) => ({
      job_name: name,
      honor_labels: honorLabels,
      metrics_path,
      static_configs: [{ targets: [target], labels }],
    }),
  ),
});

export class TestPrometheus {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** Starts it; it is ready to be asked, and ends with this process. */
  static async start(jobs: readonly ScrapeJob[]): Promise<TestPrometheus> {
    const [program, folder, port] = await Promise.all([
      findTool("prometheus"),
      mkdtemp(path.join(tmpdir(), "golive-prometheus-")),
      freePort(),
    ]);
    await writeFile(path.join(folder, "prometheus.yaml"), toYaml(configuration(jobs)));
    const prometheus = new TestPrometheus(program, folder, port);
    await prometheus.resume();
    return prometheus;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it again after {@link pause}, with what it had read. */
  async resume(): Promise<void> {
    const flags = [
      `--config.file=${path.join(this.folder, "prometheus.yaml")}`,
      `--storage.tsdb.path=${path.join(this.folder, "data")}`,
      `--web.listen-address=127.0.0.1:${this.port}`,
      "--log.level=warn",
    ];
    const child = spawn(this.program, flags, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-2000)));
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    child.once("exit", () => process.off("exit", kill));
    this.child = child;
    await waitUntil("Prometheus is ready", () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended: ${said}`);
      return answers(`${this.url}/-/ready`);
    });
  }

  /** Kills it, at once; what it had read stays. */
  async pause(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  async stop(): Promise<void> {
    await this.pause();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok === true;
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = portOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}
