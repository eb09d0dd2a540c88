/**
 * Mistakes that a person could make in an alert, one at a time: what its proof must tell from the alert itself. Pure.
 * They are made on the parse tree, so that each is PromQL again.
 */
import { parser } from "@prometheus-io/lezer-promql";
import type { Window } from "../promql/expression";
import { windowOf, windowSeconds } from "../promql/window";

/** What an alert is told by. */
export interface Condition {
  readonly expr: string;
  readonly for: Window;
}

/** A condition with one mistake. */
export interface Mutant extends Condition {
  /** The mistake, e.g. `> becomes >=`. */
  readonly change: string;
}

type Node = ReturnType<typeof parser.parse>["topNode"];

/** A piece of the text and what stands in its place. */
interface Edit {
  readonly change: string;
  readonly at: Node;
  readonly insert: string;
}

type Mistakes = (node: Node, textOf: (node: Node) => string) => readonly Edit[];

/** Operators and functions by what may stand there by mistake. */
const SWAPS: Readonly<Record<string, readonly string[]>> = {
  ">": [">=", "<"],
  ">=": [">", "<"],
  "<": ["<=", ">"],
  "<=": ["<", ">"],
  "==": ["!="],
  "!=": ["=="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  and: ["unless"],
  unless: ["and"],
  sum: ["max", "avg"],
  max: ["min", "sum"],
  min: ["max", "sum"],
  avg: ["max", "min"],
  count: ["sum"],
  rate: ["increase", "irate"],
  increase: ["rate", "irate"],
  avg_over_time: ["max_over_time", "min_over_time"],
  max_over_time: ["min_over_time", "last_over_time"],
  min_over_time: ["max_over_time", "last_over_time"],
  sum_over_time: ["max_over_time", "avg_over_time"],
  count_over_time: ["sum_over_time"],
  last_over_time: ["max_over_time", "min_over_time"],
};

/** A matcher's operator by its opposite. */
const OPPOSITE: Readonly<Record<string, string>> = { "=": "!=", "!=": "=", "=~": "!~", "!~": "=~" };

/** Functions that an expression is PromQL without, too. */
const WRAPPERS = ["round", "abs", "absent"];

const SETS = ["And", "Or", "Unless"];
const COMPARISONS = ["Gtr", "Gte", "Lss", "Lte", "Eql", "Neq"];

const hasOne = (node: Node, names: readonly string[]): boolean =>
  names.some((name) => node.getChild(name) !== null);

const replaced = (node: Node, found: string, inserts: readonly string[]): readonly Edit[] =>
  inserts.map((insert) => ({ change: `${found} becomes ${insert}`, at: node, insert }));

const swap: Mistakes = (node, textOf) => {
  const found = textOf(node);
  return replaced(node, found, SWAPS[found] ?? []);
};

/** One arm of `and`, `or` and `unless` alone; of a comparison, its left side. */
const arms: Mistakes = (node, textOf) => {
  const [left, right] = [node.firstChild, node.lastChild];
  if (!left || !right) return [];
  const kept = hasOne(node, SETS) ? [left, right] : hasOne(node, COMPARISONS) ? [left] : [];
  return kept.map((arm) => {
    const other = arm === left ? right : left;
    return { change: `without the side ${textOf(other)}`, at: node, insert: `(${textOf(arm)})` };
  });
};

/** Whole numbers are counts, which one more or one less is wrong for; others are a fifth off. */
const nearby = (value: number): readonly number[] =>
  Number.isInteger(value) && Math.abs(value) < 1000
    ? [value - 1, value + 1]
    : [0.8, 1.2].map((factor) => Number((value * factor).toPrecision(12)));

/** A threshold, a quantile or a factor. */
const numbers: Mistakes = (node, textOf) => {
  const { parent } = node;
  const value = Number(textOf(node));
  if (parent === null || Number.isNaN(value)) return [];
  const quantile = parent.parent?.firstChild?.firstChild?.name === "HistogramQuantile";
  if (parent.name !== "BinaryExpr" && !quantile) return [];
  const others = quantile
    ? [0.5, 0.99]
    : hasOne(parent, COMPARISONS)
      ? nearby(value)
      : [value === 0 ? 1 : value * 2];
  return replaced(node, textOf(node), others.map(String));
};

/** Twice a span, and half of it. */
const spans: Mistakes = (node, textOf) => {
  const found = textOf(node);
  const seconds = windowSeconds(found);
  return replaced(node, found, [windowOf(seconds * 2), windowOf(seconds / 2)]);
};

const offset: Mistakes = (node, textOf) => {
  const of = node.firstChild;
  return of
    ? [{ change: `without ${textOf(node).slice(textOf(of).length).trim()}`, at: node, insert: textOf(of) }]
    : [];
};

/** A matcher left out, turned round, or of another value. */
const matcher: Mistakes = (node, textOf) => {
  const [label, operator] = [node.getChild("LabelName"), node.getChild("MatchOp")];
  if (!label || !operator) return [];
  const [name, sign, found] = [textOf(label), textOf(operator), textOf(node)];
  const value = found.slice(name.length + sign.length);
  return [
    { change: `without ${found}`, at: node, insert: "" },
    ...replaced(node, found, [`${name}${OPPOSITE[sign] ?? sign}${value}`, `${name}${sign}"another"`]),
  ];
};

/** A label left out of `by` and `on`. */
const grouping: Mistakes = (node, textOf) => {
  const labels = node.getChildren("LabelName").map(textOf);
  return labels.map((label) => ({
    change: `${textOf(node)} without ${label}`,
    at: node,
    insert: `(${labels.filter((other) => other !== label).join(", ")})`,
  }));
};

const call: Mistakes = (node, textOf) => {
  const name = node.firstChild;
  const argument = node.getChild("FunctionCallBody");
  if (!name || !argument || !WRAPPERS.includes(textOf(name))) return [];
  return [{ change: `without ${textOf(name)}`, at: node, insert: textOf(argument) }];
};

/** By the name of a node in the grammar. https://github.com/prometheus/prometheus/blob/main/web/ui/module/lezer-promql/src/promql.grammar */
const MISTAKES: Readonly<Record<string, readonly Mistakes[]>> = {
  ...Object.fromEntries([...COMPARISONS, "Add", "Sub", "Mul", "Div"].map((name) => [name, [swap]])),
  And: [swap],
  Unless: [swap],
  AggregateOp: [swap],
  FunctionIdentifier: [swap],
  BinaryExpr: [arms],
  NumberDurationLiteral: [numbers],
  NumberDurationLiteralInDurationContext: [spans],
  OffsetExpr: [offset],
  UnquotedLabelMatcher: [matcher],
  GroupingLabels: [grouping],
  FunctionCall: [call],
};

const edits = (expr: string): readonly Edit[] => {
  const textOf = ({ from, to }: Node): string => expr.slice(from, to);
  const found: Edit[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, node }) => {
      // A matcher's operator is turned round with its matcher.
      if (node.parent?.name === "MatchOp") return;
      for (const mistakes of MISTAKES[name] ?? []) found.push(...mistakes(node, textOf));
    },
  });
  return found;
};

/** A matcher that is left out leaves its comma behind, which PromQL takes last alone. */
const tidy = (expr: string): string => expr.replaceAll(/([{,])\s*,\s*/g, "$1 ").replaceAll("{ ", "{");

/** Each mistake in the condition, without those that make two the same. Errors: a range that is no fixed span of time. */
export function mutantsOf(condition: Condition): readonly Mutant[] {
  const { expr } = condition;
  const changed = edits(expr).map(({ change, at, insert }) => ({
    ...condition,
    change,
    expr: tidy(expr.slice(0, at.from) + insert + expr.slice(at.to)),
  }));
  const waits = windowSeconds(condition.for) === 0 ? [] : [0, windowSeconds(condition.for) * 2].map(windowOf);
  const hasty = waits.map((wait) => ({ ...condition, change: `for ${wait}`, for: wait }));
  const seen = new Set([expr]);
  return [...changed.filter((mutant) => !seen.has(mutant.expr) && seen.add(mutant.expr)), ...hasty];
}
