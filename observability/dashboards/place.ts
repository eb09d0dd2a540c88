/** Where each panel lies on Grafana's grid of 24 columns, and under which id. Pure. */
import type { PanelPlan, RowPlan, View } from "./plan";

export interface Grid {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface PlacedPanel extends PanelPlan {
  /** From 1, in the order of the dashboard. */
  readonly id: number;
  readonly grid: Grid;
}

export interface PlacedRow {
  readonly id: number;
  readonly title: string;
  readonly grid: Grid;
}

export interface PlacedRows {
  readonly row: PlacedRow;
  readonly panels: readonly PlacedPanel[];
}

const COLUMNS = 24;
/** Rows have ids too, above those of panels: a row of id 0 hides panels from links (Grafana issue 15229). */
const ROW_IDS = 1000;

/** Of each view: its height, and how many stand beside each other at most. */
interface Shape {
  readonly height: number;
  readonly most: number;
  /** Views that may stand beside each other. */
  readonly family: "number" | "picture" | "lines";
}

const SHAPES: Readonly<Record<View, Shape>> = {
  stat: { height: 4, most: 4, family: "number" },
  timeseries: { height: 8, most: 4, family: "picture" },
  table: { height: 8, most: 3, family: "picture" },
  states: { height: 6, most: 3, family: "picture" },
  pie: { height: 8, most: 4, family: "picture" },
  logs: { height: 8, most: 1, family: "lines" },
};

const shapeOf = ({ view }: PanelPlan): Shape => SHAPES[view];

/** Panels of one family that follow each other. */
function runsOf(panels: readonly PanelPlan[]): readonly (readonly PanelPlan[])[] {
  const runs: PanelPlan[][] = [];
  for (const panel of panels) {
    const run = runs.at(-1);
    if (run?.[0] !== undefined && shapeOf(run[0]).family === shapeOf(panel).family) run.push(panel);
    else runs.push([panel]);
  }
  return runs;
}

/** A run in lines of about the same length, none longer than its views allow. */
function linesOf(run: readonly PanelPlan[]): readonly (readonly PanelPlan[])[] {
  const most = Math.min(...run.map((panel) => shapeOf(panel).most));
  const lines = Math.ceil(run.length / most);
  const start = (line: number) => Math.ceil((line * run.length) / lines);
  return Array.from({ length: lines }, (_, line) => run.slice(start(line), start(line + 1)));
}

/** Rows one under another, each under its title, the panels of a line sharing its width. */
export function place(rows: readonly RowPlan[]): readonly PlacedRows[] {
  let y = 0;
  let id = 0;
  return rows.map(({ title, panels }, index) => {
    const row = { id: ROW_IDS + index, title, grid: { x: 0, y, w: COLUMNS, h: 1 } };
    y += 1;
    const placed = runsOf(panels)
      .flatMap(linesOf)
      .flatMap((line) => {
        const w = Math.floor(COLUMNS / line.length);
        const h = Math.max(...line.map(({ view }) => SHAPES[view].height));
        const top = y;
        y += h;
        return line.map((panel, column): PlacedPanel => {
          id += 1;
          return { ...panel, id, grid: { x: column * w, y: top, w, h } };
        });
      });
    return { row, panels: placed };
  });
}
