/** Configuration of burningalchemist/sql_exporter. Pure. https://github.com/burningalchemist/sql_exporter/blob/master/documentation/sql_exporter.yml */
import { stringify } from "yaml";
import type { MetricQuery } from "./query";

/** The document has the stock looked at every five minutes (row G6); between two looks the exporter answers from memory. */
const MIN_INTERVAL = "5m";
/** Time that the queries of one scrape have together; `components/sql-exporter.ts` lets a scrape take longer. */
const TIMEOUT = "10s";

/** A name for each collector: that of its metric. */
const collectorOf = ({ metric, sql, labels }: MetricQuery) => ({
  collector_name: metric.name,
  min_interval: MIN_INTERVAL,
  metrics: [
    {
      metric_name: metric.name,
      type: metric.kind,
      help: metric.help,
      ...(labels === undefined ? {} : { key_labels: [...labels] }),
      values: ["value"],
      query: sql,
    },
  ],
});

/**
 * The exporter's configuration as YAML: one collector for each query, so that one that fails hides no other, and one
 * connection, so that a database under load gets no more. The target is not in it: it comes by the environment, which the
 * exporter reads only where the file names none.
 */
export const sqlExporterConfig = (queries: readonly MetricQuery[]): string =>
  stringify(
    {
      global: {
        scrape_timeout: TIMEOUT,
        scrape_timeout_offset: "500ms",
        max_connections: 1,
        max_idle_connections: 1,
        max_connection_lifetime: "10m",
      },
      collectors: queries.map(collectorOf),
    },
    { lineWidth: 0 },
  );
