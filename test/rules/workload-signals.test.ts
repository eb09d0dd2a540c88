/** What the signals of workloads, applications, databases and upkeep give on Prometheus itself, for series of a known value. */
import assert from "node:assert/strict";
import { type Window } from "../../observability/promql/expression";
import { windowSeconds } from "../../observability/promql/window";
import { APPLICATION_SIGNALS } from "../../observability/signals/applications";
import { DATABASE_SIGNALS } from "../../observability/signals/database";
import type { InputSeries, Run, Signal, Subject, SubjectOf } from "../../observability/signals/signal";
import { UPKEEP_SIGNALS } from "../../observability/signals/upkeep";
import { WORKLOAD_SIGNALS } from "../../observability/signals/workloads";
import { evaluate, promtools, type Sample } from "../support/promtool";
import { GUELAGUETZA } from "../support/watched";

const STEP = 30;

const [service] = GUELAGUETZA.services;
assert.ok(service);
const workload: SubjectOf<"workload"> = { kind: "workload", namespace: "shop", service };
const namespace: SubjectOf<"namespace"> = { kind: "namespace", namespace: "shop" };
const backup: SubjectOf<"backup"> = {
  kind: "backup",
  namespace: "shop",
  backup: { cronJob: "dump", everySeconds: 86_400 },
};

/** A signal of a subject, and values that it must read from each way to make its series. */
interface Trial {
  readonly title: string;
  readonly text: (window: Window) => string;
  readonly window: Window;
  readonly ways: readonly ((value: number, run: Run) => readonly InputSeries[])[];
  readonly values: readonly number[];
  /** By how much of the value a reading may be off: a quantile is told no closer than its bucket. */
  readonly off: number;
}

const trial = <K extends Subject["kind"]>(
  title: string,
  signal: Signal<K>,
  subject: SubjectOf<K>,
  values: readonly number[],
  { window = "5m", off = 1e-6 }: { readonly window?: Window; readonly off?: number } = {},
): Trial => ({
  title,
  text: (over) => signal.value(subject, over).text,
  window,
  ways: [signal.series, ...(signal.variants ?? [])].map((make) => (value, run) => make(subject, value, run)),
  values,
  off,
});

const { cpuSaturation, memorySaturation, restarts, unhealthyPods, autoscalerAtMaximum } = WORKLOAD_SIGNALS;
const SHARES = [0.02, 0.79, 0.81, 1];

const TRIALS: readonly Trial[] = [
  trial(
    "E7 E9 K25 the CPU of the fullest container, of its limit or else of its request",
    cpuSaturation,
    workload,
    SHARES,
  ),
  trial(
    "E7 K25 the memory of the fullest container, of its limit or else of its request",
    memorySaturation,
    workload,
    SHARES,
  ),
  trial("E9 restarts within a quarter of an hour, whole ones", restarts, workload, [0, 3, 4, 9], {
    window: "15m",
  }),
  trial("K25 pods that are missing all the time", unhealthyPods, workload, [0, 1, 3]),
  trial("E7 whether the autoscaler has reached its end", autoscalerAtMaximum, workload, [0, 1]),
  trial(
    "L18 the share of the worker's jobs that fail",
    APPLICATION_SIGNALS.workerFailureRatio,
    workload,
    [0, 0.019, 0.021, 1],
  ),
  trial(
    "L18 retries of the outbox within an hour, whole ones",
    APPLICATION_SIGNALS.outboxRetries,
    workload,
    [0, 4, 5, 60],
    { window: "1h" },
  ),
  trial(
    "L16 how long messages wait in their queue",
    APPLICATION_SIGNALS.queueLatency,
    workload,
    [0.1, 5, 60],
    {
      off: 0.1,
    },
  ),
  trial(
    "G7 G12 the share of checkouts that end in a ConcurrencyError",
    APPLICATION_SIGNALS.concurrencyErrorRatio,
    workload,
    [0, 0.009, 0.11],
  ),
  trial(
    "G12 G13 the share of checkouts that fail",
    APPLICATION_SIGNALS.checkoutFailureRatio,
    workload,
    [0, 0.04, 0.21, 1],
  ),
  trial("G7 G12 the latency of checkouts", APPLICATION_SIGNALS.checkoutLatencyP95, workload, [0.5, 2, 10], {
    off: 0.1,
  }),
  trial("G6 products with a negative stock", DATABASE_SIGNALS.negativeStock, namespace, [0, 1, 7]),
  trial(
    "G6 ConcurrencyErrors of an hour, of the database or else of the application",
    DATABASE_SIGNALS.concurrencyErrors,
    namespace,
    [0, 100, 101],
    { window: "1h" },
  ),
  trial("G6 failed orders of an hour", DATABASE_SIGNALS.failedOrders, namespace, [0, 50, 51]),
  trial("G7 orders by state", DATABASE_SIGNALS.ordersByState, namespace, [0, 12]),
  trial("G12 orders that the cleanup has left", DATABASE_SIGNALS.uncleanedOrders, namespace, [0, 11]),
  trial(
    "L14 the age of the last good backup, or of its clock before the first, in intervals",
    UPKEEP_SIGNALS.backupAge,
    backup,
    [0.1, 1, 2],
    // Between two evaluations a timestamp is a step old.
    { off: 0.01 },
  ),
  trial("L11 G2 Jobs that have failed", UPKEEP_SIGNALS.failedJobs, namespace, [0, 1, 3]),
  trial("G6 targets that do not answer", UPKEEP_SIGNALS.exporterDown, namespace, [0, 1, 2]),
];

const run = (over: Window): Run => ({
  stepSeconds: STEP,
  steps: (windowSeconds(over) * 2) / STEP,
  windowSeconds: windowSeconds(over),
});

const scenarioOf = ({ text, window }: Trial, series: readonly InputSeries[]) => ({
  stepSeconds: STEP,
  series,
  questions: [{ expr: text(window), atSeconds: windowSeconds(window) * 2 }],
});

describe("signals of workloads, applications, databases and upkeep", () => {
  for (const each of TRIALS) {
    it(each.title, async () => {
      const wanted = each.ways.flatMap((make, way) =>
        each.values.map((value) => ({ way, value, series: make(value, run(each.window)) })),
      );
      for (const { version, path } of await promtools()) {
        const answers = await evaluate(
          path,
          { groups: [] },
          wanted.map(({ series }) => scenarioOf(each, series)),
        );
        wanted.forEach(({ way, value }, index) => {
          const [samples = []] = answers[index] ?? [];
          const about = `Prometheus ${version}, way ${way}, ${value}`;
          assert.equal(samples.length, 1, `${about}: ${JSON.stringify(samples)}`);
          const [sample] = samples;
          const off = Math.abs((sample?.value ?? NaN) - value);
          assert.ok(off <= Math.max(each.off * value, 1e-6), `${about} reads ${sample?.value}`);
        });
      }
    });
  }

  /** Answers of a signal's expression to series that are written out. */
  const answersTo = async (text: string, series: readonly InputSeries[]): Promise<readonly Sample[]> => {
    const [first] = await promtools();
    assert.ok(first);
    const [answers = []] = await evaluate(first.path, { groups: [] }, [
      { stepSeconds: STEP, series, questions: [{ expr: text, atSeconds: 600 }] },
    ]);
    return answers[0] ?? [];
  };

  it("E7 P12 a sidecar that is full counts, though the pod as a whole is not", async () => {
    const pod = { namespace: "shop", pod: `${service.name}-5c8b9f7d6-x2x4z` };
    const of = (container: string, used: number) => {
      const labels = `{namespace="${pod.namespace}", pod="${pod.pod}", container="${container}"`;
      return [
        {
          series: `container_cpu_usage_seconds_total${labels}}`,
          values: `0+${used * STEP}x30`,
        },
        { series: `kube_pod_container_resource_limits${labels}, resource="cpu"}`, values: "1x30" },
      ];
    };
    const [sample] = await answersTo(cpuSaturation.value(workload, "5m").text, [
      ...of(service.name, 0.1),
      ...of("proxy", 0.95),
    ]);
    assert.ok(Math.abs((sample?.value ?? 0) - 0.95) < 1e-6);
  });

  it("L18 G12 without an event there is no share: nothing, and not NaN", async () => {
    for (const signal of [APPLICATION_SIGNALS.workerFailureRatio, APPLICATION_SIGNALS.checkoutFailureRatio]) {
      const idle = signal
        .series(workload, 0.5, { stepSeconds: STEP, steps: 30 })
        .map(({ series }) => ({ series, values: "7x30" }));
      assert.deepEqual(await answersTo(signal.value(workload, "5m").text, idle), []);
      assert.deepEqual(await answersTo(signal.value(workload, "5m").text, []), []);
    }
  });

  it("G6 one scrape that fails does not hide a negative stock, five minutes without one do", async () => {
    const text = DATABASE_SIGNALS.negativeStock.value(namespace, "5m").text;
    const series = 'business_negative_stock_items{namespace="shop"}';
    const [sample] = await answersTo(text, [{ series, values: "2x17 _x3 0x0" }]);
    assert.equal(sample?.value, 2);
    assert.deepEqual(await answersTo(text, [{ series, values: "2x5 stale _x20" }]), []);
  });

  it("K25 a pod that starts is not missing, nor is one that was missing for a moment", async () => {
    const series = `kube_deployment_status_replicas_unavailable{namespace="shop", deployment="${service.name}"}`;
    const [sample] = await answersTo(unhealthyPods.value(workload, "5m").text, [
      { series, values: "0x15 1x10" },
    ]);
    assert.equal(sample?.value, 0);
  });
});
