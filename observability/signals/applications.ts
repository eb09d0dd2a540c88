/** Signals of what a service counts of itself at its metrics path. Rows L16, L18, G7, G12, G13. Pure. */
import { APPLICATION } from "../metrics/application";
import type { Metric } from "../metrics/metric";
import {
  buckets,
  increase,
  type Matcher,
  observations,
  quantile,
  rate,
  select,
  sum,
} from "../promql/expression";
import { windowSeconds } from "../promql/window";
import type { InputSeries, Run, Signal, SubjectOf } from "./signal";
import { ELSEWHERE, noise, observed, rising, seriesOf } from "./test-series";

type Workload = SubjectOf<"workload">;
type Scraped = "namespace" | "pod" | "container" | "queue";
type Results = Metric<"counter", Scraped | "outcome">;

const labelsOf = ({ namespace, service: { name } }: Workload) => ({ namespace, container: name });

/** Labels that are none of the service's own. */
const others = (workload: Workload) => {
  const labels = labelsOf(workload);
  return [
    { ...labels, namespace: ELSEWHERE },
    { ...labels, container: "another" },
  ];
};

/** Events a second in a test. */
const BUSY = 10;

/** Events of which a share ended in a result. One that has not happened yet has no series (P3). */
const results = (
  metric: Results,
  labels: ReturnType<typeof labelsOf>,
  shares: Readonly<Record<string, number>>,
  run: Run,
): InputSeries[] =>
  Object.entries(shares).flatMap(([outcome, share]) =>
    share === 0 ? [] : [seriesOf(metric, { ...labels, outcome }, rising(BUSY * share, run))],
  );

/** The share of a counter's events that ended in `bad`: 0 before the first of them (P3), nothing where there is no event (P4). */
const shareOf = (metric: Results, bad: Matcher, example: string): Signal<"workload"> => ({
  on: "workload",
  unit: "ratio",
  value: (workload, window) => {
    const all = sum(rate(select(metric, labelsOf(workload)), window)).all();
    const wrong = sum(rate(select(metric, { ...labelsOf(workload), outcome: bad }), window)).all();
    return wrong.or(all.times(0)).dividedBy(all.above(0));
  },
  samples: (workload, window) =>
    sum(rate(select(metric, labelsOf(workload)), window))
      .all()
      .times(windowSeconds(window)),
  series: (workload, value, run) => [
    ...results(metric, labelsOf(workload), { succeeded: 1 - value, [example]: value }, run),
    ...noise(others(workload).flatMap((labels) => results(metric, labels, { [example]: 10 }, run))),
  ],
});

/** Seconds beyond each histogram's last bound. */
const SLOWEST = 1000;

/** The 95th percentile of a histogram. */
const p95 = (metric: Metric<"histogram", Scraped>): Signal<"workload"> => ({
  on: "workload",
  unit: metric.unit,
  value: (workload, window) =>
    quantile(0.95, sum(rate(buckets(metric, labelsOf(workload)), window)).by("le")),
  samples: (workload, window) =>
    sum(rate(observations(metric, labelsOf(workload)), window))
      .all()
      .times(windowSeconds(window)),
  series: (workload, value, run) => [
    ...observed(metric, labelsOf(workload), value, BUSY, run),
    ...noise(others(workload).flatMap((labels) => observed(metric, labels, SLOWEST, BUSY * 10, run))),
  ],
});

/** The document counts the outbox's retries within an hour. */
const RETRY_WINDOW = 3600;

/** Whole retries (P6). */
const outboxRetries: Signal<"workload"> = {
  on: "workload",
  unit: "count",
  value: (workload, window) =>
    sum(increase(select(APPLICATION.outboxRetries, labelsOf(workload)), window)).all(),
  series: (workload, value, run) => {
    const perSecond = value / (run.windowSeconds ?? RETRY_WINDOW);
    return [
      seriesOf(APPLICATION.outboxRetries, labelsOf(workload), rising(perSecond, run)),
      ...others(workload).map((labels) =>
        seriesOf(APPLICATION.outboxRetries, labels, rising(perSecond * 10 + 1, run)),
      ),
    ];
  },
};

export const APPLICATION_SIGNALS = {
  /** Of the jobs that a worker ended. */
  workerFailureRatio: shareOf(APPLICATION.workerJobs, "failed", "failed"),
  outboxRetries,
  /** Of the messages of all queues that the service's workers took. */
  queueLatency: p95(APPLICATION.queueWait),
  /** Of the checkouts: those that ended in a ConcurrencyError, after every retry. */
  concurrencyErrorRatio: shareOf(APPLICATION.checkouts, "conflict", "conflict"),
  /** Of the checkouts: what the buyer did wrong, such as buying more than there is, is no failure. */
  checkoutFailureRatio: shareOf(APPLICATION.checkouts, { like: "conflict|failed" }, "failed"),
  checkoutLatencyP95: p95(APPLICATION.checkoutDuration),
};
