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

type Mistakes = (node: Node, textOf: TextOf) => readonly Edit[];

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

type TextOf = (node: Node) => string;

/** Mistakes that change nothing that an alert could show, and why. */
export interface Equivalence {
  readonly reason: string;
  /** Whether a mistake is of them. */
  readonly holds: (edit: Edit, textOf: TextOf) => boolean;
}

const isSame = (one: Node | null, other: Node | null): boolean =>
  one !== null && other !== null && one.from === other.from && one.to === other.to;

/** What stands in brackets. */
const inner = (node: Node | null): Node | null =>
  node?.name === "ParenExpr" ? inner(node.firstChild) : node;

/** The expression that a node is an operand or an argument of, through brackets. */
const outer = ({ parent }: Node): Node | null => (parent?.name === "ParenExpr" ? outer(parent) : parent);

const isLeft = (node: Node, of: Node): boolean => node.to <= (of.lastChild?.from ?? 0);

const around = (node: Node | null): readonly Node[] => (node === null ? [] : [node, ...around(node.parent)]);

/** Binary operations around a node, the innermost first. */
const operations = (node: Node): readonly Node[] => around(node).filter(({ name }) => name === "BinaryExpr");

const isNumber = (node: Node | null, textOf: TextOf, ...values: readonly number[]): boolean =>
  node !== null && values.includes(Number(textOf(node)));

const isOr = (node: Node): boolean => hasOne(node, ["Or"]);

/** `x > 0`. */
const isAboveZero = (node: Node, textOf: TextOf): boolean =>
  hasOne(node, ["Gtr"]) && isNumber(inner(node.lastChild), textOf, 0);

const isQuantile = (node: Node | null): boolean =>
  node?.name === "FunctionCall" && node.firstChild?.firstChild?.name === "HistogramQuantile";

/** Of `x and y > 0`, where `x` is a quantile: what is in `y > 0`. */
const isQuantileGuard = (node: Node, textOf: TextOf): boolean => {
  const and = outer(node);
  return (
    isAboveZero(node, textOf) &&
    and !== null &&
    hasOne(and, ["And"]) &&
    isSame(and.lastChild, node) &&
    isQuantile(inner(and.firstChild))
  );
};

const isDenominatorGuard = (node: Node, textOf: TextOf): boolean => {
  const division = outer(node);
  return (
    isAboveZero(node, textOf) &&
    division !== null &&
    hasOne(division, ["Div"]) &&
    isSame(inner(division.lastChild), node)
  );
};

/** `… and on () samples >= 30` around it. */
const hasSamples = (node: Node): boolean => {
  const and = operations(node).at(-1);
  const samples = inner(and?.lastChild ?? null);
  return and !== undefined && hasOne(and, ["And"]) && samples !== null && hasOne(samples, ["Gte"]);
};

/** A mistake after which there is a value wherever there was one. */
const widens = ({ at, insert, change }: Edit, textOf: TextOf): boolean => {
  if (at.name === "UnquotedLabelMatcher") return insert === "" || /!(?:=|~)"another"$/.test(insert);
  if (at.name === "NumberDurationLiteralInDurationContext")
    return windowSeconds(insert) > windowSeconds(textOf(at));
  return at.name === "AggregateOp" || change === "rate becomes increase";
};

/** `x * 0` on the right of `or`. */
const isZeroArm = (node: Node, textOf: TextOf): boolean => {
  const or = outer(node);
  return (
    hasOne(node, ["Mul"]) &&
    isNumber(node.lastChild, textOf, 0) &&
    or !== null &&
    isOr(or) &&
    isSame(inner(or.lastChild), node)
  );
};

/** Whether where a node is 0 the alert is silent: nothing is done to it but to divide it, to take from it, and to ask whether it is above a number. */
const zeroIsSilent = (node: Node, textOf: TextOf): boolean => {
  const parent = outer(node);
  if (parent?.name !== "BinaryExpr" || !isLeft(node, parent)) return false;
  if (hasOne(parent, ["Gtr"])) return Number(textOf(inner(parent.lastChild) ?? parent)) >= 0;
  return hasOne(parent, ["Div", "Sub"]) && zeroIsSilent(parent, textOf);
};

/** Whether all that is asked of a node is whether it is above 0. */
const isOnlyOfAnything = (node: Node, textOf: TextOf): boolean => {
  const parent = outer(node);
  if (parent?.name !== "BinaryExpr") return false;
  if (isAboveZero(parent, textOf)) return isLeft(node, parent) && outer(parent)?.name !== "BinaryExpr";
  const isOneLess =
    hasOne(parent, ["Mul", "Add"]) && isLeft(node, parent) && isNumber(parent.lastChild, textOf, -1, 1);
  return (isOneLess || isOr(parent)) && isOnlyOfAnything(parent, textOf);
};

const TIES: Readonly<Record<string, string>> = { ">": ">=", ">=": ">", "<": "<=", "<=": "<" };

/** Mutants that are not made. Each says why no case could tell them from the alert. */
export const EQUIVALENCES: readonly Equivalence[] = [
  {
    reason:
      "A mean or a share of events in time is never exactly its limit: whether the limit itself is wrong is no matter.",
    holds: ({ at, insert }, textOf) => {
      const { parent } = at;
      return (
        parent !== null &&
        TIES[textOf(at)] === insert &&
        !isNumber(inner(parent.lastChild), textOf, 0) &&
        /(?:\brate|\bavg_over_time)\(|:/.test(textOf(parent)) &&
        !textOf(parent).includes("round(")
      );
    },
  },
  {
    reason:
      "Where there is nothing to divide by, or to take a quantile of, there are not enough samples either: the guard is for panels, which have no samples' arm.",
    holds: ({ at, insert }, textOf) =>
      hasSamples(at) &&
      operations(at).some((guard) => {
        if (!isQuantileGuard(guard, textOf) && !isDenominatorGuard(guard, textOf)) return false;
        const isOwn = isSame(at, guard) || isSame(at.parent, guard);
        return isOwn && (isSame(at, guard) || [">=", "-1"].includes(insert));
      }),
  },
  {
    reason:
      "A quantile's guard asks only whether there is anything: more than that, or so many times as much, is something too.",
    holds: (edit, textOf) =>
      hasSamples(edit.at) &&
      operations(edit.at).some((guard) => isQuantileGuard(guard, textOf) && !isSame(guard, edit.at)) &&
      widens(edit, textOf),
  },
  {
    reason: "Without its guard, a quantile of nothing is NaN, which is above no limit.",
    holds: ({ at, insert }, textOf) =>
      hasOne(at, ["And"]) &&
      at.lastChild !== null &&
      isQuantileGuard(at.lastChild, textOf) &&
      insert === `(${textOf(at.firstChild ?? at)})`,
  },
  {
    reason:
      "A quantile is of shares: so many times as much in every bucket is the same. Every pod has every bucket.",
    holds: ({ at, change }) =>
      ["sum becomes avg", "rate becomes increase"].includes(change) && around(at).some(isQuantile),
  },
  {
    reason:
      "What is 0 is above no limit, and what is not there neither: of `or x * 0`, which panels show as 0, it is no matter what `x` is.",
    holds: ({ at, insert }, textOf) => {
      const arm = operations(at).find((each) => isZeroArm(each, textOf));
      if (arm !== undefined) {
        const or = outer(arm);
        return (
          or !== null && zeroIsSilent(or, textOf) && arm.firstChild !== null && at.to <= arm.firstChild.to
        );
      }
      const right = isOr(at) ? inner(at.lastChild) : null;
      return (
        right !== null &&
        isZeroArm(right, textOf) &&
        zeroIsSilent(at, textOf) &&
        insert === `(${textOf(at.firstChild ?? at)})`
      );
    },
  },
  {
    reason: "Times 0 it is 0, however it is summed up.",
    holds: ({ at }, textOf) =>
      ["AggregateOp", "FunctionIdentifier"].includes(at.name) &&
      operations(at).some((arm) => isZeroArm(arm, textOf) && isLeft(at, arm)),
  },
  {
    reason:
      "Of `x * 0` divided by `x`: where `x` is not there, nothing is; and what is there as samples is there as well.",
    holds: (edit, textOf) => {
      const { at } = edit;
      const arm = operations(at).find((each) => isZeroArm(each, textOf));
      const division = arm && outer(outer(arm) ?? arm);
      if (!arm?.firstChild || !division || !hasOne(division, ["Div"]) || !isLeft(at, arm)) return false;
      const whole = textOf(arm.firstChild);
      const changed = whole.slice(0, at.from - arm.from) + edit.insert + whole.slice(at.to - arm.from);
      const isThere =
        widens(edit, textOf) ||
        (hasSamples(at) && textOf(operations(at).at(-1)?.lastChild ?? at).includes(changed));
      return isThere && textOf(division.lastChild ?? at).includes(whole);
    },
  },
  {
    reason: "Of counts, none of which is below 0, the highest, the mean and the sum are above 0 together.",
    holds: ({ at, change }, textOf) =>
      ["max becomes sum", "sum becomes max", "sum becomes avg"].includes(change) &&
      at.parent !== null &&
      isOnlyOfAnything(at.parent, textOf),
  },
  {
    reason:
      "Both sides of a division are of the same containers: what one side lets in by mistake meets nothing on the other, which leaves it out.",
    holds: (edit, textOf) => {
      const { at } = edit;
      const division = operations(at).find((each) => hasOne(each, ["Div"]));
      const label = at.getChild("LabelName");
      if (at.name !== "UnquotedLabelMatcher" || !division?.firstChild || !division.lastChild || !label)
        return false;
      const other = isLeft(at, division) ? division.lastChild : division.firstChild;
      const by = isLeft(at, division) ? division.firstChild : division.lastChild;
      return (
        widens(edit, textOf) &&
        textOf(other).includes(textOf(at)) &&
        [by, other].every((side) => new RegExp(`by \\([^)]*\\b${textOf(label)}\\b`).test(textOf(side)))
      );
    },
  },
  {
    reason: "Times -1 is divided by -1.",
    holds: ({ at, change }, textOf) =>
      change === "* becomes /" && isNumber(at.parent?.lastChild ?? null, textOf, -1, 1),
  },
  {
    reason: "What is counted is series: which of its values each has is no matter.",
    holds: ({ at }) =>
      at.name === "FunctionIdentifier" &&
      around(at).some(
        ({ name, firstChild }) => name === "AggregateExpr" && firstChild?.firstChild?.name === "Count",
      ),
  },
];

const isEquivalent = (edit: Edit, textOf: TextOf): boolean =>
  EQUIVALENCES.some(({ holds }) => holds(edit, textOf));

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
  return found.filter((edit) => !isEquivalent(edit, textOf));
};

/** A matcher that is left out leaves its comma behind, which PromQL takes last alone. */
const tidy = (expr: string): string => expr.replaceAll(/([{,])\s*,\s*/g, "$1 ").replaceAll("{ ", "{");

/** Each mistake in the condition, without those that change nothing ({@link EQUIVALENCES}) and those that make two the same. Errors: a range that is no fixed span of time. */
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
