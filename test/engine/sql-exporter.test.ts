/**
 * Rows of a real PostgreSQL → the collectors' SQL → the alerts of the rules on a real Prometheus' engine.
 *
 * sql_exporter itself cannot be built here: the proxy refuses its Go module. Its collectors' SQL is taken out of the
 * configuration that it would read and run by psql, and each row becomes the series that it would export.
 */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { rulesOf } from "../../observability/rules";
import { ruleManifest } from "../../observability/rules/prometheus-rule";
import type { Rule } from "../../observability/rules/rule";
import { sqlExporterConfig } from "../../observability/sql/exporter-config";
import { GUELAGUETZA_QUERIES } from "../../observability/sql/guelaguetza";
import { metricQueries } from "../../observability/sql/query";
import { Postgres } from "../support/postgres";
import { evaluate, promtools } from "../support/promtool";
import { GUELAGUETZA } from "../support/watched";

const TABLES = [
  `CREATE TABLE "Product" (id serial PRIMARY KEY, stock int NOT NULL, version int NOT NULL DEFAULT 1)`,
  `CREATE TYPE "OrderStatus" AS ENUM ('PENDING_PAYMENT', 'PAID', 'PAYMENT_FAILED', 'CANCELLED')`,
  `CREATE TABLE "Order" (id serial PRIMARY KEY, status "OrderStatus" NOT NULL, "createdAt" timestamp(3) NOT NULL)`,
  `CREATE TABLE "ConcurrencyError" (id serial PRIMARY KEY, "createdAt" timestamp(3) NOT NULL)`,
  // As the exporter's own connection has it.
  `SET timezone = 'UTC'`,
];

const products = (...stocks: readonly number[]) =>
  `INSERT INTO "Product" (stock) VALUES ${stocks.map((stock) => `(${stock})`).join(", ")}`;
const orders = (count: number, status: string, minutesAgo: number) =>
  `INSERT INTO "Order" (status, "createdAt") SELECT '${status}', (now() AT TIME ZONE 'UTC') - interval '${minutesAgo} minutes' FROM generate_series(1, ${count})`;
const conflicts = (count: number, minutesAgo: number) =>
  `INSERT INTO "ConcurrencyError" ("createdAt") SELECT (now() AT TIME ZONE 'UTC') - interval '${minutesAgo} minutes' FROM generate_series(1, ${count})`;

const collectors = z.object({
  collectors: z.array(
    z.object({
      metrics: z.tuple([
        z.object({
          metric_name: z.string(),
          key_labels: z.array(z.string()).default([]),
          query: z.string(),
        }),
      ]),
    }),
  ),
});

const CONFIG = collectors.parse(parse(sqlExporterConfig(metricQueries(GUELAGUETZA_QUERIES))));

/** Series that the exporter would give at every scrape of five hours. */
const HELD = "x600";
const STEP = 30;
const UNTIL = 4 * 3600;

describe("SQL exporter", function () {
  this.timeout(120_000);
  let postgres: Postgres;
  let databases = 0;

  before(async () => {
    postgres = await Postgres.start();
  });
  after(() => postgres.stop());

  /** What the queries give for the rows, by series. A query that fails gives nothing, as with the exporter. */
  async function exported(...statements: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const name = `shop${databases++}`;
    await postgres.database(name, ...TABLES, ...statements);
    const found = await Promise.all(
      CONFIG.collectors.map(async ({ metrics: [{ metric_name, key_labels, query }] }) => {
        const columns = [...key_labels, "value"].map((column) => `"${column}"`).join(", ");
        const answer = await postgres
          .sql(name, `SET timezone = 'UTC'; SELECT ${columns} FROM (${query}) AS answer`)
          .catch(() => "");
        return answer
          .split("\n")
          .filter((row) => row !== "")
          .map((row): [string, number] => {
            const cells = row.split("|");
            const labels = key_labels.map((label, index) => `, ${label}="${cells[index] ?? ""}"`).join("");
            return [
              `${metric_name}{namespace="${GUELAGUETZA.namespace}", service="sql-exporter"${labels}}`,
              Number(cells.at(-1)),
            ];
          });
      }),
    );
    return new Map(found.flat());
  }

  const rules: readonly Rule[] = rulesOf(GUELAGUETZA)
    .flatMap((group) => group.rules)
    .filter((rule) => rule.kind === "alert" && /business_/.test(rule.expression.text));
  const groups = [
    {
      name: "business",
      rules: rules.map((rule) => ruleManifest(rule, () => ({ runbookUrl: "https://example.com" }))),
    },
  ];

  /** Names of the alerts that fire in the end, on every Prometheus of this machine. */
  async function firing(series: ReadonlyMap<string, number>): Promise<readonly string[]> {
    const input = [...series].map(([name, value]) => ({ series: name, values: `${value}${HELD}` }));
    const names: string[][] = [];
    for (const { path } of await promtools()) {
      const questions = [{ expr: 'ALERTS{alertstate="firing"}', atSeconds: UNTIL }];
      const [[samples = []] = []] = await evaluate(path, { groups }, [
        { stepSeconds: STEP, series: input, questions },
      ]);
      names.push(samples.map(({ labels }) => labels.alertname ?? "").sort());
    }
    const [first = [], ...others] = names;
    for (const other of others) assert.deepEqual(other, first);
    return first;
  }

  it("G6 G7 G12 a shop in order sets nothing off, and every metric is there", async () => {
    const series = await exported(
      products(0, 5, 12),
      orders(40, "PAID", 10),
      orders(30, "CANCELLED", 20),
      orders(20, "PAYMENT_FAILED", 5),
      conflicts(100, 30),
      // Older than the hour.
      orders(60, "CANCELLED", 61),
      conflicts(500, 61),
    );
    const at = `namespace="${GUELAGUETZA.namespace}", service="sql-exporter"`;
    assert.deepEqual(Object.fromEntries(series), {
      [`business_negative_stock_items{${at}}`]: 0,
      [`business_concurrency_errors_1h{${at}}`]: 100,
      [`business_failed_orders_1h{${at}}`]: 50,
      [`business_orders_1h{${at}, status="PAID"}`]: 40,
      [`business_orders_1h{${at}, status="CANCELLED"}`]: 30,
      [`business_orders_1h{${at}, status="PAYMENT_FAILED"}`]: 20,
      [`business_uncleaned_orders{${at}}`]: 0,
    });
    assert.deepEqual(await firing(series), []);
  });

  it("G6 G13 one product below zero is critical", async () => {
    assert.deepEqual(await firing(await exported(products(3, -1))), ["NegativeStock"]);
  });

  it("G6 the hundred and first ConcurrencyError of an hour", async () => {
    assert.deepEqual(await firing(await exported(conflicts(101, 59))), ["ConcurrencyErrorsFrequent"]);
  });

  it("G6 the fifty-first failed order of an hour", async () => {
    const series = await exported(orders(26, "CANCELLED", 59), orders(25, "PAYMENT_FAILED", 1));
    assert.deepEqual(await firing(series), ["FailedOrdersHigh"]);
  });

  it("G12 orders that their cleanup has left", async () => {
    assert.deepEqual(await firing(await exported(orders(11, "PENDING_PAYMENT", 31))), [
      "OrderCleanupStalled",
    ]);
    assert.deepEqual(await firing(await exported(orders(11, "PENDING_PAYMENT", 29))), []);
  });

  it("G7 a state without an order in the last hour reads 0", async () => {
    const series = await exported(orders(3, "PAID", 90));
    assert.equal([...series].find(([name]) => name.includes('status="PAID"'))?.[1], 0);
  });

  it("G6 a database without the table of ConcurrencyErrors keeps every other metric, and the alert tells of the one", async () => {
    const series = await exported(products(-1), `DROP TABLE "ConcurrencyError"`);
    assert.deepEqual(
      [...series.keys()].filter((name) => name.startsWith("business_concurrency_errors_1h")),
      [],
    );
    const alerts = await firing(series);
    assert.ok(alerts.includes("NegativeStock"), alerts.join());
    assert.ok(alerts.length > 1, "nothing tells that ConcurrencyErrors are not counted");
  });

  it("G6 a database that does not answer takes no critical alert back in silence", async () => {
    const alerts = await firing(new Map());
    assert.ok(alerts.length > 0, "nothing tells that the metrics are gone");
    assert.ok(!alerts.includes("NegativeStock"));
  });
});
