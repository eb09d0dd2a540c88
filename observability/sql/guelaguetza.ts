/**
 * What Guelaguetza's database is asked again and again (rows G4, G6, G7, G12; `002-guelaguetza-optimistic-locking.md`).
 * `systems/guelaguetza-queries.ts` asks the same before and after a release. Pure.
 */
import { SQL } from "../metrics/sql";
import type { MetricQuery } from "./query";

const LAST_HOUR = `"createdAt" > now() - interval '1 hour'`;

/** Conditions on the rows of `"Product"` and `"Order"`. */
export const NEGATIVE_STOCK = "stock < 0";
const FAILED = "status IN ('PAYMENT_FAILED', 'CANCELLED')";
const UNCLEANED = `status IN ('PENDING_PAYMENT', 'PAYMENT_FAILED') AND "createdAt" < now() - interval '30 minutes'`;

/** Orders of the last hour by state, for people. */
export const ORDERS_BY_STATE = `SELECT status, count(*) FROM "Order" WHERE ${LAST_HOUR} GROUP BY status ORDER BY status`;

const count = (table: string, condition: string): string =>
  `SELECT count(*) AS value FROM ${table} WHERE ${condition}`;

export const GUELAGUETZA_QUERIES: readonly MetricQuery[] = [
  { metric: SQL.negativeStock, sql: count('"Product"', NEGATIVE_STOCK) },
  {
    // Optimistic locking leaves no trace in the rows: the application writes each ConcurrencyError down. Where it keeps no
    // such table, this query alone fails, and its counter of the same name is read instead.
    metric: SQL.concurrencyErrors,
    sql: count('"ConcurrencyError"', LAST_HOUR),
  },
  { metric: SQL.failedOrders, sql: count('"Order"', `${FAILED} AND ${LAST_HOUR}`) },
  {
    // States of the last day, so that one without an order in the last hour reads 0 and does not vanish.
    metric: SQL.orders,
    labels: ["status"],
    sql: `SELECT status::text AS status, count(*) FILTER (WHERE ${LAST_HOUR}) AS value FROM "Order" WHERE "createdAt" > now() - interval '1 day' GROUP BY status`,
  },
  { metric: SQL.uncleanedOrders, sql: count('"Order"', UNCLEANED) },
];
