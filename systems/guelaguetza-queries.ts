/** What Guelaguetza's database is asked, before a release and after it (rows G4, G11, G12; `002-guelaguetza-optimistic-locking.md`). Pure. */
import type { VerificationQuery } from "../components/migration/steps";
import { NEGATIVE_STOCK, ORDERS_BY_STATE } from "../observability/sql/guelaguetza";

/** A question whose answer is read by a person. */
export interface ReportQuery {
  readonly name: string;
  readonly sql: string;
}

const count = (name: string, table: string, condition: string, equals: number): VerificationQuery => ({
  name,
  sql: `SELECT count(*) FROM ${table} WHERE ${condition}`,
  equals,
});

/** Right after the migration that adds the column, and only then: each sale raises a product's version. */
export const EVERY_VERSION_IS_ONE = count(
  "every product has version 1",
  '"Product"',
  "version IS DISTINCT FROM 1",
  0,
);

/** True at any time once the column is there. */
export const INVARIANTS = {
  versionColumn: count(
    "Product has the column version",
    "information_schema.columns",
    "table_schema = current_schema() AND table_name = 'Product' AND column_name = 'version'",
    1,
  ),
  versionsBegin: count("no product's version is below 1", '"Product"', "version IS NULL OR version < 1", 0),
  negativeStock: count("no product has a negative stock", '"Product"', NEGATIVE_STOCK, 0),
} as const satisfies Readonly<Record<string, VerificationQuery>>;

/** What is watched after a release: no one value is right. */
export const REPORTS = {
  versions: {
    name: "lowest, highest and mean version",
    sql: 'SELECT min(version), max(version), round(avg(version), 2) FROM "Product"',
  },
  soldProducts: {
    name: "products changed in the last hour, whose versions have risen",
    sql: `SELECT id, name, version, stock FROM "Product" WHERE "updatedAt" > now() - interval '1 hour' ORDER BY version DESC LIMIT 10`,
  },
  ordersByState: {
    name: "orders of the last hour by state",
    sql: ORDERS_BY_STATE,
  },
} as const satisfies Readonly<Record<string, ReportQuery>>;
