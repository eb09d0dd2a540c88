/**
 * Requests of hosts by Envoy Gateway's proxies. Pure.
 *
 * They count by rule of a route, so the sides of a canary, which are backends of one rule, cannot be told apart
 * (https://github.com/envoyproxy/gateway/issues/6742), and a WebSocket's duration is among the others'.
 */
import { GATEWAY_API } from "../../metrics/gateway-api";
import {
  buckets,
  literally,
  observations,
  quantile,
  rate,
  select,
  sum,
  total,
  upTo,
  type Window,
} from "../../promql/expression";
import type { InputSeries, Run } from "../signal";
import { noise, seriesOf } from "../test-series";
import { counted, TERRIBLE } from "./load";
import type { Host, Load, RouterMetrics } from "./router";

const { requests, duration } = GATEWAY_API;
const MILLISECONDS = 1000;

const of = ({ namespace, traffic: { route } }: Host) => ({
  envoy_cluster_name: { like: literally(`httproute/${namespace}/${route}/rule/`) + ".+" },
});

const timedRate = (host: Host, window: Window) => sum(rate(observations(duration, of(host)), window)).all();

export const gatewayApi: RouterMetrics = {
  requests: (host, window, before) => sum(rate(select(requests, of(host), before), window)).all(),
  errors: (host, window) =>
    sum(rate(select(requests, { ...of(host), envoy_response_code_class: "5" }), window)).all(),
  latencyP95: (host, window) =>
    quantile(0.95, sum(rate(buckets(duration, of(host)), window)).by("le"))
      .dividedBy(MILLISECONDS)
      .and(timedRate(host, window).above(0)),
  latencyMean: (host, window) =>
    sum(rate(total(duration, of(host)), window))
      .all()
      .dividedBy(timedRate(host, window).above(0))
      .dividedBy(MILLISECONDS),
  slowerThan: (host, window, seconds) => {
    const all = timedRate(host, window);
    const quick = buckets(duration, { ...of(host), le: upTo(seconds * MILLISECONDS) });
    return all.minus(sum(rate(quick, window)).all()).dividedBy(all.above(0));
  },
  tellsSides: false,
  series: (host, asked, run) => cluster(clusterOf(host), asked, run),
  noise: (host, run) => noise(others(host).flatMap((other) => cluster(clusterOf(other), TERRIBLE, run))),
};

const clusterOf = ({ namespace, traffic: { route } }: Host): string =>
  `httproute/${namespace}/${route}/rule/0`;

const others = (host: Host): readonly Host[] => [
  { ...host, namespace: "elsewhere" },
  { ...host, traffic: { ...host.traffic, route: "another" } },
];

function cluster(name: string, asked: Load, run: Run): readonly InputSeries[] {
  const { errorRatio, latency, within } = asked;
  // What has not happened yet has no series (observability.md, P3).
  const shares = { "2": (1 - errorRatio) * 0.9, "4": (1 - errorRatio) * 0.1, "5": errorRatio };
  const bounds = duration.buckets ?? [];
  const quick = within(bounds.map((bound) => bound / MILLISECONDS));
  const part = (suffix: string, more: Readonly<Record<string, string>>, each: number) =>
    seriesOf(
      { ...duration, name: `${duration.name}_${suffix}` },
      { envoy_cluster_name: name, ...more },
      counted(asked, each, run),
    );
  return [
    ...Object.entries(shares)
      .filter(([, share]) => share > 0)
      .map(([code, share]) =>
        seriesOf(
          requests,
          { envoy_cluster_name: name, envoy_response_code_class: code },
          counted(asked, share, run),
        ),
      ),
    ...bounds.map((bound, index) => part("bucket", { le: String(bound) }, quick[index] ?? 1)),
    part("bucket", { le: "+Inf" }, 1),
    part("count", {}, 1),
    part("sum", {}, latency.mean * MILLISECONDS),
  ];
}
