/** A threshold of a document, once: alerts, SLOs, dashboards, load tests and gates all take it from here. Pure. */
import type { Thresholds } from "../../k6/plan";
import type { Window } from "../promql/expression";
import type { SignalName } from "../signals";

export type Severity = "critical" | "warning" | "info";

/** Where a value is wrong. Units are the signal's: seconds, ratios from 0 to 1, counts. */
export type Limit = { readonly above: number } | { readonly below: number } | { readonly atLeast: number };

/** What the gate does where the objective is not met (row E4). */
export type GateVerdict = "roll back" | "hold";

/** An alert on the objective. */
export interface AlertUse {
  /** CamelCase, as the document has it where it gives a name. */
  readonly name: string;
  readonly severity: Severity;
  /** How long the value must have been wrong. */
  readonly for: Window;
}

/** A service level: the share of good events over a period, alerted on by burn rate. */
export interface ServiceLevel {
  /** Share of good events, 0 to 1, e.g. 0.999. */
  readonly target: number;
  readonly periodDays: 28 | 30;
  /** Its alert's name; the severities are `critical` for the fast burns and `warning` for the slow. */
  readonly name: string;
}

/** The objective in a k6 plan: which of its thresholds it is, in the plan's own unit. */
export interface LoadUse {
  readonly threshold: keyof Thresholds;
}

/** One threshold of one document. */
export interface Objective {
  /** `<system>/<what>`, e.g. `enova/error-rate`. */
  readonly id: string;
  /** Rows of the requirements. */
  readonly rows: readonly string[];
  readonly signal: SignalName;
  /** What it is called, where another of its signal would be told by the same words, e.g. `error rate`. @default - the signal's own words */
  readonly called?: string;
  /** Services, or CronJobs of backups, that it is of, by name. @default - each that the signal can be asked of */
  readonly services?: readonly string[];
  readonly limit: Limit;
  /** Of `slowRatio`: seconds above which a request counts as slow. */
  readonly slowerThan?: number;
  /** Over which the value is read. */
  readonly window: Window;
  readonly alert?: AlertUse;
  readonly level?: ServiceLevel;
  readonly gate?: GateVerdict;
  readonly load?: LoadUse;
  /** Why the stack raises no alert of it; it is still a line of its panel, a load's threshold and a gate's rule. */
  readonly off?: string;
}
