/** What can be read of a system, and how: one signal, one file. Pure. */
import type { Unit } from "../metrics/metric";
import type { Expression, Window } from "../promql/expression";
import type { Text, WatchedBackup, WatchedService, WatchedTraffic } from "../watched";

/** What a reading is of. Its kind says which signals it can be asked for. */
export type Subject =
  | {
      readonly kind: "host";
      readonly namespace: string;
      readonly service: string;
      readonly traffic: WatchedTraffic;
      /** Requests of one side of the canary alone; with `canary`, `traffic.canary` is there. @default - of both */
      readonly side?: "stable" | "canary";
      /** Of `slowRatio`: seconds above which a request counts as slow. @default 0.5 */
      readonly slowerThan?: number;
    }
  | { readonly kind: "workload"; readonly namespace: string; readonly service: WatchedService }
  | { readonly kind: "backup"; readonly namespace: string; readonly backup: WatchedBackup }
  | { readonly kind: "namespace"; readonly namespace: string };

export type SubjectOf<K extends Subject["kind"]> = Extract<Subject, { readonly kind: K }>;

/** One series of a test, as promtool writes it. https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** How to read one thing. */
export interface Signal<K extends Subject["kind"] = Subject["kind"]> {
  readonly on: K;
  /** Who evaluates it: Prometheus, or Loki and its ruler, which Prometheus and promtool know nothing of. @default "promql" */
  readonly language?: "logql";
  /** Of its value; a ratio is 0 to 1. */
  readonly unit: Unit;
  /** What a reader of the value must know, such as what it falls back to. */
  readonly note?: Text;
  /** One series: the value over the window. Nothing, not 0, where it cannot be told. */
  readonly value: (subject: SubjectOf<K>, window: Window) => Expression;
  /** How long before its window it looks as well: that is kept, and a test begins after it. @default "0s" */
  readonly lookback?: Window;
  /** Why it cannot be told of the subject by what is measured there, and what can. Absent: it can always be told. */
  readonly untold?: (subject: SubjectOf<K>) => string | undefined;
  /** How many samples the value is made of over the window, e.g. requests. Absent: one sample is as good as many. */
  readonly samples?: (subject: SubjectOf<K>, window: Window) => Expression;
  /**
   * Series under which the signal reads about `value` at every time, for promtool: one value a `step` seconds, for
   * `steps` steps. `noise` are series that must change nothing: another namespace, another service.
   */
  readonly series: SeriesOf<K>;
  /** Other series under which it reads the same, one for each further arm of its expression, such as what it falls back to. */
  readonly variants?: readonly SeriesOf<K>[];
}

export type SeriesOf<K extends Subject["kind"]> = (
  subject: SubjectOf<K>,
  value: number,
  run: Run,
) => readonly InputSeries[];

/** A signal of any kind, told apart by `on`. */
export type AnySignal = { readonly [K in Subject["kind"]]: Signal<K> }[Subject["kind"]];

/** Length of a test's series. */
export interface Run {
  readonly stepSeconds: number;
  readonly steps: number;
  /** Over which the signal is read. @default - what the documents read it over */
  readonly windowSeconds?: number;
}
