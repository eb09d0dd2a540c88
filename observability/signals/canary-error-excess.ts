/** How many more of the canary's requests fail than of the stable side's. Row E4. Pure. */
import { errorShare } from "./error-ratio";
import { load } from "./requests/load";
import { requestCount, untoldSide } from "./requests/request-signal";
import type { Host } from "./requests/router";
import { routerOf } from "./requests/routers";
import type { Signal } from "./signal";

const canary = (host: Host): Host => ({ ...host, side: "canary" });
const stable = (host: Host): Host => ({ ...host, side: "stable" });

/** Share of the stable side's requests that fail in a test. */
const STABLE_ERRORS = 0.02;

/** A difference of shares, in points; nothing unless both sides are asked. */
export const canaryErrorExcess: Signal<"host"> = {
  on: "host",
  unit: "ratio",
  untold: (host) => (host.traffic.canary === undefined ? "there is no canary now" : untoldSide(canary(host))),
  value: (host, window) => errorShare(canary(host), window).minus(errorShare(stable(host), window)),
  samples: (host, window) => requestCount(canary(host), window),
  series: (host, excess, run) => {
    const { series, noise } = routerOf(host);
    return [
      ...series(stable(host), load({ perSecond: 90, errorRatio: STABLE_ERRORS }), run),
      ...series(canary(host), load({ errorRatio: STABLE_ERRORS + excess }), run),
      ...noise({ ...host, side: undefined }, run),
    ];
  },
};
