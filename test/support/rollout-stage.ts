/**
 * Where a rollout of ENOVA is played: a checkout of its own with its state, the local control plane, a real Prometheus. The
 * requests are a stand-in's, shared out by the weights that the API server holds, as ingress-nginx would.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Cluster } from "../../engine/cluster/cluster";
import { startMoto, type Moto } from "../../engine/moto";
import { objectivesOf } from "../../observability/objectives";
import { shortId } from "../../observability/objectives/overrides";
import { ApiProxy } from "./api-proxy";
import { copySources } from "./checkout";
import { sharedCluster } from "./cluster";
import { IngressMetrics } from "./ingress-metrics";
import { TestPrometheus, playedJobs } from "./prometheus";

export const STACK = "staging";
export const NAMESPACE = "enova-staging";
const FILE = `Pulumi.${STACK}.yaml`;
const WEIGHT = "nginx.ingress.kubernetes.io/canary-weight";
const FOLLOW_MS = 250;

const HOSTS = [
  { host: "staging.enova.com", old: "frontend-legacy", now: "frontend" },
  { host: "staging-api.enova.com", old: "api-gateway-legacy", now: "api-gateway" },
] as const;

const CHAT = {
  namespace: NAMESPACE,
  ingress: "enova-chat",
  service: "chat",
  host: "staging-api.enova.com",
  path: "/chat",
} as const;

/** How one side answers. */
export interface Side {
  /** Share of its requests that is answered with 503. @default 0 */
  readonly errorRatio?: number;
  /** Seconds that each takes. @default 0.08 */
  readonly seconds?: number;
}

/** How the requests go. */
export interface Traffic {
  /** Of each host. */
  readonly perSecond: number;
  readonly stable: Side;
  readonly canary: Side;
}

export const HEALTHY: Traffic = { perSecond: 20_000, stable: {}, canary: {} };

const ingresses = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
    }),
  ),
});

/** What the API server holds of ENOVA's traffic, e.g. `enova-legacy, enova-canary 10`. */
export interface Held {
  readonly main: string | undefined;
  readonly weight: number;
  readonly text: string;
}

/** One `golive` that was started. */
export interface Started {
  readonly child: ChildProcess;
  /** Standard output and error so far. */
  output(): string;
  ended: Promise<number | null>;
}

export class RolloutStage {
  traffic: Traffic = HEALTHY;
  private following = true;
  private follower: Promise<void> = Promise.resolve();
  /** Every state of the traffic that was seen, in order, without repeats. */
  readonly seen: string[] = [];

  private constructor(
    readonly folder: string,
    readonly cluster: Cluster,
    readonly prometheus: TestPrometheus,
    private readonly moto: Moto,
    private readonly player: IngressMetrics,
    private readonly api: ApiProxy,
  ) {}

  /** `edit` changes the stack file before anything is there. */
  static async start(edit: (text: string) => string): Promise<RolloutStage> {
    const folder = await copySources(await mkdtemp(path.join(tmpdir(), "golive-rollout-")));
    const player = await IngressMetrics.start();
    const [cluster, moto, prometheus] = await Promise.all([
      sharedCluster(),
      startMoto({ accountId: "111122223333" }),
      TestPrometheus.start(playedJobs(player.target, NAMESPACE)),
    ]);
    const api = await ApiProxy.start(cluster);
    const stage = new RolloutStage(folder, cluster, prometheus, moto, player, api);
    await stage.edit((text) => edit(compressed(enovaAlone(text))));
    stage.follower = stage.follow();
    return stage;
  }

  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      KUBECONFIG: this.cluster.kubeconfig,
      AWS_ENDPOINT_URL: this.moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      NO_COLOR: "1",
    };
  }

  async edit(change: (text: string) => string): Promise<void> {
    const file = path.join(this.folder, FILE);
    await writeFile(file, change(await readFile(file, "utf8")));
  }

  stackFile(): Promise<string> {
    return readFile(path.join(this.folder, FILE), "utf8");
  }

  /** Starts `golive` in the checkout. */
  golive(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
    // The process itself, and no launcher of it: a test kills it.
    const child = spawn(process.execPath, ["--import", "tsx", "cli/golive.ts", ...args], {
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

  /** What the API server holds now. */
  async held(): Promise<Held> {
    const ofNamespace = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses`;
    const { items } = ingresses.parse(await this.api.get(ofNamespace));
    const names = items.map(({ metadata }) => metadata.name);
    const share = items.find(({ metadata }) => metadata.name === "enova-canary");
    const main = ["enova", "enova-legacy"].find((name) => names.includes(name));
    const weight = Number(share?.metadata.annotations[WEIGHT] ?? 0);
    return { main, weight, text: `${main ?? "nothing"}${share === undefined ? "" : ` + ${weight} %`}` };
  }

  async stop(): Promise<void> {
    this.following = false;
    await this.follower;
    this.api.stop();
    await Promise.all([this.prometheus.stop(), this.player.stop(), this.moto.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Shares the requests out as the API server says; while it is away they go on as they were. */
  private async follow(): Promise<void> {
    while (this.following) {
      const held = await this.held().catch(() => undefined);
      if (held !== undefined) {
        if (this.seen.at(-1) !== held.text) this.seen.push(held.text);
        this.share(held);
      }
      await delay(FOLLOW_MS);
    }
  }

  private share({ main, weight }: Held): void {
    const { perSecond, stable, canary } = this.traffic;
    for (const { host, old, now } of HOSTS) {
      for (const [ingress, service] of [
        ["enova-legacy", old],
        ["enova", now],
      ] as const) {
        const own = { namespace: NAMESPACE, ingress, service, host };
        const is = ingress === main ? perSecond : 0;
        const mine = ingress === "enova" ? canary : stable;
        this.player.play({ ...own, ...mine, perSecond: (is * (100 - weight)) / 100 });
        this.player.play({
          ...own,
          ...canary,
          canary: `${NAMESPACE}-${now}-canary-3000`,
          perSecond: (is * weight) / 100,
        });
      }
    }
    this.player.play({ ...CHAT, perSecond: 20 });
    this.player.say({ perSecond: 20, seconds: 0.03 });
  }
}

/**
 * Times of a rollout in seconds instead of minutes: by settings, as everybody could. A reading looks back for 10 s, so that no
 * scenario sees the requests of the one before, and the soak at 10 % is longer than that: no reading of it passes by what was
 * before it.
 */
const compressed = (text: string) =>
  text
    .replace("prometheus: { ", "prometheus: { scrapeInterval: 1s, ")
    .replace(
      /^ {6}ladder: .*\n/m,
      (line) =>
        `${line}    rollout:\n` +
        '      soaks: { "10": 15s, "50": 5s, "100": 5s }\n' +
        "      interval: 3s\n" +
        "      minimumSamples: 50\n" +
        "      patience: { insufficient: 20s, broken: 20s }\n" +
        "    objectives:\n" +
        JUDGED.map((objective) => `      ${objective}: { window: 10s }\n`).join(""),
    );

/** What the gate asks of ENOVA. */
const JUDGED = objectivesOf("enova")
  .filter(({ gate }) => gate !== undefined)
  .map(shortId);

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

/** The stack file without the other systems, and without the stress test, which is another test's. */
const enovaAlone = (text: string) =>
  text
    .replace(
      /^ {2}golive:(?!aws|ceiling|router|secretStore|enova|observability|access)\w+:.*\n(?: {4}.*\n|\n)*/gm,
      "",
    )
    .replace(/^ {4}stress:.*\n/m, "");
