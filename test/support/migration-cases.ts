/** Statements that each rule finds, beside those that do the same safely: for the unit tests, and for a real PostgreSQL. */
import type { RuleName } from "../../migrations/rules";

export interface MigrationCase {
  readonly rule: RuleName;
  readonly sql: string;
  /** Rules that the statement breaks too. */
  readonly also?: readonly RuleName[];
  /** The safe way: one migration after the other, none of which breaks any rule. */
  readonly safe: readonly string[];
  /** The safe way leaves what only a release record can speak for. */
  readonly left?: readonly RuleName[];
  /** Whose lock is looked at. @default "product" */
  readonly table?: string;
}

/** What the cases speak of. */
export const TABLES = [
  "CREATE TABLE person (id int PRIMARY KEY, name text)",
  "CREATE TABLE product (id int PRIMARY KEY, name varchar(50), stock int NOT NULL DEFAULT 0, owner int)",
  "INSERT INTO person SELECT id, 'p' || id FROM generate_series(1, 100) AS id",
  "INSERT INTO product SELECT id, 'n' || id, id, id % 100 + 1 FROM generate_series(1, 1000) AS id",
  "CREATE INDEX product_stock ON product (stock)",
  "CREATE MATERIALIZED VIEW people AS SELECT id, name FROM person",
  "CREATE UNIQUE INDEX people_id ON people (id)",
];

export const MIGRATION_CASES: readonly MigrationCase[] = [
  {
    rule: "index-not-concurrent",
    sql: "CREATE INDEX product_name ON product (name)",
    safe: ["CREATE INDEX CONCURRENTLY product_name ON product (name)"],
  },
  {
    rule: "index-drop-not-concurrent",
    sql: "DROP INDEX product_stock",
    safe: ["DROP INDEX CONCURRENTLY product_stock"],
  },
  {
    rule: "reindex-not-concurrent",
    sql: "REINDEX TABLE product",
    safe: ["REINDEX TABLE CONCURRENTLY product"],
  },
  {
    rule: "column-rewrites-table",
    sql: "ALTER TABLE product ADD COLUMN code uuid DEFAULT gen_random_uuid()",
    safe: [
      "ALTER TABLE product ADD COLUMN code uuid; ALTER TABLE product ALTER COLUMN code SET DEFAULT gen_random_uuid()",
    ],
  },
  {
    rule: "column-rewrites-table",
    sql: "ALTER TABLE product ADD COLUMN number serial",
    safe: ["ALTER TABLE product ADD COLUMN at timestamptz NOT NULL DEFAULT now()"],
  },
  {
    rule: "column-type",
    sql: "ALTER TABLE product ALTER COLUMN stock TYPE bigint",
    also: ["type-changed"],
    safe: ["ALTER TABLE product ADD COLUMN stock_64 bigint"],
  },
  {
    rule: "column-set-not-null",
    sql: "ALTER TABLE product ALTER COLUMN owner SET NOT NULL",
    also: ["null-refused"],
    safe: [
      "ALTER TABLE product ADD CONSTRAINT owned CHECK (owner IS NOT NULL) NOT VALID",
      "ALTER TABLE product VALIDATE CONSTRAINT owned",
      "ALTER TABLE product ALTER COLUMN owner SET NOT NULL",
    ],
    left: ["null-refused"],
  },
  {
    rule: "column-required",
    sql: "ALTER TABLE product ADD COLUMN version int NOT NULL",
    also: ["null-refused"],
    safe: ["ALTER TABLE product ADD COLUMN version int NOT NULL DEFAULT 1"],
  },
  {
    rule: "foreign-key-validated",
    sql: "ALTER TABLE product ADD CONSTRAINT owner_is FOREIGN KEY (owner) REFERENCES person (id)",
    safe: [
      "ALTER TABLE product ADD CONSTRAINT owner_is FOREIGN KEY (owner) REFERENCES person (id) NOT VALID",
      "ALTER TABLE product VALIDATE CONSTRAINT owner_is",
    ],
  },
  {
    rule: "foreign-key-validated",
    sql: "ALTER TABLE product ADD CONSTRAINT owner_is FOREIGN KEY (owner) REFERENCES person (id)",
    safe: [],
    table: "person",
  },
  {
    rule: "check-validated",
    sql: "ALTER TABLE product ADD CONSTRAINT stocked CHECK (stock >= 0)",
    safe: [
      "ALTER TABLE product ADD CONSTRAINT stocked CHECK (stock >= 0) NOT VALID",
      "ALTER TABLE product VALIDATE CONSTRAINT stocked",
    ],
  },
  {
    rule: "constraint-builds-index",
    sql: "ALTER TABLE product ADD CONSTRAINT one_name UNIQUE (name)",
    safe: [
      "CREATE UNIQUE INDEX CONCURRENTLY one_name ON product (name)",
      "ALTER TABLE product ADD CONSTRAINT one_name UNIQUE USING INDEX one_name",
    ],
  },
  {
    rule: "validated-at-once",
    sql: "ALTER TABLE product ADD CONSTRAINT stocked CHECK (stock >= 0) NOT VALID; ALTER TABLE product VALIDATE CONSTRAINT stocked",
    safe: [],
  },
  {
    rule: "table-locked",
    sql: "LOCK TABLE product",
    safe: ["BEGIN; LOCK TABLE product IN ROW EXCLUSIVE MODE; COMMIT"],
  },
  { rule: "table-rewritten", sql: "ALTER TABLE product SET UNLOGGED", safe: [] },
  { rule: "table-rewritten", sql: "CLUSTER product USING product_stock", safe: [] },
  {
    rule: "view-refreshed",
    sql: "REFRESH MATERIALIZED VIEW people",
    safe: ["REFRESH MATERIALIZED VIEW CONCURRENTLY people"],
    table: "people",
  },
  {
    rule: "concurrent-with-others",
    sql: "SET lock_timeout = '2s'; CREATE INDEX CONCURRENTLY product_name ON product (name)",
    safe: ["CREATE INDEX CONCURRENTLY product_name ON product (name)"],
  },
  { rule: "not-sql", sql: "ALTER TABEL product", safe: [] },
  { rule: "code-not-judged", sql: "DO $$ BEGIN EXECUTE 'DROP TABLE product'; END $$", safe: [] },
  {
    rule: "drop-cascade",
    sql: "DROP VIEW stocks_view CASCADE",
    also: ["name-gone"],
    safe: ["DROP VIEW stocks_view"],
    left: ["name-gone"],
  },
  { rule: "table-dropped", sql: "DROP TABLE product", also: ["name-gone"], safe: [] },
  { rule: "column-dropped", sql: "ALTER TABLE product DROP COLUMN owner", also: ["name-gone"], safe: [] },
  { rule: "schema-dropped", sql: "DROP SCHEMA shop", also: ["name-gone"], safe: [] },
  { rule: "rows-truncated", sql: "TRUNCATE product", safe: ["DELETE FROM product WHERE id < 100"] },
  { rule: "rows-deleted", sql: "DELETE FROM product", safe: ["DELETE FROM product WHERE id < 100"] },
  {
    rule: "rows-overwritten",
    sql: "UPDATE product SET stock = 0",
    safe: ["UPDATE product SET stock = 0 WHERE id < 100"],
  },
  {
    rule: "name-changed",
    sql: "ALTER TABLE product RENAME COLUMN owner TO seller",
    safe: ["ALTER TABLE product ADD COLUMN seller int"],
  },
  {
    rule: "name-changed",
    sql: "ALTER TABLE product RENAME TO item",
    safe: ["ALTER INDEX product_stock RENAME TO item_stock"],
  },
  { rule: "default-gone", sql: "ALTER TABLE product ALTER COLUMN stock DROP DEFAULT", safe: [] },
];
