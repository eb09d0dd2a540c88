/** LogQL out of the labels that log lines have. Pure. https://grafana.com/docs/loki/latest/query/ */
import type { Expression, Matcher, Window } from "../promql/expression";

/**
 * Labels by which lines are found, however they came to Loki: by OTLP, as golive's collectors send them, or by an agent
 * that reads the pods' output. `service_name` and `detected_level` are Loki's own, for either.
 * https://grafana.com/docs/loki/latest/send-data/otel/ https://grafana.com/docs/loki/latest/get-started/labels/
 */
export type LogLabel =
  /** The service's name: `service.name` of OTLP, or the pod's label `app`. */
  | "service_name"
  /** The level that Loki reads from OTLP's severity or from the line: error, critical, fatal… */
  | "detected_level"
  /** The namespace of lines that came by OTLP. */
  | "k8s_namespace_name"
  /** The namespace of lines that an agent read. */
  | "namespace";

const quoted = (value: string): string => JSON.stringify(value);

function condition(label: LogLabel, wanted: Matcher): string {
  if (typeof wanted === "string") return `${label}=${quoted(wanted)}`;
  if ("not" in wanted) return `${label}!=${quoted(wanted.not)}`;
  if ("like" in wanted) return `${label}=~${quoted(wanted.like)}`;
  return `${label}!~${quoted(wanted.unlike)}`;
}

/** Log lines, before they are counted. */
export class Lines {
  private constructor(readonly text: string) {}

  /** All lines of a service: the one label that every way to Loki indexes. */
  static ofService = (name: string): Lines => new Lines(`{${condition("service_name", name)}}`);

  /** Those that hold the text. */
  holding = (text: string): Lines => new Lines(`${this.text} |= ${quoted(text)}`);

  /** Those that a regular expression of Go's finds something in. https://github.com/google/re2/wiki/Syntax */
  like = (expression: string): Lines => new Lines(`${this.text} |~ ${quoted(expression)}`);

  /** Those for which at least one of the conditions holds. */
  where = (...conditions: readonly (readonly [LogLabel, Matcher])[]): Lines =>
    new Lines(`${this.text} | ${conditions.map(([label, wanted]) => condition(label, wanted)).join(" or ")}`);
}

/** How many lines there were within the window: one series, none where there was no line. */
export const countWithin = ({ text }: Lines, window: Window): Expression => ({
  text: `sum(count_over_time(${text} [${window}]))`,
  labels: [],
});
