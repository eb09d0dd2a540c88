import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { SQL } from "../../../observability/metrics/sql";
import { sqlExporterConfig } from "../../../observability/sql/exporter-config";
import { GUELAGUETZA_QUERIES } from "../../../observability/sql/guelaguetza";
import { metricQueries } from "../../../observability/sql/query";

const QUERIES = metricQueries(GUELAGUETZA_QUERIES);

/** The exporter refuses what it does not know: its own structs, as far as golive uses them. */
const config = z.strictObject({
  global: z.strictObject({
    scrape_timeout: z.string(),
    scrape_timeout_offset: z.string(),
    max_connections: z.number(),
    max_idle_connections: z.number(),
    max_connection_lifetime: z.string(),
  }),
  collectors: z.array(
    z.strictObject({
      collector_name: z.string(),
      min_interval: z.string(),
      metrics: z.tuple([
        z.strictObject({
          metric_name: z.string(),
          type: z.enum(["gauge", "counter"]),
          help: z.string().min(1),
          key_labels: z.array(z.string()).optional(),
          values: z.tuple([z.literal("value")]),
          query: z.string(),
        }),
      ]),
    }),
  ),
});

describe("SQL as metrics", () => {
  it("G6 G7 every metric of the SQL exporter in the catalogue has one query, in a collector of its own", () => {
    const { collectors } = config.parse(parse(sqlExporterConfig(QUERIES)));
    const exported = collectors.map(({ metrics: [{ metric_name }] }) => metric_name);
    assert.deepEqual(
      exported.sort(),
      Object.values(SQL)
        .map(({ name }) => name)
        .sort(),
    );
    assert.equal(new Set(collectors.map(({ collector_name }) => collector_name)).size, collectors.length);
  });

  it("G6 the stock is looked at every five minutes", () => {
    const { collectors } = config.parse(parse(sqlExporterConfig(QUERIES)));
    assert.deepEqual([...new Set(collectors.map(({ min_interval }) => min_interval))], ["5m"]);
  });

  it("G6 no query can answer NULL, or nothing but for states that it groups by", () => {
    for (const { sql, labels = [] } of QUERIES) {
      assert.match(sql, /count\(\*\).* AS value/);
      assert.equal(/GROUP BY/.test(sql), labels.length > 0, sql);
      for (const label of labels) assert.match(sql, new RegExp(`AS ${label}\\b`));
    }
  });

  it("G7 labels that a query gives are labels of its metric", () => {
    for (const { metric, labels = [] } of QUERIES)
      for (const label of labels) assert.ok(metric.labels.includes(label), `${metric.name} has no ${label}`);
  });

  it("G6 whatever a query's text is, it reaches the exporter as it is", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (sql) => {
        const { collectors } = config.parse(parse(sqlExporterConfig([{ metric: SQL.negativeStock, sql }])));
        assert.equal(collectors[0]?.metrics[0].query, sql);
      }),
    );
  });
});
