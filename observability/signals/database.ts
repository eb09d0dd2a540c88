/** Signals of what a database holds, by golive's SQL exporter (`observability/sql`). Rows G6, G7, G12, G13. Pure. */
import { APPLICATION } from "../metrics/application";
import type { Metric } from "../metrics/metric";
import { SQL } from "../metrics/sql";
import { increase, max, overTime, select, sum } from "../promql/expression";
import type { InputSeries, Run, Signal, SubjectOf } from "./signal";
import { constant, ELSEWHERE, rising, seriesOf } from "./test-series";

type Namespace = SubjectOf<"namespace">;
type OfNamespace = Metric<"gauge", "namespace">;

const NAMESPACE_NOTE = {
  es: "Leído de la base de datos cada cinco minutos; si la consulta falla no hay valor, y otra alerta lo dice.",
  en: "Read from the database every five minutes; where the query fails there is no value, and another alert says so.",
};

const gaugeSeries = (
  metric: OfNamespace,
  { namespace }: Namespace,
  value: number,
  run: Run,
): InputSeries[] => [
  seriesOf(metric, { namespace }, constant(value, run)),
  // An exporter that was asked earlier, while there were fewer.
  seriesOf(metric, { namespace, instance: "earlier" }, constant(Math.floor(value / 2), run)),
  seriesOf(metric, { namespace: ELSEWHERE }, constant(value * 10 + 1000, run)),
];

/** A count that a query gives: the highest within five minutes, so that one scrape that fails does not hide it. */
const highest =
  (metric: OfNamespace) =>
  ({ namespace }: Namespace) =>
    max(overTime("max", select(metric, { namespace }), "5m")).all();

const counted = (metric: OfNamespace): Signal<"namespace"> => ({
  on: "namespace",
  unit: "count",
  note: NAMESPACE_NOTE,
  value: highest(metric),
  series: (subject, value, run) => gaugeSeries(metric, subject, value, run),
});

/** The document counts ConcurrencyErrors within an hour, as the query does. */
const HOUR = 3600;

/** As the application wrote them into the database, else as it counts them itself at its metrics path. */
const concurrencyErrors: Signal<"namespace"> = {
  ...counted(SQL.concurrencyErrors),
  value: (subject, window) =>
    highest(SQL.concurrencyErrors)(subject).or(
      sum(increase(select(APPLICATION.concurrencyErrors, { namespace: subject.namespace }), window)).all(),
    ),
  variants: [
    ({ namespace }, value, run) => {
      const perSecond = value / (run.windowSeconds ?? HOUR);
      return [
        seriesOf(APPLICATION.concurrencyErrors, { namespace, container: "a" }, rising(perSecond, run)),
        seriesOf(
          APPLICATION.concurrencyErrors,
          { namespace: ELSEWHERE, container: "a" },
          rising(perSecond + 1, run),
        ),
      ];
    },
  ],
};

/** Of the last hour; one series for each state. */
const ordersByState: Signal<"namespace"> = {
  on: "namespace",
  unit: "count",
  note: NAMESPACE_NOTE,
  value: ({ namespace }) => max(overTime("max", select(SQL.orders, { namespace }), "5m")).by("status"),
  series: ({ namespace }, value, run) => [
    seriesOf(SQL.orders, { namespace, status: "PAID" }, constant(value, run)),
    seriesOf(SQL.orders, { namespace: ELSEWHERE, status: "PAID" }, constant(value + 1000, run)),
  ],
};

export const DATABASE_SIGNALS = {
  negativeStock: counted(SQL.negativeStock),
  concurrencyErrors,
  failedOrders: counted(SQL.failedOrders),
  ordersByState,
  uncleanedOrders: counted(SQL.uncleanedOrders),
};
