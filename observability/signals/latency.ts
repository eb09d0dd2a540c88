/** How long a host's requests take. Rows K21, K24, K25, L18, E4, E7, E9. Pure. */
import { always } from "../promql/expression";
import { requestSignal } from "./requests/request-signal";
import { withP95, withSlow } from "./requests/load";
import { routerOf } from "./requests/routers";
import type { Signal } from "./signal";

/** Seconds above which a request counts as slow, unless the subject says otherwise. */
const SLOW = 0.5;

/** Nothing where nothing was asked; never above the last finite bucket (observability.md, P8). */
export const latencyP95 = requestSignal({
  unit: "seconds",
  value: (host, window) => routerOf(host).latencyP95(host, window),
  load: (p95) => ({ latency: { p95, mean: p95 }, within: withP95(p95) }),
});

export const latencyMean = requestSignal({
  unit: "seconds",
  value: (host, window) => routerOf(host).latencyMean(host, window),
  load: (mean) => ({ latency: { p95: mean, mean } }),
});

/** No series: `untold` says why. */
const NOTHING = always().below(0);

const slow = requestSignal({
  unit: "ratio",
  value: (host, window) => {
    const { slowerThan } = routerOf(host);
    return slowerThan === undefined ? NOTHING : slowerThan(host, window, host.slowerThan ?? SLOW);
  },
  load: (share, { slowerThan = SLOW }) => ({ within: withSlow(share, slowerThan) }),
});

/** The share of the requests that took longer than the subject's `slowerThan`, which must be a bound of the router's buckets. */
export const slowRatio: Signal<"host"> = {
  ...slow,
  untold: (host) =>
    routerOf(host).slowerThan === undefined
      ? `the metrics of ${host.traffic.source} do not tell how many requests were slow: latencyP95 and latencyMean are told`
      : slow.untold?.(host),
};
