/** What a rollout asks before it goes on, and what the answer must be. Pure. */
import type { Unit } from "../observability/metrics/metric";
import type { GateVerdict, Limit } from "../observability/objectives/objective";

export type { GateVerdict, Limit, Unit };

/** Who answers. */
export const SOURCES = ["prometheus", "loki", "alertmanager", "health"] as const;
export type Source = (typeof SOURCES)[number];

/** Every unit of a value. */
export const UNITS = [
  "ratio",
  "seconds",
  "milliseconds",
  "requests",
  "count",
  "bytes",
  "cores",
  "timestamp",
] as const satisfies readonly Unit[];

/** The same question of the stable side, and by how much the new one may be worse. */
export interface Comparison {
  /** In the rule's own language and unit. */
  readonly query: string;
  /** How many samples the stable side's value is made of; as many as the rule's own `minimumSamples` are needed. */
  readonly samples?: string;
  /** The most by which the new side's value may exceed the stable side's, in the value's unit. */
  readonly most: number;
}

/** One question with a verdict. */
export interface Rule {
  /** Unique among the rules of a step, e.g. `enova/error-rate frontend`. */
  readonly id: string;
  /** For people, e.g. `error rate of frontend`. */
  readonly title: string;
  readonly source: Source;
  /**
   * Of Prometheus PromQL and of Loki LogQL that give one value; of Alertmanager matchers such as
   * `severity="critical",namespace="enova-staging"`, whose value is the number of alerts that fire; of `health` a URL, whose
   * value is 0 where it answers 2xx and else 1, also where nobody answers.
   */
  readonly query: string;
  /** Asked of the same source: how many samples the value is made of over the window. Absent: one is as good as many. */
  readonly samples?: string;
  /** Fewest samples by which the value counts; 0 where `samples` is absent. */
  readonly minimumSamples: number;
  /** No series is a value of 0, as of a count of log lines, provided that there are samples enough. @default - it is broken */
  readonly emptyIsZero?: boolean;
  /**
   * The value is the share of its samples that are bad: then it fails with fewer than `minimumSamples`, too, where so many bad
   * ones cannot be chance. @default - it fails with enough samples only
   */
  readonly isShare?: boolean;
  /** Where the value is wrong. */
  readonly limit: Limit;
  /** Of the value and the limit; a ratio is 0 to 1. */
  readonly unit: Unit;
  /** Over which the value is read; 0 where it is of this moment. */
  readonly windowSeconds: number;
  readonly onFail: GateVerdict;
  /** Evaluations in a row that must fail before the rule has failed; until then the rollout holds. 1: at once. */
  readonly failsInARow: number;
  /**
   * Of rules that users write (`golive gate`, Flagger, Argo Rollouts); golive's own compare the sides in one query,
   * `canary-error-excess`, since their alerts do. @default - not compared with the stable side
   */
  readonly stable?: Comparison;
  /** Service that it is of, by its name in the settings' own Deployment; absent where it is of the whole system. */
  readonly service?: string;
  /** Objective that it comes from, e.g. `enova/error-rate`; absent where it comes from none. */
  readonly objective?: string;
}

/** Whether a value is wrong. */
export function exceeds(limit: Limit, value: number): boolean {
  if ("above" in limit) return value > limit.above;
  return "below" in limit ? value < limit.below : value >= limit.atLeast;
}
