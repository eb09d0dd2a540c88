/** Where a rollout is played: a checkout of its own with its state, the local control plane, moto, a real Prometheus. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "../../engine/cluster/cluster";
import { startMoto, type Moto } from "../../engine/moto";
import { ApiProxy } from "./api-proxy";
import { copySources } from "./checkout";
import { sharedCluster } from "./cluster";
import { TestPrometheus, type ScrapeJob } from "./prometheus";

/** One `golive` that was started. */
export interface Started {
  readonly child: ChildProcess;
  /** Standard output and error so far. */
  output(): string;
  ended: Promise<number | null>;
}

/** Plays what Prometheus scrapes. */
export interface Player {
  /** Host and port. */
  readonly target: string;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly stack: string;
  /** Account that moto plays. */
  readonly accountId: string;
  readonly player: Player;
  /** How Prometheus scrapes the player. */
  readonly jobs: readonly ScrapeJob[];
  /** Changes the stack file before anything is there. */
  readonly edit: (text: string) => string;
  /** Modules that each `golive` loads first: stand-ins that say so. @default - none */
  readonly preload?: readonly string[];
  /** Added to the environment of each `golive`. @default - nothing */
  readonly env?: NodeJS.ProcessEnv;
}

export interface StageParts extends Pick<StageOptions, "stack" | "player" | "preload" | "env"> {
  readonly folder: string;
  readonly cluster: Cluster;
  readonly prometheus: TestPrometheus;
  readonly moto: Moto;
  readonly api: ApiProxy;
}

/** Starts all that a stage is made of. */
export async function stageParts({ jobs, edit, ...options }: StageOptions): Promise<StageParts> {
  const folder = await copySources(await mkdtemp(path.join(tmpdir(), "golive-rollout-")));
  const [cluster, moto, prometheus] = await Promise.all([
    sharedCluster(),
    startMoto({ accountId: options.accountId }),
    TestPrometheus.start(jobs),
  ]);
  const api = await ApiProxy.start(cluster);
  await editFile(path.join(folder, fileOf(options.stack)), edit);
  return { ...options, folder, cluster, prometheus, moto, api };
}

const fileOf = (stack: string) => `Pulumi.${stack}.yaml`;

const editFile = async (file: string, change: (text: string) => string): Promise<void> =>
  writeFile(file, change(await readFile(file, "utf8")));

export class Stage {
  readonly stack: string;
  readonly folder: string;
  readonly cluster: Cluster;
  readonly prometheus: TestPrometheus;
  protected readonly api: ApiProxy;

  constructor(private readonly parts: StageParts) {
    ({
      stack: this.stack,
      folder: this.folder,
      cluster: this.cluster,
      prometheus: this.prometheus,
      api: this.api,
    } = parts);
  }

  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      KUBECONFIG: this.cluster.kubeconfig,
      AWS_ENDPOINT_URL: this.parts.moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      NO_COLOR: "1",
      ...this.parts.env,
    };
  }

  edit(change: (text: string) => string): Promise<void> {
    return editFile(path.join(this.folder, fileOf(this.stack)), change);
  }

  stackFile(): Promise<string> {
    return readFile(path.join(this.folder, fileOf(this.stack)), "utf8");
  }

  /** Starts `golive` in the checkout. */
  golive(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
    const preload = (this.parts.preload ?? []).flatMap((module) => ["--import", path.resolve(module)]);
    // The process itself, and no launcher of it: a test kills it.
    const child = spawn(process.execPath, ["--import", "tsx", ...preload, "cli/golive.ts", ...args], {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const listen = (text: Buffer) => (output += text.toString());
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    const ended = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
    return { child, output: () => output, ended };
  }

  /** Stops the API server for so many seconds: connections hang, as to a machine that is gone. */
  async withoutApiServer(seconds: number): Promise<void> {
    const pids = await apiServers(this.cluster.folder);
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    try {
      await delay(seconds * 1000);
    } finally {
      for (const pid of pids) process.kill(pid, "SIGCONT");
    }
  }

  async stop(): Promise<void> {
    this.api.stop();
    await Promise.all([this.prometheus.stop(), this.parts.player.stop(), this.parts.moto.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The processes of the API server whose files are in the folder. */
async function apiServers(folder: string): Promise<readonly number[]> {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(
    all.map(async (pid) => ({ pid, line: await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "") })),
  );
  const found = lines.filter(({ line }) => /^\S*kube-apiserver\0/.test(line) && line.includes(folder));
  if (found.length === 0) throw new Error(`no kube-apiserver has its files in ${folder}`);
  return found.map(({ pid }) => pid);
}
