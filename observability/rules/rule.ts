/** Rules as Prometheus and Loki's ruler take them, with what their proof, route, panel and runbook need. Pure. */
import type { Objective, Severity } from "../objectives/objective";
import type { Expression, Window } from "../promql/expression";
import type { SignalName } from "../signals";
import type { InputSeries, Subject } from "../signals/signal";

/** Labels that every alert has, fixed, so that the operator's namespace matcher lets it pass (observability.md, P1). */
export interface AlertLabels {
  readonly severity: Severity | "none";
  readonly namespace: string;
  readonly system: string;
  readonly service: string;
  /** Further ones, such as `escalation`. */
  readonly [label: string]: string;
}

/** Series under which an alert stays silent, or fires, for a stated reason. */
export interface ProofCase {
  readonly name: string;
  /** Seconds between two samples, and between two evaluations. */
  readonly stepSeconds: number;
  /** Seconds after the first sample at which it is judged. */
  readonly seconds: number;
  readonly series: () => readonly InputSeries[];
  readonly fires: boolean;
}

/** What an alert's series must be to set it off, and what they may be while it stays silent. */
export interface AlertProof {
  readonly cases: readonly ProofCase[];
}

export interface AlertRule {
  readonly kind: "alert";
  /** CamelCase. */
  readonly name: string;
  readonly expression: Expression;
  readonly for: Window;
  /** @default - it resolves as soon as the expression gives nothing */
  readonly keepFiringFor?: Window;
  readonly labels: AlertLabels;
  /** A fixed sentence: a capital first, a full stop last. */
  readonly summary: string;
  /** With at least one `{{ }}`: the value, humanized. */
  readonly description: string;
  /** What its runbook and its panel are chosen by. */
  readonly signal: SignalName;
  readonly subject: Subject;
  /** Absent: it comes from no document, e.g. an exporter that is down. */
  readonly objective?: Objective;
  readonly proof: AlertProof;
}

export interface RecordingRule {
  readonly kind: "record";
  /** `level:metric:operations`. */
  readonly record: `${string}:${string}:${string}`;
  readonly expression: Expression;
  readonly labels: Readonly<Record<string, string>>;
}

export type Rule = AlertRule | RecordingRule;

export interface RuleGroup {
  /** Unique in the stack. */
  readonly name: string;
  readonly interval: Window;
  readonly rules: readonly Rule[];
}

/** The alerts among the rules of groups. */
export const alertsOf = (groups: readonly RuleGroup[]): readonly AlertRule[] =>
  groups.flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === "alert" ? [rule] : [])));
