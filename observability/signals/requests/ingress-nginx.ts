/** Requests of hosts by ingress-nginx. Pure. */
import { INGRESS_NGINX } from "../../metrics/ingress-nginx";
import {
  buckets,
  observations,
  quantile,
  rate,
  select,
  sum,
  total,
  upTo,
  type Match,
  type Window,
} from "../../promql/expression";
import type { InputSeries, Run } from "../signal";
import { noise, seriesOf } from "../test-series";
import { counted, TERRIBLE } from "./load";
import type { Host, Load, RouterMetrics } from "./router";

const { requests, duration } = INGRESS_NGINX;

type Label = (typeof requests.labels)[number];

/** The label `canary` is empty on the stable side; all else is the stable side's on both (observability.md, P2). */
const SIDES = { stable: "", canary: { not: "" } } as const;

const of = ({ namespace, traffic, side }: Host): Match<Label> => ({
  exported_namespace: namespace,
  ingress: traffic.route,
  host: traffic.host,
  path: traffic.path,
  ...(side === undefined ? {} : { canary: SIDES[side] }),
});

/** A WebSocket is no request: its duration is how long it was open (observability.md, P7). */
const timed = (host: Host): Match<Label> => ({ ...of(host), status: { not: "101" } });

/** Any of 5xx, and the class itself with `--report-status-classes` (observability.md, P13). */
const SERVER_ERROR = { like: "5.." };

const timedRate = (host: Host, window: Window) =>
  sum(rate(observations(duration, timed(host)), window)).all();

export const ingressNginx: RouterMetrics = {
  requests: (host, window, before) => sum(rate(select(requests, of(host), before), window)).all(),
  errors: (host, window) => sum(rate(select(requests, { ...of(host), status: SERVER_ERROR }), window)).all(),
  latencyP95: (host, window) =>
    quantile(0.95, sum(rate(buckets(duration, timed(host)), window)).by("le")).and(
      timedRate(host, window).above(0),
    ),
  latencyMean: (host, window) =>
    sum(rate(total(duration, timed(host)), window))
      .all()
      .dividedBy(timedRate(host, window).above(0)),
  slowerThan: (host, window, seconds) => {
    const all = timedRate(host, window);
    const quick = sum(rate(buckets(duration, { ...timed(host), le: upTo(seconds) }), window)).all();
    return all.minus(quick).dividedBy(all.above(0));
  },
  tellsSides: true,
  series: (host, asked, run) => answered(host, labelsOf(host), asked, run),
  noise: (host, run) =>
    noise([
      ...others(host).flatMap((labels) => answered(host, labels, TERRIBLE, run)),
      ...otherSide(host, run),
      ...socket(host, run),
    ]),
};

type Labels = Readonly<Record<Exclude<Label, "status">, string>>;

const labelsOf = ({ namespace, traffic, side }: Host): Labels => ({
  exported_namespace: namespace,
  ingress: traffic.route,
  host: traffic.host,
  path: traffic.path,
  canary: side === "canary" ? canaryName(namespace, traffic.canary) : "",
});

/** As the controller names it. */
const canaryName = (namespace: string, canary: Host["traffic"]["canary"]): string =>
  [namespace, canary?.service ?? "canary", canary?.port ?? 80].join("-");

const others = (host: Host): readonly Labels[] => {
  const { namespace, traffic } = host;
  const own = { ...labelsOf(host), canary: "" };
  const sides =
    traffic.canary === undefined ? [own] : [own, { ...own, canary: canaryName(namespace, traffic.canary) }];
  return sides.flatMap((labels) => [
    { ...labels, exported_namespace: "elsewhere" },
    { ...labels, ingress: "another" },
    { ...labels, host: "another.example.com" },
    { ...labels, path: "/another" },
  ]);
};

const otherSide = (host: Host, run: Run): readonly InputSeries[] => {
  if (host.side === undefined) return [];
  const side = host.side === "stable" ? "canary" : "stable";
  return answered(host, labelsOf({ ...host, side }), TERRIBLE, run);
};

/** A WebSocket that closes now and then, after an hour. */
const socket = (host: Host, run: Run): readonly InputSeries[] =>
  durations(host, { ...labelsOf(host), status: "101" }, { ...TERRIBLE, perSecond: 5 }, run);

function answered(host: Host, labels: Labels, asked: Load, run: Run): readonly InputSeries[] {
  const { errorRatio } = asked;
  const shares = {
    "200": (1 - errorRatio) * 0.9,
    "404": (1 - errorRatio) * 0.1,
    // What has not happened yet has no series (observability.md, P3).
    ...(errorRatio === 0 ? {} : { "500": errorRatio * 0.5, "503": errorRatio * 0.5 }),
  };
  return [
    ...Object.entries(shares).map(([status, share]) =>
      seriesOf(requests, { ...labels, status }, counted(asked, share, run)),
    ),
    ...durations(host, { ...labels, status: "200" }, asked, run),
  ];
}

function durations(
  { traffic: { buckets: bounds = duration.buckets ?? [] } }: Host,
  labels: Readonly<Record<Label, string>>,
  asked: Load,
  run: Run,
): readonly InputSeries[] {
  const of = (suffix: string, more: Readonly<Record<string, string>>, each: number) =>
    seriesOf(
      { ...duration, name: `${duration.name}_${suffix}` },
      { ...labels, ...more },
      counted(asked, each, run),
    );
  const shares = asked.within(bounds);
  return [
    ...bounds.map((bound, index) => of("bucket", { le: String(bound) }, shares[index] ?? 1)),
    of("bucket", { le: "+Inf" }, 1),
    of("count", {}, 1),
    of("sum", {}, asked.latency.mean),
  ];
}
