/**
 * What is wrong with a PromQL text that Prometheus would take all the same, found without one: it knows the metrics of
 * the catalogue alone. Pure. The numbers P… are pitfalls of observability.md.
 */
import { parser } from "@prometheus-io/lezer-promql";
import { CATALOGUE } from "../metrics/catalogue";

type Node = ReturnType<typeof parser.parse>["topNode"];

interface Series {
  readonly kind: "counter" | "gauge";
  readonly labels: readonly string[];
}

/** Each series name of the catalogue: a histogram has three. */
const SERIES: ReadonlyMap<string, Series> = new Map(
  CATALOGUE.flatMap(({ name, kind, labels }): [string, Series][] =>
    kind === "histogram"
      ? [
          [`${name}_bucket`, { kind: "counter", labels: [...labels, "le"] }],
          [`${name}_count`, { kind: "counter", labels }],
          [`${name}_sum`, { kind: "counter", labels }],
        ]
      : [[name, { kind, labels }]],
  ),
);

/** Labels that every scrape gives. */
const SCRAPE_LABELS: readonly string[] = ["job", "instance"];

/** Functions of a counter's rise, and those of a gauge over a time. */
const OF_COUNTERS: readonly string[] = ["rate", "irate", "increase", "resets"];
const OF_GAUGES =
  /^(avg|min|max|sum|stddev|stdvar|quantile|mad)_over_time$|^(delta|idelta|deriv|predict_linear)$/;
/** Functions that ask whether a series is there, whatever its value. */
const OF_PRESENCE: readonly string[] = ["absent", "timestamp"];

/** Grafana's spans of time, which no parser of PromQL knows. */
const GRAFANA = /\$(__rate_interval|__interval|__range|\{__rate_interval\}|\{__interval\}|\{__range\})/g;

/** A text as Prometheus takes it once Grafana has filled it in. */
export const filledIn = (promql: string): string => promql.replace(GRAFANA, "5m");

/** Each problem as one sentence, none where there is none. */
export function problemsOf(promql: string): readonly string[] {
  const text = filledIn(promql);
  const nodes = nodesOf(parser.parse(text).topNode);
  const errors = nodes.filter(({ type }) => type.isError);
  const [first] = errors;
  if (first !== undefined) return [`PromQL that does not parse: ${around(text, first)}`];
  return nodes.flatMap((node) => CHECKS.flatMap((check) => check(node, text)));
}

const around = (text: string, { from }: Node): string =>
  `at "${text.slice(Math.max(0, from - 20), from)}" before "${text.slice(from, from + 20)}"`;

const nodesOf = (node: Node): readonly Node[] => [node, ...childrenOf(node).flatMap(nodesOf)];

function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

const textOf = ({ from, to }: Node, text: string): string => text.slice(from, to);

const inside = (node: Node, name: string): readonly Node[] =>
  nodesOf(node).filter((each) => each.name === name);

/** Name of the series that a selector is of. */
function seriesName(selector: Node, text: string): string {
  const name = selector.getChild("Identifier");
  return name === null ? "" : textOf(name, text);
}

/** The function whose argument a node is, through brackets and an offset; none where there is another operation between. */
function functionOf(node: Node, text: string): string | undefined {
  const { parent } = node;
  if (parent === null) return undefined;
  if (["FunctionCallBody", "OffsetExpr", "ParenExpr", "MatrixSelector"].includes(parent.name))
    return functionOf(parent, text);
  const name = parent.name === "FunctionCall" ? parent.getChild("FunctionIdentifier") : null;
  return name === null ? undefined : textOf(name, text);
}

interface LabelMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

const matchersOf = (selector: Node, text: string): readonly LabelMatcher[] =>
  inside(selector, "UnquotedLabelMatcher").map((matcher) => {
    const part = (name: string) => {
      const found = matcher.getChild(name);
      return found === null ? "" : textOf(found, text);
    };
    return {
      label: part("LabelName"),
      operator: part("MatchOp"),
      value: part("StringLiteral").slice(1, -1),
    };
  });

/** What a recording rule gives: the catalogue does not hold it. */
const isRecorded = (name: string): boolean => name.includes(":");

type Check = (node: Node, text: string) => readonly string[];

/** A check of each selector of a metric that the catalogue may have. */
const ofSelectors =
  (check: (selector: Node, text: string, name: string, series: Series | undefined) => readonly string[]) =>
  (node: Node, text: string): readonly string[] => {
    if (node.name !== "VectorSelector") return [];
    const name = seriesName(node, text);
    return isRecorded(name) ? [] : check(node, text, name, SERIES.get(name));
  };

const unknownMetric = ofSelectors((_, __, name, series) =>
  series === undefined
    ? [`${name === "" ? "A selector without a name" : name} is not in the metric catalogue`]
    : [],
);

const unknownLabel = ofSelectors((selector, text, name, series) =>
  series === undefined
    ? []
    : matchersOf(selector, text)
        .filter(({ label }) => ![...series.labels, ...SCRAPE_LABELS].includes(label))
        .map(({ label }) => `${name} has no label ${label}; it has ${series.labels.join(", ")}`),
);

/** P5: a raw counter holds all that ever was. */
const rawCounter = ofSelectors((selector, text, name, series) =>
  series?.kind === "counter" &&
  selector.parent?.name !== "MatrixSelector" &&
  !OF_PRESENCE.includes(functionOf(selector, text) ?? "")
    ? [`${name} is a counter and is read raw; read it by rate or increase`]
    : [],
);

const wrongFunction = ofSelectors((selector, text, name, series) => {
  if (series === undefined || selector.parent?.name !== "MatrixSelector") return [];
  const called = functionOf(selector, text) ?? "";
  if (series.kind === "gauge" && OF_COUNTERS.includes(called))
    return [`${name} is a gauge and ${called} reads counters; read it by avg_over_time or deriv`];
  if (series.kind === "counter" && OF_GAUGES.test(called))
    return [`${name} is a counter and ${called} reads gauges; read it by rate or increase`];
  return [];
});

/** P9: Prometheus 3 writes `le="1"` as `le="1.0"`. */
const wholeBucket = ofSelectors((selector, text, name) =>
  matchersOf(selector, text)
    .filter(({ label, operator, value }) => label === "le" && operator === "=" && /^\d+(\.0)?$/.test(value))
    .map(
      ({ value }) =>
        `${name} is asked for le="${value}", which has two names; write le=~"${value.replace(/\.0$/, "")}(\\\\.0)?"`,
    ),
);

/** P13: one status of many, which --report-status-classes turns into its class. */
const oneStatus = ofSelectors((selector, text, name) =>
  matchersOf(selector, text)
    .filter(({ label, operator, value }) => label === "status" && operator === "=" && /^5\d\d$/.test(value))
    .map(({ value }) => `${name} is asked for status="${value}" alone; write status=~"5.."`),
);

/** A label that none of the metrics within has makes one group of all. */
const unknownGrouping: Check = (node, text) => {
  if (node.name !== "AggregateExpr") return [];
  const modifier = node.getChild("AggregateModifier");
  const names = inside(node, "VectorSelector").map((selector) => seriesName(selector, text));
  if (names.length === 0 || names.some(isRecorded)) return [];
  const known = [...names.flatMap((name) => SERIES.get(name)?.labels ?? []), ...SCRAPE_LABELS];
  return (modifier === null ? [] : inside(modifier, "LabelName"))
    .map((label) => textOf(label, text))
    .filter((label) => !known.includes(label))
    .map((label) => `${names.join(" and ")}: none has the label ${label} that is grouped by`);
};

/** P8: without `le` a quantile is of nothing. */
const quantileWithoutBuckets: Check = (node, text) => {
  if (node.name !== "FunctionCall" || !textOf(node, text).startsWith("histogram_quantile")) return [];
  const [aggregation] = inside(node, "AggregateExpr");
  if (aggregation === undefined) return [];
  const modifier = aggregation.getChild("AggregateModifier");
  const kept =
    modifier !== null &&
    modifier.getChild("By") !== null &&
    inside(modifier, "LabelName").some((label) => textOf(label, text) === "le");
  return kept ? [] : ["histogram_quantile is of an aggregation that does not keep le; sum by (le, …)"];
};

const CHECKS: readonly Check[] = [
  unknownMetric,
  unknownLabel,
  rawCounter,
  wrongFunction,
  wholeBucket,
  oneStatus,
  unknownGrouping,
  quantileWithoutBuckets,
];
