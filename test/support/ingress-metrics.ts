/**
 * Plays `/metrics` of ingress-nginx, and of ENOVA's chat: a stand-in. Names and labels are the controller's own; the requests are
 * counted by the clock, at rates that a test may change while Prometheus scrapes.
 * https://kubernetes.github.io/ingress-nginx/user-guide/monitoring/#exposed-metrics
 */
import { createServer } from "node:http";
import { portOf } from "./http-server";

/** The requests of one side of a host. */
export interface PlayedTraffic {
  readonly namespace: string;
  /** The main Ingress and the Service behind it, on either side of a canary. */
  readonly ingress: string;
  readonly service: string;
  readonly host: string;
  /** @default "/" */
  readonly path?: string;
  /** `<namespace>-<service>-<port>` of the share's Service. @default "", the stable side */
  readonly canary?: string;
  readonly perSecond: number;
  /** Share that is answered with 503. @default 0 */
  readonly errorRatio?: number;
  /** How long each request takes. @default 0.08 */
  readonly seconds?: number;
}

/** Messages of the chat. */
export interface PlayedMessages {
  readonly perSecond: number;
  /** How long each takes to its receiver. */
  readonly seconds: number;
}

/** The controller's own bounds, and those that docs/metrics.md asks of the chat. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CHAT_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5];
const SECONDS = 0.08;

type Labels = Readonly<Record<string, string>>;

/** A histogram and its count, as they stand. */
class Counted {
  private readonly within: number[];
  private count = 0;
  private sum = 0;

  constructor(private readonly bounds: readonly number[] = BOUNDS) {
    this.within = bounds.map(() => 0);
  }

  add(times: number, seconds: number): void {
    this.count += times;
    this.sum += times * seconds;
    for (const [index, bound] of this.bounds.entries()) {
      if (seconds <= bound) this.within[index] = (this.within[index] ?? 0) + times;
    }
  }

  get total(): number {
    return Math.floor(this.count);
  }

  lines(name: string, labels: Labels): string[] {
    const bucket = (le: string, value: number) =>
      line(`${name}_bucket`, { ...labels, le }, Math.floor(value));
    return [
      ...this.bounds.map((bound, index) => bucket(String(bound), this.within[index] ?? 0)),
      bucket("+Inf", this.count),
      line(`${name}_sum`, labels, this.sum),
      line(`${name}_count`, labels, this.total),
    ];
  }
}

const line = (name: string, labels: Labels, value: number): string =>
  `${name}{${Object.entries(labels)
    .map(([label, text]) => `${label}=${JSON.stringify(text)}`)
    .join(",")}} ${value}`;

const CONTROLLER = {
  controller_class: "k8s.io/ingress-nginx",
  controller_namespace: "ingress-nginx",
  controller_pod: "ingress-nginx-controller-0",
};

class Side {
  private readonly statuses = { "200": new Counted(), "503": new Counted() };

  constructor(public traffic: PlayedTraffic) {}

  pass(seconds: number): void {
    const { perSecond, errorRatio = 0, seconds: each = SECONDS } = this.traffic;
    this.statuses["503"].add(seconds * perSecond * errorRatio, each);
    this.statuses["200"].add(seconds * perSecond * (1 - errorRatio), each);
  }

  lines(): string[] {
    const { namespace, ingress, service, host, path = "/", canary = "" } = this.traffic;
    const own = { ...CONTROLLER, namespace, ingress, service, host, path, canary, method: "GET" };
    // What has not happened yet has no series.
    return Object.entries(this.statuses)
      .filter(([, { total }]) => total > 0)
      .flatMap(([status, counted]) => [
        line("nginx_ingress_controller_requests", { ...own, status }, counted.total),
        ...counted.lines("nginx_ingress_controller_request_duration_seconds", { ...own, status }),
      ]);
  }
}

/** A scrape target: the controller's metrics at `/metrics`, the chat's at `/chat`. */
export class IngressMetrics {
  private readonly sides = new Map<string, Side>();
  private readonly messages = new Counted(CHAT_BOUNDS);
  private said: PlayedMessages = { perSecond: 0, seconds: SECONDS };
  private at = performance.now();
  private readonly server = createServer((request, response) => {
    this.pass();
    const lines = request.url === "/chat" ? this.chat() : [...this.sides.values()].flatMap((s) => s.lines());
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(`${lines.join("\n")}\n`);
  });

  static async start(): Promise<IngressMetrics> {
    const player = new IngressMetrics();
    await new Promise<void>((resolve) => player.server.listen(0, "127.0.0.1", resolve));
    return player;
  }

  /** Host and port, as a scrape configuration has them. */
  get target(): string {
    return `127.0.0.1:${portOf(this.server.address())}`;
  }

  /** From now on, one side of a host has this traffic; what was counted before stays counted. */
  play(traffic: PlayedTraffic): void {
    this.pass();
    const { namespace, ingress, host, path = "/", canary = "" } = traffic;
    const key = [namespace, ingress, host, path, canary].join(" ");
    const side = this.sides.get(key);
    if (side === undefined) this.sides.set(key, new Side(traffic));
    else side.traffic = traffic;
  }

  /** From now on, the chat has these messages. */
  say(messages: PlayedMessages): void {
    this.pass();
    this.said = messages;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(): void {
    const now = performance.now();
    const seconds = (now - this.at) / 1000;
    this.at = now;
    for (const side of this.sides.values()) side.pass(seconds);
    this.messages.add(seconds * this.said.perSecond, this.said.seconds);
  }

  /** `namespace`, `pod` and `container` are the scrape's. */
  private chat(): string[] {
    return this.messages.lines("chat_message_duration_seconds", {});
  }
}
