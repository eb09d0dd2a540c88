/**
 * PromQL out of the metric catalogue. A raw counter, a label that a metric has not, a quantile of what has no `le`,
 * and an operation between unequal labels do not compile. Pure.
 * https://prometheus.io/docs/prometheus/latest/querying/operators/
 */
import type { Kind, Metric } from "../metrics/metric";

/** A span of time as Prometheus writes it; those of Grafana are for panels alone. */
export type Window = `${number}${"s" | "m" | "h" | "d"}` | "$__rate_interval" | "$__interval" | "$__range";

/** What a label must be: a text means equal. */
export type Matcher =
  string | { readonly not: string } | { readonly like: string } | { readonly unlike: string };

/** A text as it is, within a regular expression. */
export const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The bucket of an upper bound: Prometheus 3 writes a whole number as `1.0`, older ones and exporters as `1` (observability.md, P9). */
export const upTo = (bound: number): Matcher =>
  Number.isInteger(bound) ? { like: `${bound}(\\.0)?` } : String(bound);

/** Matchers by label. */
export type Match<L extends string> = { readonly [Label in L]?: Matcher };

/** PromQL that gives an instant vector, whatever its labels. */
export interface Expression {
  readonly text: string;
  /** Labels of its series; none where it is one series without any. */
  readonly labels: readonly string[];
}

const OPERATORS = { or: 1, and: 2, unless: 2, compare: 3, plus: 4, times: 5, atom: 6 } as const;
type Strength = (typeof OPERATORS)[keyof typeof OPERATORS];

/** An instant vector whose series have exactly the labels `L`. */
export class Vector<L extends string> implements Expression {
  /** Makes `L` invariant: neither more nor fewer labels will do. */
  declare private readonly exactly: (label: L) => L;

  constructor(
    readonly text: string,
    readonly labels: readonly L[],
    private readonly strength: Strength = OPERATORS.atom,
  ) {}

  plus = (other: Vector<L> | number): Vector<L> => this.join("+", other, OPERATORS.plus);
  minus = (other: Vector<L> | number): Vector<L> => this.join("-", other, OPERATORS.plus);
  times = (other: Vector<L> | number): Vector<L> => this.join("*", other, OPERATORS.times);
  dividedBy = (other: Vector<L> | number): Vector<L> => this.join("/", other, OPERATORS.times);

  above = (other: Vector<L> | number): Vector<L> => this.join(">", other, OPERATORS.compare);
  atLeast = (other: Vector<L> | number): Vector<L> => this.join(">=", other, OPERATORS.compare);
  below = (other: Vector<L> | number): Vector<L> => this.join("<", other, OPERATORS.compare);
  atMost = (other: Vector<L> | number): Vector<L> => this.join("<=", other, OPERATORS.compare);
  equals = (other: Vector<L> | number): Vector<L> => this.join("==", other, OPERATORS.compare);

  /** Its series where `other` has one too. */
  and = (other: Vector<L>): Vector<L> => this.join("and", other, OPERATORS.and);
  /** Its series where `other` has none. */
  unless = (other: Vector<L>): Vector<L> => this.join("unless", other, OPERATORS.unless);
  /** Its series, and those of `other` that it has not. */
  or = (other: Vector<L>): Vector<L> => this.join("or", other, OPERATORS.or);

  /** Its series where `other` has one of the same labels named here. */
  andOn<M extends string>(other: Vector<M>, ...labels: readonly (L & M)[]): Vector<L> {
    return this.join(`and on (${labels.join(", ")})`, other, OPERATORS.and);
  }

  /** On the left of an operator: those of one strength are left-associative, and brackets stand only where they are needed. */
  readonly left = (strength: Strength): string => (this.strength >= strength ? this.text : `(${this.text})`);
  /** On the right of an operator. */
  readonly right = (strength: Strength): string => (this.strength > strength ? this.text : `(${this.text})`);

  private join<M extends string>(operator: string, other: Vector<M> | number, strength: Strength): Vector<L> {
    const right = typeof other === "number" ? String(other) : other.right(strength);
    return new Vector(`${this.left(strength)} ${operator} ${right}`, this.labels, strength);
  }
}

/** What a metric gives for some of its series, before it is read. */
export interface Selection<K extends Kind, L extends string> {
  readonly kind: K;
  readonly text: string;
  readonly labels: readonly L[];
  /** How long ago it is looked at. */
  readonly offset?: Window;
}

const quoted = (value: string): string => JSON.stringify(value);

function matcher(label: string, wanted: Matcher): string {
  if (typeof wanted === "string") return `${label}=${quoted(wanted)}`;
  if ("not" in wanted) return `${label}!=${quoted(wanted.not)}`;
  if ("like" in wanted) return `${label}=~${quoted(wanted.like)}`;
  return `${label}!~${quoted(wanted.unlike)}`;
}

function selector<L extends string>(name: string, match: Match<L>): string {
  const matchers = Object.entries<Matcher | undefined>(match).flatMap(([label, wanted]) =>
    wanted === undefined ? [] : [matcher(label, wanted)],
  );
  return matchers.length === 0 ? name : `${name}{${matchers.join(", ")}}`;
}

/** Series of a counter or a gauge. */
export const select = <K extends "counter" | "gauge", L extends string>(
  { name, kind, labels }: Metric<K, L>,
  match: Match<L> = {},
  offset?: Window,
): Selection<K, L> => ({
  kind,
  text: selector(name, match),
  labels,
  ...(offset === undefined ? {} : { offset }),
});

/** A histogram's counts by upper bound. */
export const buckets = <L extends string>(
  { name, labels }: Metric<"histogram", L>,
  match: Match<L | "le"> = {},
): Selection<"counter", L | "le"> => ({
  kind: "counter",
  text: selector(`${name}_bucket`, match),
  labels: [...labels, "le"],
});

/** How often a histogram was given a value. */
export const observations = <L extends string>(
  { name, labels }: Metric<"histogram", L>,
  match: Match<L> = {},
): Selection<"counter", L> => ({ kind: "counter", text: selector(`${name}_count`, match), labels });

/** The sum of the values that a histogram was given. */
export const total = <L extends string>(
  { name, labels }: Metric<"histogram", L>,
  match: Match<L> = {},
): Selection<"counter", L> => ({ kind: "counter", text: selector(`${name}_sum`, match), labels });

const past = (offset: Window | undefined): string => (offset === undefined ? "" : ` offset ${offset}`);

const ranged = <L extends string>(
  name: string,
  { text, labels, offset }: Selection<Kind, L>,
  window: Window,
) => new Vector(`${name}(${text}[${window}]${past(offset)})`, labels);

/** A gauge as it is now. */
export const now = <L extends string>({ text, labels, offset }: Selection<"gauge", L>): Vector<L> =>
  new Vector(text + past(offset), labels);

/** Mean rise a second. */
export const rate = <L extends string>(selection: Selection<"counter", L>, window: Window): Vector<L> =>
  ranged("rate", selection, window);

/** Rise within the window, to the next whole number: extrapolation reads three restarts as 3.05. */
export const increase = <L extends string>(selection: Selection<"counter", L>, window: Window): Vector<L> =>
  call("round", ranged("increase", selection, window));

/** A gauge over a time. */
export const overTime = <L extends string>(
  statistic: "avg" | "max" | "min" | "sum" | "count" | "last",
  selection: Selection<"gauge", L>,
  window: Window,
): Vector<L> => ranged(`${statistic}_over_time`, selection, window);

const call = <L extends string>(name: string, { text, labels }: Vector<L>): Vector<L> =>
  new Vector(`${name}(${text})`, labels);

/** Without the sign. */
export const abs = <L extends string>(vector: Vector<L>): Vector<L> => call("abs", vector);

const aggregate =
  (operator: string) =>
  <L extends string>({ text }: Vector<L>) => ({
    /** One series in all, without labels. */
    all: (): Vector<never> => new Vector(`${operator}(${text})`, []),
    /** One series for each value of the labels. */
    by: <const Labels extends readonly [L, ...L[]]>(...labels: Labels): Vector<Labels[number]> =>
      new Vector(`${operator} by (${labels.join(", ")}) (${text})`, labels),
  });

export const sum = aggregate("sum");
export const max = aggregate("max");
export const min = aggregate("min");
export const avg = aggregate("avg");
export const count = aggregate("count");

/** The quantile, 0 to 1, of histogram buckets; what lies above the last finite bound is given as that bound. */
export const quantile = <L extends string>(
  share: number,
  vector: "le" extends L ? Vector<L> : never,
): Vector<Exclude<L, "le">> =>
  new Vector(
    `histogram_quantile(${share}, ${vector.text})`,
    vector.labels.filter((label): label is Exclude<L, "le"> => label !== "le"),
  );

/** One series of value 1 where the selection has none. */
export const absent = ({ text }: Selection<Kind, string>): Vector<never> => new Vector(`absent(${text})`, []);

/** Seconds since a timestamp. */
export const secondsSince = <L extends string>(vector: Vector<L>): Vector<L> =>
  new Vector(`time() - ${vector.right(OPERATORS.plus)}`, vector.labels, OPERATORS.plus);

/** Seconds until a timestamp. */
export const secondsUntil = <L extends string>(vector: Vector<L>): Vector<L> =>
  new Vector(`${vector.left(OPERATORS.plus)} - time()`, vector.labels, OPERATORS.plus);

/** One constant series, which Watchdog is. */
export const always = (): Vector<never> => new Vector("vector(1)", []);
