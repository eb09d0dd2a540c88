/** Signals of what must run by itself: backups, Jobs, and the exporters that all others depend on. Row L14. Pure. */
import { KUBE_STATE_METRICS } from "../metrics/kube-state-metrics";
import { PROMETHEUS } from "../metrics/prometheus";
import { count, max, now, overTime, secondsSince, select, sum } from "../promql/expression";
import type { InputSeries, Run, Signal, SubjectOf } from "./signal";
import { constant, ELSEWHERE, seriesOf } from "./test-series";

/** A time that is always so many seconds ago; promtool's clock starts at 0. */
const ago = (seconds: number, { stepSeconds, steps }: Run): string => `${-seconds}+${stepSeconds}x${steps}`;

/** Age of the last good backup, in intervals of its clock. Before the first it is counted from the clock's own beginning. */
const backupAge: Signal<"backup"> = {
  on: "backup",
  unit: "ratio",
  note: {
    es: "Edad de la última copia buena, en intervalos de su reloj: 1 justo antes de la siguiente, 2 si ha fallado una.",
    en: "Age of the last good backup, in intervals of its clock: 1 right before the next, 2 where one has failed.",
  },
  value: ({ namespace, backup: { cronJob, everySeconds } }) => {
    const match = { namespace, cronjob: cronJob };
    const last = max(now(select(KUBE_STATE_METRICS.cronJobSucceeded, match))).all();
    const begun = max(now(select(KUBE_STATE_METRICS.cronJobCreated, match))).all();
    return secondsSince(last.or(begun)).dividedBy(everySeconds);
  },
  series: ({ namespace, backup: { cronJob, everySeconds } }, value, run) => [
    ...told(KUBE_STATE_METRICS.cronJobSucceeded, { namespace, cronjob: cronJob }, value * everySeconds, run),
    ...told(
      KUBE_STATE_METRICS.cronJobCreated,
      { namespace, cronjob: cronJob },
      value * everySeconds * 100,
      run,
    ),
    ...justMade(cronJob, namespace, run),
  ],
  variants: [
    ({ namespace, backup: { cronJob, everySeconds } }, value, run) => [
      ...told(KUBE_STATE_METRICS.cronJobCreated, { namespace, cronjob: cronJob }, value * everySeconds, run),
      ...justMade(cronJob, namespace, run),
    ],
  ],
};

/** A time as kube-state-metrics tells it, and the one before as its last pod still does while it is replaced itself. */
const told = (
  metric: typeof KUBE_STATE_METRICS.cronJobCreated,
  labels: Readonly<Record<string, string>>,
  seconds: number,
  run: Run,
): InputSeries[] =>
  [1, 2].map((times) => seriesOf(metric, { ...labels, instance: `ksm-${times}` }, ago(seconds * times, run)));

/** Backups that are none of it, and fresh. */
const justMade = (cronJob: string, namespace: string, run: Run): InputSeries[] =>
  [
    { namespace: ELSEWHERE, cronjob: cronJob },
    { namespace, cronjob: "another" },
  ].flatMap((labels) =>
    [KUBE_STATE_METRICS.cronJobSucceeded, KUBE_STATE_METRICS.cronJobCreated].map((metric) =>
      seriesOf(metric, labels, ago(0, run)),
    ),
  );

/** Jobs of the namespace that have failed and are still there: 0 where none has, nothing where there is no Job. */
const failedJobs: Signal<"namespace"> = {
  on: "namespace",
  unit: "count",
  value: ({ namespace }) => {
    const failed = select(KUBE_STATE_METRICS.jobFailed, { namespace, condition: "true" });
    const jobs = select(KUBE_STATE_METRICS.jobOwner, { namespace });
    return sum(now(failed))
      .all()
      .or(count(now(jobs)).all().times(0));
  },
  series: (of, value, run) => jobsOf(of, value, run),
  variants: [
    (of, value, run) => [
      ...jobsOf(of, value, run),
      ...jobSeries({ namespace: of.namespace, job_name: "tried-again" }, "false", run),
    ],
  ],
};

const jobsOf = ({ namespace }: SubjectOf<"namespace">, value: number, run: Run): InputSeries[] => [
  ...jobSeries({ namespace, job_name: "good" }, undefined, run),
  ...Array.from({ length: Math.round(value) }, (_, index) =>
    jobSeries({ namespace, job_name: `bad-${index}` }, "true", run),
  ).flat(),
  ...["a", "b"].flatMap((name) => jobSeries({ namespace: ELSEWHERE, job_name: name }, "true", run)),
];

const jobSeries = (
  labels: { namespace: string; job_name: string },
  failed: "true" | "false" | undefined,
  run: Run,
): InputSeries[] => [
  seriesOf(KUBE_STATE_METRICS.jobOwner, labels, constant(1, run)),
  ...(failed === undefined
    ? []
    : ["true", "false", "unknown"].map((condition) =>
        seriesOf(
          KUBE_STATE_METRICS.jobFailed,
          { ...labels, condition },
          constant(condition === failed ? 1 : 0, run),
        ),
      )),
];

/** Targets of the namespace that answered no scrape all through the window: services' metrics, probes and the SQL exporter. */
const exporterDown: Signal<"namespace"> = {
  on: "namespace",
  unit: "count",
  value: ({ namespace }, window) => {
    const best = overTime("max", select(PROMETHEUS.up, { namespace }), window);
    return count(best).all().minus(sum(best).all());
  },
  series: ({ namespace }, value, run) => [
    target(namespace, "well", 1, run),
    ...Array.from({ length: Math.max(Math.round(value), 1) }, (_, index) =>
      target(namespace, `other-${index}`, index < value ? 0 : 1, run),
    ),
    ...passing(namespace, run),
    target(ELSEWHERE, "down", 0, run),
    target(ELSEWHERE, "well", 1, run),
  ],
};

/** Seconds that each of a row of targets is there. */
const STAY = 240;

/** Targets that come and go, as pods of a CronJob do: none of them was down. */
const passing = (namespace: string, run: Run): InputSeries[] => {
  const stay = Math.ceil(STAY / run.stepSeconds);
  return Array.from({ length: Math.ceil(run.steps / stay) }, (_, index) => ({
    ...target(namespace, `passing-${index}`, 1, run),
    values: `${index === 0 ? "" : `_x${index * stay} `}1x${stay - 1}`,
  }));
};

const target = (namespace: string, service: string, value: number, run: Run): InputSeries =>
  seriesOf(PROMETHEUS.up, { namespace, service, job: service, pod: `${service}-0` }, constant(value, run));

export const UPKEEP_SIGNALS = { backupAge, failedJobs, exporterDown };
