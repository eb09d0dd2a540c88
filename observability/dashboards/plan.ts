/** What a dashboard is to hold, before it is written as Grafana's JSON. Pure. */
import type { Window } from "../promql/expression";
import type { SignalName } from "../signals";
import type { PanelThreshold } from "./dashboard";

/** How a panel is drawn. */
export type View = "timeseries" | "stat" | "table" | "states" | "pie" | "logs";

export interface Query {
  readonly expression: string;
  /** Name of its lines; `{{label}}` stands for a label's value. */
  readonly legend: string;
  /** Time between two points, which is what Loki's `$__auto` stands for. @default - as the picture's width has it */
  readonly step?: Window;
}

export interface PanelPlan {
  readonly title: string;
  /** What it is for. */
  readonly purpose: string;
  /** As Grafana names it. */
  readonly unit: string;
  readonly view: View;
  readonly queries: readonly Query[];
  readonly signals: readonly SignalName[];
  /** {@link readingKey} of the readings whose alerts it tells of. */
  readonly readings: readonly string[];
  readonly thresholds: readonly PanelThreshold[];
  /** Further lines, of no objective's own limit. @default - none */
  readonly lines?: readonly Omit<PanelThreshold, "objective">[];
}

export interface RowPlan {
  readonly title: string;
  readonly panels: readonly PanelPlan[];
}

/** The data source that answers all queries of a dashboard. */
export type Source = "prometheus" | "loki";

export interface BoardPlan {
  readonly title: string;
  readonly purpose: string;
  readonly source: Source;
  /** Time that it opens with, back from now. */
  readonly span: "6h" | "48h" | "30d";
  readonly rows: readonly RowPlan[];
}
