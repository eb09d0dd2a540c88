/** A question to a database whose answer is a metric. Pure. */
import type { Metric } from "../metrics/metric";

/**
 * One metric and the SQL of its value. The column `value` must never be NULL, which is not exported, and a query that
 * groups gives no row for what is not there: `count(*)` without GROUP BY gives 0 (observability.md, P11).
 */
export interface MetricQuery {
  readonly metric: Metric<"gauge", string>;
  /** Columns `value`, and one for each of `labels`. */
  readonly sql: string;
  /** Labels of the metric that are columns of the answer; the others are the scrape's. @default - none */
  readonly labels?: readonly string[];
}
