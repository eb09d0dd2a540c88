/**
 * Where the releases in place are played (`stage.ts`): Kometa as develop has it, Guelaguetza and ListaCompra as staging does, on one
 * stack, without the evidence, which is another test's. Metrics, logs and hosts are stand-ins.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseDocument, type Document } from "yaml";
import { z } from "zod";
import type { Watched } from "../../observability/watched";
import { readStackFile } from "../../settings";
import { watchedOf } from "../../systems/watched";
import { PlayedHosts, STAND_IN } from "./played-hosts";
import { PlayedLoki } from "./played-loki";
import { SignalMetrics, type Values } from "./signal-metrics";
import { Stage, stageParts, type StageParts } from "./stage";

const HOSTS = {
  kometa: "marketplace.kometadeveloper.xyz",
  guelaguetza: "staging.example.com",
  listacompra: "staging.listacompra.app",
} as const;
export type PlainSystem = keyof typeof HOSTS;

const DEPLOYMENTS = {
  kometa: ["kometa-develop", "kometa-marketplace"],
  guelaguetza: ["guelaguetza-staging", "guelaguetza-backend"],
  listacompra: ["staging", "listacompra-api"],
} as const;

const deployment = z.object({
  spec: z.object({
    replicas: z.number(),
    template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }),
  }),
});

const containers = z.array(z.object({ command: z.array(z.string()).default([]) })).default([]);
const jobs = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        template: z.object({ spec: z.object({ initContainers: containers, containers }) }),
      }),
    }),
  ),
});

export class PlainStage extends Stage {
  private constructor(
    parts: StageParts,
    private readonly player: SignalMetrics,
    readonly loki: PlayedLoki,
    readonly hosts: PlayedHosts,
  ) {
    super(parts);
  }

  static async start(): Promise<PlainStage> {
    const develop = parseDocument(await readFile("Pulumi.develop.yaml", "utf8"));
    const [player, loki, hosts] = await Promise.all([
      SignalMetrics.start(),
      PlayedLoki.start(),
      PlayedHosts.start(...Object.values(HOSTS)),
    ]);
    const parts = await stageParts({
      stack: "staging",
      accountId: "111122223333",
      player,
      jobs: [{ name: "played", target: player.target, labels: {}, honorLabels: true }],
      edit: (text) => inPlaceAlone(parseDocument(text), develop),
      preload: [STAND_IN],
      env: hosts.env,
    });
    const stage = new PlainStage(parts, player, loki, hosts);
    for (const watched of stage.watched()) player.play(watched);
    return stage;
  }

  /** From now on the system's signals have these values, and good ones otherwise. */
  play(system: PlainSystem, values: Values = {}): void {
    const watched = this.watched().find((one) => one.system === system);
    if (watched === undefined) throw new Error(`the stack has no ${system}`);
    this.player.play(watched, values);
  }

  /** Version of the pods. */
  async version(system: PlainSystem): Promise<string> {
    const { spec } = await this.deployment(system);
    return spec.template.spec.containers[0]?.image.split(":").pop() ?? "";
  }

  /** How many pods a Deployment is to have. */
  async pods(system: PlainSystem, name?: string): Promise<number> {
    return (await this.deployment(system, name)).spec.replicas;
  }

  private async deployment(system: PlainSystem, other?: string) {
    const [namespace, name] = DEPLOYMENTS[system];
    const place = `/apis/apps/v1/namespaces/${namespace}/deployments/${other ?? name}`;
    return deployment.parse(await this.api.get(place));
  }

  /** Every word of the commands of the Jobs whose names begin so. */
  async commandsOf(namespace: string, prefix: string): Promise<readonly string[]> {
    const { items } = jobs.parse(await this.api.get(`/apis/batch/v1/namespaces/${namespace}/jobs`));
    return items
      .filter(({ metadata }) => metadata.name.startsWith(prefix))
      .flatMap(({ spec: { template } }) => [...template.spec.initContainers, ...template.spec.containers])
      .flatMap(({ command }) => command);
  }

  override async stop(): Promise<void> {
    await Promise.all([this.loki.stop(), this.hosts.stop(), super.stop()]);
  }

  private watched(): readonly Watched[] {
    return watchedOf(readStackFile(path.join(this.folder, `Pulumi.${this.stack}.yaml`)));
  }
}

const ROLLOUT = {
  soak: "8s",
  interval: "2s",
  minimumSamples: 5,
  patience: { insufficient: "20s", broken: "20s" },
};

/** What the gate asks of Prometheus, each over its window. */
const WINDOWS: Readonly<Record<PlainSystem, readonly string[]>> = {
  kometa: ["error-rate", "latency", "mean-latency", "load-cpu", "load-memory", "health"],
  guelaguetza: [
    ...["negative-stock", "checkout-latency", "checkout-latency-critical", "checkout-failures"],
    ...["checkout-failures-critical", "concurrency-ratio", "concurrency-ratio-critical", "order-cleanup"],
  ],
  listacompra: [],
};

/** Times in seconds instead of minutes: by settings, as everybody could. */
function inPlaceAlone(file: Document, develop: Document): string {
  file.deleteIn(["config", "golive:enova"]);
  file.setIn(["config", "golive:kometa"], develop.getIn(["config", "golive:kometa"], true));
  file.deleteIn(["config", "golive:kometa", "evidence"]);
  for (const [system, windows] of Object.entries(WINDOWS)) {
    const own = ["config", `golive:${system}`];
    file.setIn([...own, "rollout"], file.createNode(ROLLOUT));
    const objectives = Object.fromEntries(windows.map((id) => [id, { window: "10s" }]));
    file.setIn([...own, "objectives"], file.createNode(objectives));
  }
  file.setIn(["config", "golive:observability", "prometheus", "scrapeInterval"], "1s");
  return file.toString();
}
