/** What the signals of requests have in common. Pure. */
import type { Unit } from "../../metrics/metric";
import type { Vector, Window } from "../../promql/expression";
import { windowSeconds } from "../../promql/window";
import type { Signal } from "../signal";
import { load } from "./load";
import type { Host, Load } from "./router";
import { routerOf } from "./routers";

interface RequestSignal {
  readonly unit: Unit;
  readonly value: (host: Host, window: Window) => Vector<never>;
  /** What makes the value so. */
  readonly load: (value: number, host: Host) => Partial<Load>;
}

/** How many requests there were within the window. */
export const requestCount = (host: Host, window: Window, before?: Window): Vector<never> =>
  routerOf(host).requests(host, window, before).times(windowSeconds(window));

/** Why one side of a canary cannot be told; none where no side is asked for. */
export const untoldSide = (host: Host): string | undefined =>
  host.side === undefined || routerOf(host).tellsSides
    ? undefined
    : `the metrics of ${host.traffic.source} do not tell the sides of a canary apart: those of ingress-nginx do`;

/** A signal of a host's requests. */
export const requestSignal = ({ unit, value, load: told }: RequestSignal): Signal<"host"> => ({
  on: "host",
  unit,
  value,
  samples: requestCount,
  untold: untoldSide,
  series: (host, wanted, run) => [
    ...routerOf(host).series(host, load(told(wanted, host)), run),
    ...routerOf(host).noise(host, run),
  ],
});
