/** One HTML file, without a script or anything from elsewhere, that shows dashboards as Grafana would, with made-up numbers. Pure. */
import type { Dashboard } from "../dashboard";
import { donut, type Size, stat, states, timeseries } from "./chart";
import { escaped } from "./html";
import { type DashboardModel, type PanelModel, readDashboard, type RowModel, type View } from "./model";
import { STYLE } from "./style";
import { type LabelValues, type Line, linesOf } from "./synthetic";
import { valueText } from "./units";

export interface PageArgs {
  /** Name of the stack. */
  readonly stack: string;
  /** Systems with their dashboards, and what their labels' values are. */
  readonly systems: readonly {
    readonly title: string;
    readonly dashboards: readonly Dashboard[];
    readonly labels: LabelValues;
  }[];
}

/** Width of a dashboard, and height of one row of its grid, as Grafana has it. */
const WIDTH = 1568;
const ROW = 38;
const GAP = 8;
const COLUMNS = 24;
const HEADER = 34;

const widthOf = (columns: number): number => (columns * (WIDTH + GAP)) / COLUMNS - GAP;

const sizeOf = ({ gridPos: { w, h } }: PanelModel): Size => ({
  width: Math.floor(widthOf(w)) - 2,
  height: h * ROW - GAP - HEADER - 2,
});

/** The little Markdown that descriptions have. */
const markdown = (text: string): string =>
  text
    .split("\n")
    .map((line) =>
      escaped(line)
        .replace(/^- /, "• ")
        .replace(/\*\*(.+?)\*\*/g, "<b>$1</b>")
        .replace(/`(.+?)`/g, "<code>$1</code>")
        .replace(/\[(.+?)\]\((https:[^)\s]+)\)/g, '<a href="$2">$1</a>'),
    )
    .join("<br>");

const table = ({ fieldConfig }: PanelModel, lines: readonly Line[]): string =>
  `<table>${lines
    .map(({ name, values }) => {
      const value = valueText(values.at(-1) ?? 0, fieldConfig.defaults.unit);
      return `<tr><td>${escaped(name)}</td><td class="number">${escaped(value)}</td></tr>`;
    })
    .join("")}</table>`;

const LOG_LINES = [
  'level=error msg="payment provider answered 504" order=10482 attempt=2',
  'level=error msg="ConcurrencyError: version 7 expected, 8 found" product=311',
  'level=critical msg="connection pool exhausted" waiting=24',
  'level=error msg="timeout exceeded when trying to connect" host=postgres',
  'level=error msg="jwt expired" path=/api/v1/orders',
] as const;

const logs = (): string =>
  `<pre>${LOG_LINES.map((line, index) => `2026-01-15 11:5${9 - index}:0${index}  ${escaped(line)}`).join("\n")}</pre>`;

const DRAW: Readonly<Record<View, (panel: PanelModel, lines: readonly Line[], from: string) => string>> = {
  timeseries: (panel, lines, from) => timeseries(panel, lines, from, sizeOf(panel)),
  stat: (panel, lines) => stat(panel, lines, sizeOf(panel)),
  "state-timeline": (panel, lines, from) => states(panel, lines, from, sizeOf(panel)),
  piechart: (panel, lines) => donut(panel, lines, sizeOf(panel)),
  table,
  logs,
};

const place = ({ x, y, w, h }: PanelModel["gridPos"]): string =>
  `grid-column:${x + 1}/span ${w};grid-row:${y + 1}/span ${h}`;

function panelHtml(panel: PanelModel, alerts: readonly string[], labels: LabelValues, from: string): string {
  const chips = alerts.map((alert) => `<span class="alert">${escaped(alert)}</span>`).join("");
  const picture = DRAW[panel.type](panel, linesOf(panel, labels), from);
  return `<article class="panel" data-panel="${panel.id}" style="${place(panel.gridPos)}">
<h3><span>${escaped(panel.title)}</span>${chips}<i>i</i></h3>
<aside>${markdown(panel.description)}</aside>
<div class="picture ${panel.type}">${picture}</div>
</article>`;
}

const rowHtml = ({ title, gridPos }: RowModel): string =>
  `<h2 class="row" style="${place(gridPos)}">${escaped(title)}</h2>`;

const controls = ({ templating, time }: DashboardModel): string =>
  [
    ...templating.list.map(({ label }, index) => `${label} <b>${index === 0 ? "default" : "All"}</b>`),
    `UTC <b>${time.from} → now</b>`,
  ]
    .map((text) => `<span class="control">${text}</span>`)
    .join("");

function dashboardHtml({ json, folder, panels }: Dashboard, labels: LabelValues): string {
  const model = readDashboard(json);
  const alerts = new Map(panels.map((panel) => [panel.id, panel.alerts]));
  const cells = model.panels.map((each) =>
    each.type === "row" ? rowHtml(each) : panelHtml(each, alerts.get(each.id) ?? [], labels, model.time.from),
  );
  return `<section class="dashboard" id="${escaped(model.uid)}" data-panels="${panels.length}">
<header><p>${escaped(folder)} /</p><h1>${escaped(model.title)}</h1><p>${escaped(model.description)}</p>
<div class="controls">${controls(model)}<span class="synthetic">synthetic data</span></div></header>
<div class="grid">
${cells.join("\n")}
</div>
</section>`;
}

const menu = ({ systems }: PageArgs): string =>
  systems
    .map(
      ({ title, dashboards }) =>
        `<li><b>${escaped(title)}</b> ${dashboards
          .map(
            (each) => `<a href="#${escaped(each.uid)}">${escaped(each.title.replace(`${title} / `, ""))}</a>`,
          )
          .join(" · ")}</li>`,
    )
    .join("\n");

/** The page of a stack. */
export const dashboardsPage = (args: PageArgs): string => `<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<title>Dashboards of ${escaped(args.stack)}</title>
<link rel="icon" href="data:,">
<style>
:root { --width: ${WIDTH}px; --row: ${ROW - GAP}px; --gap: ${GAP}px; }
${STYLE}</style>
</head>
<body>
<nav><h1>Dashboards of <b>${escaped(args.stack)}</b></h1>
<p>Drawn from the JSON that Grafana is given. <strong>The data are synthetic</strong>: no measurement is behind them; rest the pointer on a panel to read what it is for.</p>
<ul>
${menu(args)}
</ul></nav>
${args.systems.flatMap(({ dashboards, labels }) => dashboards.map((each) => dashboardHtml(each, labels))).join("\n")}
</body>
</html>
`;
