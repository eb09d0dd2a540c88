/** How fast budgets may burn, and what is recorded of them. Pure. */
import type { Objective, ServiceLevel, Severity } from "../objectives/objective";
import type { Window } from "../promql/expression";
import { windowSeconds } from "../promql/window";
import type { Reading } from "../signals/readings";
import { plain } from "./texts";

/** A burn rate over two windows: the long one shows that it matters, the short one that it goes on. */
export interface Burn {
  readonly severity: Extract<Severity, "critical" | "warning">;
  readonly long: Window;
  readonly short: Window;
  /** How long it must last; kubernetes-mixin's. */
  readonly wait: Window;
  /** Times as fast as would spend the budget within the period. */
  readonly factor: number;
}

/** The workbook's table 5-8, for 30 days, and a day's between. */
export const BURNS: readonly Burn[] = [
  { severity: "critical", long: "1h", short: "5m", wait: "2m", factor: 14.4 },
  { severity: "critical", long: "6h", short: "30m", wait: "15m", factor: 6 },
  { severity: "warning", long: "1d", short: "2h", wait: "1h", factor: 3 },
  { severity: "warning", long: "3d", short: "6h", wait: "3h", factor: 1 },
];

/** Between two evaluations of the group: sums over time count each five minutes so often. */
export const INTERVAL: Window = "1m";
/** Over which the recorded events are counted. */
export const SAMPLE: Window = "5m";
/** How often each event is in a sum over time. */
export const TIMES_COUNTED = windowSeconds(SAMPLE) / windowSeconds(INTERVAL);

/** Bad events that a burn must be made of: one alone pages nobody at night. */
const FEWEST_BAD_EVENTS = 3;

/** The share of bad events that a service level allows. */
export const budgetOf = ({ target }: Pick<ServiceLevel, "target">): number =>
  Number((1 - target).toFixed(10));

/** The share of bad events above which a budget burns too fast. */
export const burnThreshold = (burn: Pick<Burn, "factor">, level: Pick<ServiceLevel, "target">): number =>
  plain(burn.factor * budgetOf(level));

/** Events, within the long window, of which a burn's share is as many as are asked for. */
export const fewestEvents = (burn: Pick<Burn, "factor">, level: Pick<ServiceLevel, "target">): number =>
  Math.ceil(plain(FEWEST_BAD_EVENTS / burnThreshold(burn, level)));

/** Of one service level of one subject. */
export interface Slo {
  readonly objective: Objective;
  readonly level: ServiceLevel;
  readonly reading: Reading;
  readonly labels: {
    readonly namespace: string;
    readonly system: string;
    readonly service: string;
    readonly slo: string;
  };
}
