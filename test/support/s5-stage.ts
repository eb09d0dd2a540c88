/**
 * Where a rollout of S5 is played (`stage.ts`): as production has it, on the stack staging, alone and without the evidence and the
 * release window, which are other tests'. The requests are a stand-in's: what the API server's Ingresses name answers them.
 */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { CloudFrontClient, ListDistributionsCommand } from "@aws-sdk/client-cloudfront";
import { parseDocument, type Document } from "yaml";
import { z } from "zod";
import { S5_APIS } from "../../settings";
import { IngressMetrics } from "./ingress-metrics";
import { PlayedHosts, STAND_IN } from "./played-hosts";
import { Stage, stageParts, type StageParts } from "./stage";

const NAMESPACE = "s5-staging";
const FOLLOW_MS = 250;
const PER_SECOND = 500;
const hostOf = (api: string) => `${api}.s5.example.com`;

const ingresses = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        rules: z.array(
          z.object({
            http: z.object({
              paths: z.array(z.object({ backend: z.object({ service: z.object({ name: z.string() }) }) })),
            }),
          }),
        ),
      }),
    }),
  ),
});

const objects = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

export class S5Stage extends Stage {
  /** Share of a Service's requests that it answers with 503, by its name; others answer all. */
  readonly errors: Record<string, number> = {};
  private readonly cloudFront: CloudFrontClient;
  private following = true;
  private readonly follower: Promise<void>;

  private constructor(
    parts: StageParts,
    private readonly player: IngressMetrics,
    private readonly hosts: PlayedHosts,
  ) {
    super(parts);
    this.cloudFront = new CloudFrontClient({
      endpoint: parts.moto.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    this.follower = this.follow();
  }

  static async start(): Promise<S5Stage> {
    const production = parseDocument(await readFile("Pulumi.production.yaml", "utf8"));
    const hosts = await PlayedHosts.start(...S5_APIS.map(hostOf));
    const player = await IngressMetrics.start();
    const parts = await stageParts({
      player,
      stack: "staging",
      accountId: "111122223333",
      jobs: [{ name: "ingress-nginx", target: player.target, labels: { namespace: "ingress-nginx" } }],
      edit: (text) => s5Alone(parseDocument(text), production),
      preload: [STAND_IN],
      env: hosts.env,
    });
    return new S5Stage(parts, player, hosts);
  }

  /** Services that the public's hosts lead to, in the order of the APIs. */
  async serving(): Promise<readonly string[]> {
    const path = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses`;
    const { items } = ingresses.parse(await this.api.get(path));
    return S5_APIS.flatMap((api) => {
      const found = items.find(({ metadata }) => metadata.name === `s5-${api}`);
      return found?.spec.rules[0]?.http.paths[0]?.backend.service.name ?? [];
    });
  }

  /** Versions of the APIs that have pods, served or beside. */
  async deployed(): Promise<readonly string[]> {
    return this.names(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`);
  }

  /** Jobs that have emptied a CDN's caches, by name: another build's is another Job. */
  async invalidations(): Promise<readonly string[]> {
    const jobs = await this.names(`/apis/batch/v1/namespaces/${NAMESPACE}/jobs`);
    return jobs.filter((name) => name.includes("-invalidation-"));
  }

  /** The build that each site serves, by its host. */
  async builds(): Promise<Readonly<Record<string, string | undefined>>> {
    const { DistributionList } = await this.cloudFront.send(new ListDistributionsCommand({}));
    const served = DistributionList?.Items ?? [];
    return Object.fromEntries(
      served.map(
        ({ Comment, Origins }) => [Comment ?? "", Origins?.Items?.[0]?.OriginPath?.slice(1)] as const,
      ),
    );
  }

  override async stop(): Promise<void> {
    this.following = false;
    await this.follower;
    this.cloudFront.destroy();
    await this.hosts.stop();
    await super.stop();
  }

  private async names(path: string): Promise<readonly string[]> {
    const { items } = objects.parse(await this.api.get(path));
    return items.map(({ metadata }) => metadata.name).sort();
  }

  private async follow(): Promise<void> {
    while (this.following) {
      const serving = await this.serving().catch(() => []);
      for (const [index, api] of S5_APIS.entries()) {
        const service = serving[index];
        if (service === undefined) continue;
        const errorRatio = this.errors[service] ?? 0;
        const of = { namespace: NAMESPACE, ingress: `s5-${api}`, host: hostOf(api), service };
        this.player.play({ ...of, perSecond: PER_SECOND, errorRatio });
      }
      await delay(FOLLOW_MS);
    }
  }
}

const ROLLOUT = {
  soak: "8s",
  interval: "2s",
  minimumSamples: 50,
  patience: { insufficient: "20s", broken: "20s" },
};

/** Times in seconds instead of minutes: by settings, as everybody could. */
function s5Alone(file: Document, production: Document): string {
  for (const system of ["enova", "guelaguetza", "listacompra"]) file.deleteIn(["config", `golive:${system}`]);
  const s5 = production.getIn(["config", "golive:s5"], true);
  const own = ["config", "golive:s5"];
  file.setIn(own, s5);
  file.setIn([...own, "namespace"], NAMESPACE);
  file.deleteIn([...own, "evidence"]);
  file.deleteIn([...own, "alerting", "releaseWindows"]);
  for (const part of ["migrations", ...S5_APIS]) file.deleteIn([...own, part, "image", "digest"]);
  for (const api of S5_APIS) file.setIn([...own, api, "replicas"], 1);
  file.setIn([...own, "rollout"], file.createNode(ROLLOUT));
  file.setIn([...own, "objectives"], file.createNode({ "error-rate": { window: "10s" } }));
  file.setIn(["config", "golive:observability", "prometheus", "scrapeInterval"], "1s");
  return file.toString();
}
