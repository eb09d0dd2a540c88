/** The share of a host's requests that were answered with 5xx. Rows K21, K24, K25, E4, E7, E9, S7. Pure. */
import type { Vector, Window } from "../promql/expression";
import { requestSignal } from "./requests/request-signal";
import type { Host } from "./requests/router";
import { routerOf } from "./requests/routers";

/** 0 before the first error (observability.md, P3); nothing where nothing was asked (P4). */
export function errorShare(host: Host, window: Window): Vector<never> {
  const { requests, errors } = routerOf(host);
  const all = requests(host, window);
  return errors(host, window).or(all.times(0)).dividedBy(all.above(0));
}

export const errorRatio = requestSignal({
  unit: "ratio",
  value: errorShare,
  load: (errorRatio) => ({ errorRatio }),
});
