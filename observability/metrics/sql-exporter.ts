/** What golive's SQL exporter reads from a database; `observability/sql` holds the queries. Pure. */
import { gauge } from "./metric";

const exporter = "sql-exporter";

export const negativeStockItems = gauge("business_negative_stock_items", ["namespace"], {
  unit: "count",
  exporter,
  help: "Products with a stock below 0.",
});

export const concurrencyErrorsLastHour = gauge("business_concurrency_errors_1h", ["namespace"], {
  unit: "count",
  exporter,
  help: "ConcurrencyErrors that the application wrote down in the last hour.",
});

export const failedOrdersLastHour = gauge("business_failed_orders_1h", ["namespace"], {
  unit: "count",
  exporter,
  help: "Orders of the last hour that were cancelled or whose payment failed.",
});

export const ordersLastHour = gauge("business_orders_1h", ["namespace", "status"], {
  unit: "count",
  exporter,
  help: "Orders of the last hour, by state.",
});

export const uncleanedOrdersNow = gauge("business_uncleaned_orders", ["namespace"], {
  unit: "count",
  exporter,
  help: "Orders older than 30 minutes that still wait for a payment or whose payment failed: the cleanup has not run.",
});
