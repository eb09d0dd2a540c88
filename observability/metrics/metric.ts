/** What a metric is: its type, labels, unit and buckets, as its exporter gives them. Pure. */

export type Kind = "counter" | "gauge" | "histogram";

/** Who exports it; an alert on it is only as good as its exporter, which has an alert of its own. */
export type Exporter =
  | "ingress-nginx"
  | "cloudwatch-exporter"
  | "envoy-gateway"
  | "cert-manager"
  | "blackbox-exporter"
  | "kube-state-metrics"
  | "cadvisor"
  | "k6"
  | "application"
  | "sql-exporter"
  | "prometheus"
  | "alertmanager";

/** What a value counts. A ratio is 0 to 1. */
export type Unit =
  "seconds" | "milliseconds" | "bytes" | "ratio" | "requests" | "count" | "cores" | "timestamp";

/** One metric. Its labels are those that golive selects or groups by, not all that it has. */
export interface Metric<K extends Kind, L extends string> {
  /** As exported; a histogram without `_bucket`. */
  readonly name: string;
  readonly kind: K;
  readonly labels: readonly L[];
  readonly unit: Unit;
  readonly exporter: Exporter;
  /** What it says, in one sentence. */
  readonly help: string;
  /** Upper bounds of a histogram's finite buckets, ascending, in its unit. */
  readonly buckets?: readonly number[];
}

type Facts = Omit<Metric<Kind, string>, "name" | "kind" | "labels">;

/** A metric that only rises: it is read by `rate` and `increase` alone. */
export const counter = <const L extends string>(
  name: string,
  labels: readonly L[],
  facts: Omit<Facts, "buckets">,
): Metric<"counter", L> => ({ name, kind: "counter", labels, ...facts });

/** A metric that goes both ways. */
export const gauge = <const L extends string>(
  name: string,
  labels: readonly L[],
  facts: Omit<Facts, "buckets">,
): Metric<"gauge", L> => ({ name, kind: "gauge", labels, ...facts });

/** Counts by upper bound; `labels` are those beside `le`. */
export const histogram = <const L extends string>(
  name: string,
  labels: readonly L[],
  facts: Facts & { readonly buckets: readonly number[] },
): Metric<"histogram", L> => ({ name, kind: "histogram", labels, ...facts });
