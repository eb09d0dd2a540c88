/**
 * Where a rollout of ENOVA is played (`stage.ts`). The requests are a stand-in's, shared out by the weights that the API server
 * holds, as ingress-nginx would.
 */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { objectivesOf } from "../../observability/objectives";
import { shortId } from "../../observability/objectives/overrides";
import { IngressMetrics } from "./ingress-metrics";
import { playedJobs } from "./prometheus";
import { Stage, stageParts, type StageParts } from "./stage";

export type { Started } from "./stage";

export const STACK = "staging";
export const NAMESPACE = "enova-staging";
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

export class RolloutStage extends Stage {
  traffic: Traffic = HEALTHY;
  private following = true;
  private readonly follower: Promise<void>;
  /** Every state of the traffic that was seen, in order, without repeats. */
  readonly seen: string[] = [];

  private constructor(
    parts: StageParts,
    private readonly player: IngressMetrics,
  ) {
    super(parts);
    this.follower = this.follow();
  }

  /** `edit` changes the stack file before anything is there. */
  static async start(edit: (text: string) => string): Promise<RolloutStage> {
    const player = await IngressMetrics.start();
    const parts = await stageParts({
      player,
      stack: STACK,
      accountId: "111122223333",
      jobs: playedJobs(player.target, NAMESPACE),
      edit: (text) => edit(compressed(enovaAlone(text))),
    });
    return new RolloutStage(parts, player);
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

  override async stop(): Promise<void> {
    this.following = false;
    await this.follower;
    await super.stop();
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

/** The stack file without the other systems, and without the stress test, which is another test's. */
const enovaAlone = (text: string) =>
  text
    .replace(
      /^ {2}golive:(?!aws|ceiling|router|secretStore|enova|observability|access)\w+:.*\n(?: {4}.*\n|\n)*/gm,
      "",
    )
    .replace(/^ {4}stress:.*\n/m, "");
