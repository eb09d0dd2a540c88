/**
 * What golive's sql_exporter reads out of a database. Pure.
 *
 * Its target gives `namespace` as the scrape's own. https://github.com/burningalchemist/sql_exporter
 */
import { gauge } from "./metric";

const facts = (help: string) => ({ unit: "count", exporter: "sql-exporter", help }) as const;
const LABELS = ["namespace"] as const;

export const SQL = {
  negativeStock: gauge(
    "business_negative_stock_items",
    LABELS,
    facts("Products with a stock below 0 (row G6)."),
  ),
  concurrencyErrors: gauge(
    "business_concurrency_errors_1h",
    LABELS,
    facts("ConcurrencyErrors of the last hour (row G6)."),
  ),
  failedOrders: gauge(
    "business_failed_orders_1h",
    LABELS,
    facts("Orders of the last hour that failed (row G6)."),
  ),
  orders: gauge(
    "business_orders_1h",
    [...LABELS, "status"],
    facts("Orders of the last hour by state (row G7)."),
  ),
  uncleanedOrders: gauge(
    "business_uncleaned_orders",
    LABELS,
    facts("Pending orders that the clean-up should have taken by now."),
  ),
} as const;
