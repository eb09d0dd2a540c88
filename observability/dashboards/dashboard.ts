/** A dashboard as Grafana takes it, with what alerts, runbooks and tests need to know of its panels. Pure. */
import type { Severity } from "../objectives/objective";
import type { SignalName } from "../signals";

/** A line across a panel, where an objective has its limit. */
export interface PanelThreshold {
  /** The objective's id. */
  readonly objective: string;
  /** In the signal's unit. */
  readonly value: number;
  /** Which side of the line is wrong. */
  readonly wrong: "above" | "below";
  /** Of its alert. Absent: it has none. */
  readonly severity?: Severity;
}

/** One panel. */
export interface DashboardPanel {
  /** Unique in the dashboard; `viewPanel` of its link. */
  readonly id: number;
  readonly title: string;
  /** Signals that it shows. */
  readonly signals: readonly SignalName[];
  /** Names of the alerts that are told by what it shows. */
  readonly alerts: readonly string[];
  /** Queries of its targets, in their order. */
  readonly expressions: readonly string[];
  readonly thresholds: readonly PanelThreshold[];
}

/** One dashboard of one system of one stack. */
export interface Dashboard {
  /** Stable, at most 40 characters. */
  readonly uid: string;
  readonly title: string;
  /** Name of its file, with `.json`. */
  readonly file: string;
  /** Folder of Grafana's. */
  readonly folder: string;
  /** Text of its file: the classic model (schema v1), without spaces, the same for equal settings. */
  readonly json: string;
  readonly panels: readonly DashboardPanel[];
}
