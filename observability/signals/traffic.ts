/** How much is asked of a host. Rows K24, E7. Pure. */
import { abs, type Window } from "../promql/expression";
import { windowSeconds } from "../promql/window";
import { load } from "./requests/load";
import { requestCount, requestSignal, untoldSide } from "./requests/request-signal";
import { routerOf } from "./requests/routers";
import type { SeriesOf, Signal } from "./signal";

/** Requests a second; nothing where nothing was ever asked. */
export const requestRate = requestSignal({
  unit: "requests",
  value: (host, window) => routerOf(host).requests(host, window),
  load: (perSecond) => ({ perSecond }),
});

/** What the traffic is compared with: the same hour of the same weekday. */
const BEFORE: Window = "7d";
const FORMERLY = 10;

/** Series of traffic that became so many times what it was, once there is a week to compare with. */
const changed =
  (times: (change: number) => number): SeriesOf<"host"> =>
  (host, change, run) => {
    const before = { perSecond: FORMERLY, seconds: windowSeconds(BEFORE) };
    const { series, noise } = routerOf(host);
    return [...series(host, load({ perSecond: FORMERLY * times(change), before }), run), ...noise(host, run)];
  };

/**
 * How much the traffic differs from a week ago, as a share of it: 0.5 is half as much again, or half. Traffic that is
 * gone differs by 1 (observability.md, P10); nothing where there was none a week ago.
 */
export const trafficChange: Signal<"host"> = {
  on: "host",
  unit: "ratio",
  lookback: BEFORE,
  untold: untoldSide,
  value: (host, window) => {
    const { requests } = routerOf(host);
    const before = requests(host, window, BEFORE);
    return abs(requests(host, window).or(before.times(0)).dividedBy(before.above(0)).minus(1));
  },
  samples: (host, window) => requestCount(host, window, BEFORE),
  series: changed((change) => 1 + change),
  variants: [changed((change) => (change > 1 ? 1 + change : 1 - change))],
};
