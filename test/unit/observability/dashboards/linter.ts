/**
 * The 17 rules of Grafana's dashboard-linter, written from what its code does; it cannot be built where golive is tested.
 * https://github.com/grafana/dashboard-linter/tree/main/docs/rules
 */
import { parser } from "@prometheus-io/lezer-promql";
import * as z from "zod";

const source = z.object({ type: z.string(), uid: z.string() });

const target = z.object({ refId: z.string(), expr: z.string(), datasource: source });

export const panelSchema = z.object({
  type: z.string(),
  id: z.number(),
  title: z.string(),
  description: z.string().default(""),
  datasource: source.optional(),
  targets: z.array(target).default([]),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string().default("") }) }).optional(),
});

const variable = z.object({
  type: z.string(),
  name: z.string(),
  label: z.string().default(""),
  query: z.string().default(""),
  datasource: source.optional(),
  multi: z.boolean().default(false),
  allValue: z.string().default(""),
  refresh: z.number().default(0),
});

export const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  editable: z.boolean(),
  panels: z.array(panelSchema),
  templating: z.object({ list: z.array(variable) }),
});

export type Dashboard = z.output<typeof dashboardSchema>;
type Panel = z.output<typeof panelSchema>;
type Target = z.output<typeof target>;
export type Rule = (dashboard: Dashboard) => readonly string[];

const only =
  (problem: string) =>
  (holds: boolean): readonly string[] =>
    holds ? [] : [problem];

const sources = ({ templating }: Dashboard) => templating.list.filter(({ type }) => type === "datasource");
const isOfPrometheus = (dashboard: Dashboard): boolean => sources(dashboard)[0]?.query === "prometheus";

/** Panels that a rule of panels looks at. */
const PICTURED = new Set(["stat", "gauge", "timeseries", "table"]);
/** Panels whose queries are looked at. */
const QUERIED = new Set(["table", "stat", "state-timeline", "timeseries"]);

const ofPanels =
  (check: (panel: Panel, dashboard: Dashboard) => readonly string[]): Rule =>
  (dashboard) =>
    dashboard.panels
      .filter(({ type }) => PICTURED.has(type))
      .flatMap((panel) => check(panel, dashboard).map((problem) => `${panel.title}: ${problem}`));

const ofTargets =
  (applies: (dashboard: Dashboard) => boolean, check: (target: Target) => readonly string[]): Rule =>
  (dashboard) =>
    applies(dashboard)
      ? dashboard.panels
          .filter(({ type }) => QUERIED.has(type))
          .flatMap(({ title, targets }) =>
            targets.flatMap((one) => check(one).map((problem) => `${title}: ${problem}: ${one.expr}`)),
          )
      : [];

const ofPromql = (check: (target: Target) => readonly string[]) => ofTargets(isOfPrometheus, check);
const ofLogql = (check: (target: Target) => readonly string[]) =>
  ofTargets((dashboard) => sources(dashboard)[0]?.query === "loki", check);

type Node = ReturnType<typeof parser.parse>["topNode"];

/** What stands for `$__rate_interval` while a query is parsed: a time that nobody writes. */
const RATE_INTERVAL = "8869990787ms";

const filled = (promql: string): string => promql.replaceAll("$__rate_interval", RATE_INTERVAL);

function nodesOf(promql: string): readonly Node[] {
  const nodes: Node[] = [];
  parser.parse(filled(promql)).iterate({ enter: ({ node }) => void nodes.push(node) });
  return nodes;
}

const parses = (promql: string): boolean =>
  promql !== "" && nodesOf(promql).every(({ type }) => !type.isError);

const textOf = ({ from, to }: Node, promql: string): string => filled(promql).slice(from, to);

const selectors = (promql: string): readonly string[] =>
  nodesOf(promql)
    .filter(({ name }) => name === "VectorSelector")
    .map((node) => textOf(node, promql));

/** Functions of ranges with what they are given. */
const calls = (promql: string) =>
  nodesOf(promql)
    .filter(({ name }) => name === "MatrixSelector")
    .map((node) => {
      const call = node.parent?.parent ?? node;
      return { name: /^\w+/.exec(textOf(call, promql))?.[0] ?? "", range: textOf(node, promql) };
    });

const template =
  (name: "job" | "instance", label: string): Rule =>
  (dashboard) => {
    if (!isOfPrometheus(dashboard)) return [];
    const found = dashboard.templating.list.find((one) => one.name === name);
    if (found === undefined) return [`the variable ${name} is missing`];
    const uids = ["datasource", "prometheus_datasource"].flatMap((one) => [`$${one}`, `\${${one}}`]);
    return [
      ...only(`${name} is not a query`)(found.type === "query"),
      ...only(`${name} has another data source`)(uids.includes(found.datasource?.uid ?? "")),
      ...only(`${name} is not labelled ${label}`)(found.label === label),
      ...only(`${name} takes one value alone`)(found.multi),
      ...only(`${name} has not .+ for all`)(found.allValue === ".+"),
    ];
  };

const matches = (label: "job" | "instance") =>
  ofPromql(({ expr }) =>
    selectors(expr)
      .filter((selector) => !selector.includes(`${label}=~"$${label}"`))
      .map((selector) => `${selector} has no matcher ${label}=~"$${label}"`),
  );

const NAMES: Readonly<Record<string, string>> = { prometheus: "Prometheus", loki: "Loki" };

/** Units that golive uses, all of them in the linter's list. */
const UNITS = ["none", "short", "percent", "percentunit", "bytes", "dateTimeAsIso", "s", "ms", "reqps"];

export const RULES = {
  "template-datasource-rule": (dashboard) => {
    const found = sources(dashboard);
    return [
      ...only("no variable for the data source")(found.length > 0),
      ...found.flatMap(({ name, label, query }) => [
        ...only(`${name} is not named for ${query}`)(
          name === `${query}_datasource` || (found.length === 1 && name === "datasource"),
        ),
        ...only(`${label} is not a label for ${query}`)(
          label === `${NAMES[query] ?? query} data source` || (found.length === 1 && label === "Data source"),
        ),
      ]),
    ];
  },
  "template-job-rule": template("job", "Job"),
  "template-instance-rule": template("instance", "Instance"),
  "template-label-promql-rule": (dashboard) =>
    !isOfPrometheus(dashboard)
      ? []
      : dashboard.templating.list
          .filter(({ type }) => type === "query")
          .flatMap(({ name, query }) => {
            const [, called = "", selector = ""] = /^([a-z_]+)\((.+), \w+\)$/.exec(query) ?? [];
            const known = ["label_names", "label_values", "metrics", "query_result"].includes(called);
            return only(`${name} asks ${query}`)(known && parses(selector));
          }),
  "template-on-time-change-reload-rule": (dashboard) =>
    dashboard.templating.list
      .filter(({ type }) => type === "query")
      .flatMap(({ name, refresh }) => only(`${name} is not asked again`)(refresh === 2)),
  "panel-datasource-rule": ofPanels(({ datasource }, dashboard) =>
    only("another data source than the variable's")(
      sources(dashboard).some(({ name }) => [`$${name}`, `\${${name}}`].includes(datasource?.uid ?? "")),
    ),
  ),
  "panel-title-description-rule": ofPanels(({ title, description }) =>
    only("no title or no description")(title !== "" && description !== ""),
  ),
  "panel-units-rule": ofPanels(({ fieldConfig }) =>
    only("no valid unit")(UNITS.includes(fieldConfig?.defaults.unit ?? "")),
  ),
  "panel-no-targets-rule": ofPanels(({ targets }) => only("no target")(targets.length > 0)),
  "target-logql-rule": ofLogql(({ expr }) =>
    only("no LogQL")(/\{\w+=~?"[^"]*"\}/.test(expr) && balanced(expr)),
  ),
  "target-logql-auto-rule": ofLogql(({ expr }) =>
    only("a fixed time")(!/\[\d+\w\]/.test(expr) || expr.includes("$__auto")),
  ),
  "target-promql-rule": ofPromql(({ expr }) => only("no PromQL")(parses(expr))),
  "target-rate-interval-rule": ofPromql(({ expr }) =>
    calls(expr)
      .filter(({ name, range }) => ["rate", "irate"].includes(name) && !range.includes(`[${RATE_INTERVAL}]`))
      .map(() => "a rate over a fixed time"),
  ),
  "target-job-rule": matches("job"),
  "target-instance-rule": matches("instance"),
  "target-counter-agg-rule": ofPromql(({ expr }) => {
    const counters = selectors(expr).filter((selector) => /^\w+_total\b/.test(selector)).length;
    const read = calls(expr).filter(
      ({ name, range }) => ["rate", "irate", "increase"].includes(name) && /^\w+_total\b/.test(range),
    ).length;
    return only("a raw counter")(counters === read);
  }),
  "uneditable-dashboard-rule": ({ editable }) => only("it can be edited")(!editable),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof RULES;

function balanced(logql: string): boolean {
  const bare = logql.replace(/"(\\.|[^"\\])*"/g, "");
  return Array.from("(){}[]").every((bracket, index, all) => {
    const partner = all[index % 2 === 0 ? index + 1 : index - 1] ?? "";
    return bare.split(bracket).length === bare.split(partner).length;
  });
}

/** What golive leaves out, as the linter's own file `.lint` would have it. */
export const EXCLUSIONS: Readonly<Partial<Record<RuleName, string>>> = {
  "target-job-rule":
    "A panel shows what its alert reads: one service by its namespace and name, whatever job scraped it. The job is a filter of the panel on targets.",
  "target-instance-rule":
    "A panel shows what its alert reads: all pods of a service as one. The instance is a filter of the panel on targets.",
};

/** Problems of a dashboard, each after its rule's name. */
export const lint = (dashboard: Dashboard): readonly string[] =>
  Object.entries<Rule>(RULES)
    .filter(([name]) => !(name in EXCLUSIONS))
    .flatMap(([name, rule]) => rule(dashboard).map((problem) => `${name}: ${problem}`));
