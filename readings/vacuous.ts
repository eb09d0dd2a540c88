/** Questions that have an answer though nothing is scraped: a rule of them would pass with no data. Pure. */
import { parser } from "@prometheus-io/lezer-promql";
import type { Rule } from "../rollout/rule";

type Node = ReturnType<typeof parser.parse>["topNode"];

/** Functions that answer where their argument has nothing. */
const OF_NOTHING: readonly string[] = ["absent", "absent_over_time", "scalar"];

function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** Whether PromQL gives a value of series that are not there. */
export function answersWithoutData(promql: string): boolean {
  return answers(parser.parse(promql).topNode, promql);
}

function answers(node: Node, text: string): boolean {
  const children = childrenOf(node);
  switch (node.name) {
    case "NumberDurationLiteral":
    case "NumberLiteral":
    case "StringLiteral":
      return true;
    case "VectorSelector":
      return false;
    case "BinaryExpr":
      return binary(node, text);
    case "FunctionCall":
      return called(node, text);
    case "AggregateExpr":
      return argumentsOf(node).every((child) => answers(child, text));
    default:
      return operands(children).some((child) => answers(child, text));
  }
}

/** What a node is made of that has a value of its own. */
const operands = (nodes: readonly Node[]): readonly Node[] =>
  nodes.filter(({ name }) => VALUES.includes(name));

const VALUES: readonly string[] = [
  "NumberDurationLiteral",
  "NumberLiteral",
  "StringLiteral",
  "VectorSelector",
  "BinaryExpr",
  "FunctionCall",
  "AggregateExpr",
  "ParenExpr",
  "UnaryExpr",
  "MatrixSelector",
  "SubqueryExpr",
  "OffsetExpr",
  "StepInvariantExpr",
];

function binary(node: Node, text: string): boolean {
  const [left, right] = operands(childrenOf(node)).map((child) => answers(child, text));
  if (node.getChild("Or") !== null) return left === true || right === true;
  if (node.getChild("Unless") !== null) return left === true;
  return left === true && right === true;
}

const argumentsOf = (node: Node): readonly Node[] => {
  const body = node.getChild("FunctionCallBody");
  return body === null ? [] : operands(childrenOf(body));
};

/** Without an argument that reads series it is a constant, or the time. */
function called(node: Node, text: string): boolean {
  const identifier = node.getChild("FunctionIdentifier");
  const name = identifier === null ? "" : text.slice(identifier.from, identifier.to);
  return OF_NOTHING.includes(name) || argumentsOf(node).every((child) => answers(child, text));
}

/** As Loki has them: a constant, and what answers where there is no line. */
const LOGQL = /\b(?:vector|absent_over_time)\s*\(/;

const answersOf = ({ source }: Pick<Rule, "source">, query: string): boolean =>
  source === "loki" ? LOGQL.test(query) : source === "prometheus" && answersWithoutData(query);

/** Why a rule would pass with no data, by the field to mend; none where it would not. */
export function vacuousProblems(rule: Rule): readonly { readonly field: string; readonly message: string }[] {
  const { source, query, samples, minimumSamples, emptyIsZero = false, limit, unit } = rule;
  const isCounted = samples !== undefined && minimumSamples > 0 && !answersOf(rule, samples);
  const constant = "it has a value though nothing is scraped";
  const problems: { field: string; message: string }[] = [];
  if (samples !== undefined && answersOf(rule, samples)) {
    problems.push({ field: "samples", message: `${constant}: no number of samples would be too few` });
  }
  if (!isCounted && answersOf(rule, query)) {
    const mend = "ask for what is measured, or count its samples in samples";
    problems.push({ field: source, message: `${constant}: the rule could pass with no data; ${mend}` });
  }
  if (!isCounted && emptyIsZero) {
    const message = "expected samples, at least one: the rule could pass with no data";
    problems.push({ field: "emptyIsZero", message });
  }
  if (unit === "ratio" && "above" in limit && limit.above >= 1) {
    problems.push({
      field: "above",
      message: "a ratio is never above 1: expected less, such as 0.01 for 1 %",
    });
  }
  if ("below" in limit && limit.below <= 0 && unit !== "timestamp") {
    problems.push({ field: "below", message: `no ${unit} is ever below 0: expected more` });
  }
  return problems;
}

/** Why rules together could pass with no data: an Alertmanager that nobody tells anything has no alert either. */
export function vacuousSet(rules: readonly Rule[]): string | undefined {
  if (rules.length === 0) return "expected at least one rule: none could fail";
  return rules.every(({ source }) => source === "alertmanager")
    ? "expected a rule beside those of Alertmanager: one that nobody tells anything has no alert either, and all would pass"
    : undefined;
}
