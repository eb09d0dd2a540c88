/** What Guelaguetza's database is asked, by whomever (rows G4, G6, G7, G11, G12; `002-guelaguetza-optimistic-locking.md`). Pure. */
import { SQL } from "../metrics/sql";
import type { DatabaseQuery } from "./query";

const LAST_HOUR = `"createdAt" > now() - interval '1 hour'`;
const FAILED = "status IN ('PAYMENT_FAILED', 'CANCELLED')";
const UNCLEANED = `status IN ('PENDING_PAYMENT', 'PAYMENT_FAILED') AND "createdAt" < now() - interval '30 minutes'`;

const count = (table: string, condition: string): string =>
  `SELECT count(*) AS value FROM ${table} WHERE ${condition}`;

/** By what they are about. */
export const GUELAGUETZA = {
  versionColumn: {
    name: "Product has the column version",
    sql: `SELECT concat_ws(' ', data_type, is_nullable, column_default) AS value FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'Product' AND column_name = 'version'`,
    equals: "integer NO 1",
  },
  versionsBegin: {
    name: "no product's version is below 1",
    sql: count('"Product"', "version IS NULL OR version < 1"),
    equals: 0,
  },
  everyVersionIsOne: {
    name: "every product has version 1",
    sql: count('"Product"', "version IS DISTINCT FROM 1"),
    equals: 0,
    once: true,
  },
  negativeStock: {
    name: "no product has a negative stock",
    sql: count('"Product"', "stock < 0"),
    equals: 0,
    metric: SQL.negativeStock,
  },
  concurrencyErrors: {
    name: "ConcurrencyErrors of the last hour",
    // Optimistic locking leaves no trace in the rows: the application writes each ConcurrencyError down. Where it keeps no
    // such table, this query alone fails, and its counter of the same name is read instead.
    sql: count('"ConcurrencyError"', LAST_HOUR),
    metric: SQL.concurrencyErrors,
  },
  failedOrders: {
    name: "orders of the last hour that failed",
    sql: count('"Order"', `${FAILED} AND ${LAST_HOUR}`),
    metric: SQL.failedOrders,
  },
  ordersByState: {
    name: "orders of the last hour by state",
    // States of the last day, so that one without an order in the last hour reads 0 and does not vanish.
    sql: `SELECT status::text AS status, count(*) FILTER (WHERE ${LAST_HOUR}) AS value FROM "Order" WHERE "createdAt" > now() - interval '1 day' GROUP BY status ORDER BY status`,
    metric: SQL.orders,
    labels: ["status"],
  },
  uncleanedOrders: {
    name: "pending orders that the clean-up should have taken",
    sql: count('"Order"', UNCLEANED),
    metric: SQL.uncleanedOrders,
  },
  versions: {
    name: "lowest, highest and mean version",
    sql: 'SELECT min(version), max(version), round(avg(version), 2) FROM "Product"',
  },
  soldProducts: {
    name: "products changed in the last hour, whose versions have risen",
    sql: `SELECT id, name, version, stock FROM "Product" WHERE "updatedAt" > now() - interval '1 hour' ORDER BY version DESC LIMIT 10`,
  },
} as const satisfies Readonly<Record<string, DatabaseQuery>>;

/** All of them. */
export const GUELAGUETZA_QUERIES: readonly DatabaseQuery[] = Object.values(GUELAGUETZA);
