/** How many more of the canary's requests fail than of the stable side's. Row E4. Pure. */
import { errorShare } from "./error-ratio";
import { load } from "./requests/load";
import { requestCount, untoldSide } from "./requests/request-signal";
import type { Host } from "./requests/router";
import { routerOf } from "./requests/routers";
import type { InputSeries, Run, Signal } from "./signal";

const canary = (host: Host): Host => ({ ...host, side: "canary" });
const stable = (host: Host): Host => ({ ...host, side: "stable" });

/** Share of each side's requests that fails in a test, beside what the excess makes fail. */
const BOTH_FAIL = 0.05;

/** Both sides, the canary's failures so much more than the stable side's. */
const sides = (host: Host, failing: number, excess: number, run: Run): readonly InputSeries[] => {
  const { series, noise } = routerOf(host);
  return [
    ...series(stable(host), load({ perSecond: 90, errorRatio: failing }), run),
    ...series(canary(host), load({ errorRatio: failing + excess }), run),
    ...noise({ ...host, side: undefined }, run),
  ];
};

/** A difference of shares, in points; nothing unless both sides are asked. */
export const canaryErrorExcess: Signal<"host"> = {
  on: "host",
  unit: "ratio",
  untold: (host) => (host.traffic.canary === undefined ? "there is no canary now" : untoldSide(canary(host))),
  value: (host, window) => errorShare(canary(host), window).minus(errorShare(stable(host), window)),
  samples: (host, window) => requestCount(canary(host), window),
  // More of the stable side's fail, too: it is the difference that counts.
  series: (host, excess, run) => sides(host, Math.min(BOTH_FAIL + 2 * excess, 1 - excess), excess, run),
  // As little as may be fails: where it is the canary's alone, the stable side has never failed.
  variants: [(host, excess, run) => sides(host, Math.max(0, -excess), excess, run)],
};
