/**
 * A planned dashboard in Grafana's classic model (schema v1), which sidecars and GrafanaDashboard take, by the builders
 * of the Foundation SDK. Pure.
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import * as sdk from "@grafana/grafana-foundation-sdk/dashboard";
import * as logs from "@grafana/grafana-foundation-sdk/logs";
import * as loki from "@grafana/grafana-foundation-sdk/loki";
import * as pie from "@grafana/grafana-foundation-sdk/piechart";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as states from "@grafana/grafana-foundation-sdk/statetimeline";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { Severity } from "../objectives/objective";
import type { PanelThreshold } from "./dashboard";
import type { PlacedPanel, PlacedRow } from "./place";
import type { PanelPlan, Query, Source, View } from "./plan";

/** The variable that holds the data source, under the name and label that Grafana's dashboard-linter asks for. */
const VARIABLES = {
  prometheus: { name: "prometheus_datasource", label: "Prometheus data source" },
  loki: { name: "loki_datasource", label: "Loki data source" },
} as const satisfies Readonly<Record<Source, object>>;

const reference = (source: Source) => ({ type: source, uid: `\${${VARIABLES[source].name}}` });

/** Of a line that crosses no alert's limit, but a gate's, a load test's or a service level's. */
const NO_ALERT = "purple";
const GOOD = "green";
const COLOURS: Readonly<Record<Severity, string>> = { critical: "red", warning: "orange", info: "blue" };

const colourOf = ({ severity }: Line): string => (severity === undefined ? NO_ALERT : COLOURS[severity]);

/** Grafana colours what is at a step too: where none may be, the first wrong count is 1. */
const firstWrong = ({ value, wrong }: Line): number => (wrong === "above" && value === 0 ? 1 : value);

type Line = Omit<PanelThreshold, "objective">;

const linesOf = ({ thresholds, lines = [] }: PanelPlan): readonly Line[] =>
  [...thresholds, ...lines].sort((a, b) => a.value - b.value);

/** Grafana colours from a step upwards: what is wrong below a line has its colour beneath it. */
function steps(lines: readonly Line[]): sdk.Threshold[] {
  const [first] = lines;
  const below = first?.wrong === "below";
  return [
    { value: null, color: below ? colourOf(first) : GOOD },
    ...lines.map((line, index) => {
      const next = lines[index + 1];
      const above = below ? next && colourOf(next) : colourOf(line);
      return { value: firstWrong(line), color: above ?? GOOD };
    }),
  ];
}

const limits = (plan: PanelPlan) =>
  new sdk.ThresholdsConfigBuilder().mode(sdk.ThresholdsMode.Absolute).steps(steps(linesOf(plan)));

const legend = () =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);

/** How far above a limit an axis goes. */
const HEADROOM = 1.25;

const last = () => new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false);

const VIEWS: Readonly<
  Record<
    View,
    (
      plan: PanelPlan,
    ) =>
      | timeseries.PanelBuilder
      | stat.PanelBuilder
      | table.PanelBuilder
      | states.PanelBuilder
      | pie.PanelBuilder
      | logs.PanelBuilder
  >
> = {
  timeseries: (plan) => {
    const builder = new timeseries.PanelBuilder()
      .legend(legend())
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
      .lineInterpolation(LineInterpolation.Linear)
      .showPoints(VisibilityMode.Never)
      .fillOpacity(10)
      .lineWidth(2)
      .axisSoftMin(0);
    const [nearest] = [...linesOf(plan)].sort(
      (a, b) => Number(a.severity === undefined) - Number(b.severity === undefined) || a.value - b.value,
    );
    if (nearest === undefined) return builder;
    const dashed = new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
    // The first alert's limit is in the picture while all is well.
    return builder.thresholdsStyle(dashed).axisSoftMax(firstWrong(nearest) * HEADROOM);
  },
  stat: () =>
    new stat.PanelBuilder()
      .reduceOptions(last())
      .textMode(BigValueTextMode.Auto)
      .colorMode(BigValueColorMode.Value)
      .graphMode(BigValueGraphMode.Area),
  table: () => new table.PanelBuilder().showHeader(true),
  states: () => new states.PanelBuilder().showValue(VisibilityMode.Auto).rowHeight(0.9),
  pie: () =>
    new pie.PanelBuilder()
      .reduceOptions(last())
      .pieType(pie.PieChartType.Donut)
      .legend(
        new pie.PieChartLegendOptionsBuilder()
          .displayMode(LegendDisplayMode.Table)
          .placement(LegendPlacement.Right)
          .showLegend(true)
          .values([pie.PieChartLegendValues.Value, pie.PieChartLegendValues.Percent]),
      ),
  logs: () => new logs.PanelBuilder().showTime(true).wrapLogMessage(true).enableLogDetails(true),
};

function target({ expression, legend: name, step }: Query, index: number, view: View, source: Source) {
  // Letters as Grafana gives them; the builders leave a target without.
  const refId = String.fromCharCode("A".charCodeAt(0) + index);
  if (source === "loki") {
    const query = new loki.DataqueryBuilder()
      .refId(refId)
      .datasource(reference(source))
      .expr(expression)
      .queryType("range")
      .legendFormat(name);
    return step === undefined ? query : query.step(step);
  }
  const query = new prometheus.DataqueryBuilder()
    .refId(refId)
    .datasource(reference(source))
    .expr(expression)
    .legendFormat(name);
  const { TimeSeries, Table } = prometheus.PromQueryFormat;
  if (view === "table") return query.instant().format(Table);
  return (view === "pie" ? query.instant() : query.range()).format(TimeSeries);
}

/** A panel's text under its title. */
export interface Described extends PlacedPanel {
  readonly description: string;
}

function panel(placed: Described, source: Source) {
  const { id, grid, title, description, unit, view, queries } = placed;
  return VIEWS[view](placed)
    .id(id)
    .gridPos(grid)
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(reference(source))
    .thresholds(limits(placed))
    .targets(queries.map((query, index) => target(query, index, view, source)));
}

const row = ({ id, grid, title }: PlacedRow) => new sdk.RowBuilder(title).id(id).gridPos(grid);

const chosen = (name: string) => ({ text: name, value: name });

const dataSource = (source: Source, name: string) =>
  new sdk.DatasourceVariableBuilder(VARIABLES[source].name)
    .label(VARIABLES[source].label)
    .type(source)
    .current(chosen(name));

const scraped = (label: "job" | "instance", capital: string, namespace: string) =>
  new sdk.QueryVariableBuilder(label)
    .label(capital)
    .datasource(reference("prometheus"))
    .query(`label_values(up{namespace="${namespace}"}, ${label})`)
    .refresh(sdk.VariableRefresh.OnTimeRangeChanged)
    .sort(sdk.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(".+")
    .current({ text: ["All"], value: ["$__all"] });

/** One query that marks moments on every panel. */
export interface Mark {
  readonly name: string;
  readonly colour: string;
  readonly expression: string;
  readonly text: string;
  /** Whether the value is the moment, in milliseconds. @default false */
  readonly valueIsTime?: true;
}

// What Grafana puts into each dashboard that it makes itself; without it a dashboard shows no annotations of its own.
const builtIn = () =>
  new sdk.AnnotationQueryBuilder()
    .name("Annotations & Alerts")
    .datasource({ type: "grafana", uid: "-- Grafana --" })
    .builtIn(1)
    .enable(true)
    .hide(true)
    .iconColor("rgba(0, 211, 255, 1)")
    .type("dashboard");

function annotation({ name, colour, expression, text, valueIsTime }: Mark) {
  const query = new sdk.AnnotationQueryBuilder()
    .name(name)
    .datasource(reference("prometheus"))
    .enable(true)
    .iconColor(colour)
    .expr(expression)
    .titleFormat(name)
    .textFormat(text)
    .step("60s");
  return valueIsTime === undefined ? query : query.useValueForTime(true);
}

const linkTo = (tag: string) =>
  new sdk.DashboardLinkBuilder(tag)
    .type(sdk.DashboardLinkType.Dashboards)
    .tags([tag])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);

/** A dashboard with all its places taken. */
export interface Written {
  readonly uid: string;
  readonly title: string;
  readonly purpose: string;
  readonly tags: readonly string[];
  /** Tags whose dashboards its menus lead to. */
  readonly links: readonly string[];
  readonly source: Source;
  /** Name of the data source that it opens with. */
  readonly dataSource: string;
  readonly namespace: string;
  readonly span: string;
  readonly marks: readonly Mark[];
  readonly rows: readonly { readonly row: PlacedRow; readonly panels: readonly Described[] }[];
}

/** The dashboard as an object that `JSON.stringify` writes the same way each time. */
export function grafanaDashboard(board: Written): sdk.Dashboard {
  const { source } = board;
  const builder = new sdk.DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.purpose)
    .tags([...board.tags])
    .readonly()
    .timezone("utc")
    .tooltip(sdk.DashboardCursorSync.Crosshair)
    .time({ from: `now-${board.span}`, to: "now" })
    .refresh("1m")
    .links(board.links.map(linkTo))
    .withVariable(dataSource(source, board.dataSource))
    .annotations([builtIn(), ...board.marks.map(annotation)]);
  if (source === "prometheus")
    builder
      .withVariable(scraped("job", "Job", board.namespace))
      .withVariable(scraped("instance", "Instance", board.namespace));
  // Open rows have no panels of their own: a row that is given some is collapsed.
  for (const each of board.rows) {
    builder.withRow(row(each.row));
    for (const placed of each.panels) builder.withPanel(panel(placed, source));
  }
  return builder.build();
}
