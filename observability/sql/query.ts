/**
 * The questions to a system's database: one list a system, which its migration's verification, its restore drill, the SQL
 * exporter and its runbook share (rows G4, G6, G7, S4; docs/backups.md). Pure.
 */
import type { Metric } from "../metrics/metric";

/** One metric and the SQL of its value. */
export interface MetricQuery {
  readonly metric: Metric<"gauge", string>;
  /**
   * Columns `value`, and one for each of `labels`. The column `value` must never be NULL, which is not exported, and a query
   * that groups gives no row for what is not there: `count(*)` without GROUP BY gives 0 (observability.md, P11).
   */
  readonly sql: string;
  /** Labels of the metric that are columns of the answer; the others are the scrape's. @default - none */
  readonly labels?: readonly string[] | undefined;
}

/** A question with the one value that it must answer. */
export interface Verification {
  readonly name: string;
  readonly sql: string;
  /** As psql prints it. */
  readonly equals: string | number;
  /** True right after one migration alone: a run that applies none does not ask it. @default - it is true at any time */
  readonly once?: true;
}

/** A question, and who asks it. */
export interface DatabaseQuery {
  /** What is asked, as logs, release records and runbooks name it. */
  readonly name: string;
  /** One query; it cannot write. */
  readonly sql: string;
  /** What it must answer: one row of one column. @default - no one value is right: a person reads it */
  readonly equals?: string | number;
  /** True right after one migration alone: who verifies says so. @default - `equals` holds at any time */
  readonly once?: true;
  /** What the exporter makes of the answer. @default - the exporter does not ask */
  readonly metric?: MetricQuery["metric"];
  readonly labels?: MetricQuery["labels"];
}

/** What a migration's Job and a restore drill ask; `once`: with what holds only right after the migration. */
export const verifications = (
  queries: readonly DatabaseQuery[],
  { once }: { readonly once: boolean },
): readonly Verification[] =>
  queries.flatMap(({ name, sql, equals, once: isOnce = false }) =>
    equals === undefined || (isOnce && !once) ? [] : [{ name, sql, equals, ...(isOnce && { once: true }) }],
  );

/** What the exporter asks. */
export const metricQueries = (queries: readonly DatabaseQuery[]): readonly MetricQuery[] =>
  queries.flatMap(({ metric, sql, labels }) => (metric === undefined ? [] : [{ metric, sql, labels }]));
