/** What a router's metrics tell of the requests of a host, whatever the router: signals are made of this. Pure. */
import type { Vector, Window } from "../../promql/expression";
import type { InputSeries, Run, SubjectOf } from "../signal";

export type Host = SubjectOf<"host">;

/** One series each, without labels, and none where nothing was asked. */
export interface RouterMetrics {
  /** Requests a second, as they were `before` now. */
  readonly requests: (host: Host, window: Window, before?: Window) => Vector<never>;
  /** Requests a second that were answered with 5xx; none where there was never one (observability.md, P3). */
  readonly errors: (host: Host, window: Window) => Vector<never>;
  /** Seconds within which 95 % of the requests were answered. */
  readonly latencyP95: (host: Host, window: Window) => Vector<never>;
  /** Mean seconds. */
  readonly latencyMean: (host: Host, window: Window) => Vector<never>;
  /** Share of the requests that took longer. Absent: the metrics do not tell. */
  readonly slowerThan?: (host: Host, window: Window, seconds: number) => Vector<never>;
  /** Whether the sides of a canary can be told apart. */
  readonly tellsSides: boolean;
  /** Series of a load. */
  readonly series: (host: Host, load: Load, run: Run) => readonly InputSeries[];
  /** Series of other hosts, and of what is no request, that must change nothing. */
  readonly noise: (host: Host, run: Run) => readonly InputSeries[];
}

/** What a test has asked of a host. */
export interface Load {
  /** Requests a second. */
  readonly perSecond: number;
  /** What they were before. @default - always the same */
  readonly before?: { readonly perSecond: number; readonly seconds: number };
  /** Share that is answered with 5xx. */
  readonly errorRatio: number;
  /** Seconds: 95th percentile and mean. */
  readonly latency: { readonly p95: number; readonly mean: number };
  /** The share of the requests within each of the bounds, in seconds, ascending. */
  readonly within: (bounds: readonly number[]) => readonly number[];
}
