import type { Field } from "./field";

/** Whether a selector picks labels: `unknown` where a value that decides it is known only at `up`. */
export type Match = "yes" | "no" | "unknown";

/** All of several conditions: one "no" decides, whatever is not known beside it. */
export function every(matches: readonly Match[]): Match {
  if (matches.includes("no")) return "no";
  return matches.includes("unknown") ? "unknown" : "yes";
}

/** Any of several conditions: one "yes" decides, whatever is not known beside it. */
export function some(matches: readonly Match[]): Match {
  if (matches.includes("yes")) return "yes";
  return matches.includes("unknown") ? "unknown" : "no";
}

/**
 * Whether a label selector picks labels, as Kubernetes' apimachinery does: `matchLabels` and `matchExpressions` all hold, one without either
 * picks everything, and `NotIn` holds for labels without the key. An operator that Kubernetes does not know picks nothing.
 */
export function selects(selector: Field, labels: Field): Match {
  if (selector.unknown) return "unknown";
  const expressions = selector.at("matchExpressions");
  if (expressions.unknown) return "unknown";
  return every([
    matchesAll(selector.at("matchLabels"), labels),
    ...expressions.items().map((expression) => matchesExpression(expression, labels)),
  ]);
}

/** Whether labels hold every pair of a map, as a Service's selector and `matchLabels` ask. */
export function matchesAll(pairs: Field, labels: Field): Match {
  if (pairs.unknown) return "unknown";
  return every(pairs.keys().map((key) => isOneOf(labels, key, [pairs.at(key)])));
}

type Operator = (labels: Field, key: string, values: readonly Field[]) => Match;

const operators = new Map<string | undefined, Operator>([
  ["In", isOneOf],
  ["NotIn", (labels, key, values) => not(isOneOf(labels, key, values))],
  ["Exists", has],
  ["DoesNotExist", (labels, key) => not(has(labels, key))],
]);

function matchesExpression(expression: Field, labels: Field): Match {
  const [key, operator] = [expression.at("key"), expression.at("operator")];
  if (key.unknown || operator.unknown) return "unknown";
  return operators.get(operator.text())?.(labels, key.text() ?? "", valuesOf(expression)) ?? "no";
}

/** The values of an expression; a list that is not known is one value that is not known. */
function valuesOf(expression: Field): readonly Field[] {
  const values = expression.at("values");
  return values.unknown ? [values] : values.items();
}

function isOneOf(labels: Field, key: string, values: readonly Field[]): Match {
  const present = has(labels, key);
  if (present !== "yes") return present;
  const label = labels.at(key);
  return some(values.map((value) => same(label, value)));
}

function same(label: Field, value: Field): Match {
  if (label.unknown || value.unknown) return "unknown";
  return (label.text() ?? "") === (value.text() ?? "") ? "yes" : "no";
}

function has(labels: Field, key: string): Match {
  if (labels.unknown) return "unknown";
  return labels.keys().includes(key) ? "yes" : "no";
}

const opposites = { yes: "no", no: "yes", unknown: "unknown" } as const;

const not = (match: Match): Match => opposites[match];
