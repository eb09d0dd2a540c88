/** What a runbook says of a signal, and of a procedure. Pure. */
import type { Expression } from "../promql/expression";
import type { Text } from "../watched";
import type { Scene } from "./scene";

/** A query that looks further. */
export interface Query {
  readonly what: Text;
  readonly expression: Expression;
}

/** Something to do. */
export interface Step {
  readonly text: Text;
  /** Lines for a shell. */
  readonly run?: string;
  /** Language of `run`, where it is no shell. */
  readonly language?: "sql" | "yaml";
}

/** What to read of the logs. */
export interface LogQuery {
  readonly what: Text;
  /** A regular expression (RE2) that the lines match. @default - all lines */
  readonly pattern?: string;
}

/** The part of a section that its signal decides. */
export interface SignalRunbook {
  /** What is so when the alert fires. */
  readonly meaning: Text;
  /** Who feels it, and how. */
  readonly impact: Text;
  /** The first to ask, in order: where it is, since when, why. */
  readonly queries: (scene: Scene) => readonly [Query, Query, Query];
  /** @default - they say nothing of it */
  readonly logs?: LogQuery;
  /** In order. */
  readonly steps: (scene: Scene) => readonly Step[];
  /** What goes back, beside the ways that the system has; `none`: no version of the code is behind it. @default - those alone */
  readonly procedure?: ProcedureName | "none";
}

export type ProcedureName =
  "back" | "canary" | "corrupt-database" | "lost-secrets" | "failed-worker" | "incident" | "after";

/** A procedure: a section of its own. */
export interface Procedure {
  readonly name: ProcedureName;
  readonly title: Text;
  /** Rows of the requirements that it serves. */
  readonly rows: readonly string[];
  readonly when: Text;
  readonly steps: readonly Step[];
}
