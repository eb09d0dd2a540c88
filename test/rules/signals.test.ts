/** What the signals of a host's requests give on Prometheus itself, for series of a known value. */
import assert from "node:assert/strict";
import { windowOf, windowSeconds } from "../../observability/promql/window";
import { restarted } from "../../observability/proof/values";
import { SIGNALS } from "../../observability/signals";
import type { InputSeries, Signal, Subject, SubjectOf } from "../../observability/signals/signal";
import type { TrafficSource } from "../../observability/watched";
import { evaluate, promtools, type Scenario } from "../support/promtool";
import { ENOVA } from "../support/watched";

/** Steps within a window, and within a run after what a signal looks back at. */
const IN_WINDOW = 5;
const IN_RUN = 30;
const DAY = 86_400;
const SHARES = [0, 0.0009, 0.011, 0.05, 0.5, 1];
const EVERY = ["ingress-nginx", "alb", "gateway-api"] as const;

type Host = SubjectOf<"host">;

const host = (source: TrafficSource, own: Partial<Host> = {}): Host => ({
  kind: "host",
  namespace: "shop",
  service: "api",
  traffic: {
    source,
    host: "api.example.com",
    path: "/",
    route: "api.door",
    canary: { service: "api-new", port: 3000 },
  },
  ...own,
});

const nginx = host("ingress-nginx");
const ownBuckets = { ...nginx, traffic: { ...nginx.traffic, buckets: [0.1, 0.35, 1] } };

const chat = ENOVA.services.find(({ name }) => name === "chat");
assert.ok(chat);

/** A value that a signal is to read, and the series under which it should. */
interface Reading {
  readonly wanted: number;
  readonly series: readonly InputSeries[];
}

interface Case {
  readonly title: string;
  readonly expr: string;
  readonly samples: string | undefined;
  readonly readings: readonly Reading[];
  readonly step: number;
  /** Seconds after which the value is told. */
  readonly at: number;
}

function tried<K extends Subject["kind"]>(
  title: string,
  signal: Signal<K>,
  subject: SubjectOf<K>,
  values: readonly number[],
): Case {
  const lookback = windowSeconds(signal.lookback ?? "0s");
  // A week of minutes takes promtool seconds.
  const step = lookback === 0 ? 60 : 600;
  const window = windowOf(IN_WINDOW * step);
  const run = { stepSeconds: step, steps: lookback / step + IN_RUN };
  return {
    title,
    expr: signal.value(subject, window).text,
    samples: signal.samples?.(subject, window).text,
    readings: [signal.series, ...(signal.variants ?? [])].flatMap((series) =>
      values.map((wanted) => ({ wanted, series: series(subject, wanted, run) })),
    ),
    step,
    at: run.steps * step,
  };
}

const {
  errorRatio,
  slowRatio,
  latencyP95,
  latencyMean,
  requestRate,
  trafficChange,
  canaryErrorExcess,
  messageLatencyP95,
  healthFailing,
  certificateExpiry,
} = SIGNALS;

const cases: readonly Case[] = [
  ...EVERY.flatMap((source) => [
    tried(`E9 K25 S7 errorRatio, ${source}`, errorRatio, host(source), SHARES),
    tried(
      `E9 K24 latencyP95, ${source}`,
      latencyP95,
      host(source),
      [0.0049, 0.049, 0.101, 0.3, 0.499, 0.501, 1.99, 2.01, 9.9],
    ),
    tried(`K21 K25 latencyMean, ${source}`, latencyMean, host(source), [0.01, 2, 9.9, 10.1]),
    tried(`K24 requestRate, ${source}`, requestRate, host(source), [0.2, 99, 101]),
    tried(`E7 trafficChange, ${source}`, trafficChange, host(source), [0, 0.49, 0.51, 1, 3]),
    tried(`K21 healthFailing, ${source}`, healthFailing, host(source), [0, 1]),
    tried(`K8 certificateExpiry, ${source}`, certificateExpiry, host(source), [13 * DAY, 15 * DAY]),
  ]),
  tried("L18 slowRatio, ingress-nginx", slowRatio, { ...nginx, slowerThan: 0.25 }, SHARES),
  tried("L18 slowRatio by one's own buckets", slowRatio, { ...ownBuckets, slowerThan: 0.35 }, SHARES),
  tried("L18 slowRatio by whole seconds (P9)", slowRatio, { ...nginx, slowerThan: 1 }, SHARES),
  tried("L18 slowRatio, gateway-api", slowRatio, host("gateway-api"), SHARES),
  tried("E4 canaryErrorExcess", canaryErrorExcess, nginx, [-0.01, 0, 0.009, 0.011, 0.5]),
  tried("E4 errorRatio of the stable side", errorRatio, { ...nginx, side: "stable" }, SHARES),
  tried("E4 errorRatio of the canary side", errorRatio, { ...nginx, side: "canary" }, SHARES),
  tried("E4 latencyP95 of the canary side", latencyP95, { ...nginx, side: "canary" }, [0.3, 0.6]),
  tried(
    "E9 messageLatencyP95",
    messageLatencyP95,
    { kind: "workload", namespace: "shop", service: chat },
    [0.01, 0.099, 0.101, 2],
  ),
];

const scenario = ({ step, at }: Case, series: readonly InputSeries[], expr: string): Scenario => ({
  stepSeconds: step,
  series,
  questions: [{ expr, atSeconds: at }],
});

type Answer = number | undefined;

/** The one value of each question, without labels; nothing where there is none. Of each version of promtool. */
async function answers(scenarios: readonly Scenario[]): Promise<readonly (readonly Answer[])[]> {
  const versions = await promtools();
  return Promise.all(
    versions.map(async ({ path }) => {
      const given = await evaluate(path, { groups: [] }, scenarios);
      return given.flat().map((samples) => {
        assert.ok(samples.length <= 1, "more than one series");
        for (const { labels } of samples) assert.deepEqual(labels, {});
        return samples[0]?.value;
      });
    }),
  );
}

/** Asserts each answer, within a share of what is wanted. */
async function assertAnswers(
  asked: readonly (readonly [wanted: Answer, Scenario])[],
  tolerance = 1e-4,
): Promise<void> {
  const near = (given: Answer, wanted: Answer) =>
    given === undefined || wanted === undefined
      ? given === wanted
      : Math.abs(given - wanted) <= Math.max(1e-6, Math.abs(wanted) * tolerance);
  for (const given of await answers(asked.map(([, each]) => each))) {
    const wanted = asked.map(([value]) => value);
    const holds = given.length === wanted.length && wanted.every((value, index) => near(given[index], value));
    assert.ok(holds, `expected ${wanted.join(" ")}, got ${given.join(" ")}`);
  }
}

/** CloudWatch's sums are gauges. */
const COUNTER = /^(?!aws_)\w+(_count|_requests|_rq_xx)\{/;

describe("signals of a host's requests", () => {
  it("L18 slowRatio finds the bucket of whole seconds under the name that Prometheus 3 gives it (P9)", async () => {
    const each = tried("", slowRatio, { ...nginx, slowerThan: 1 }, SHARES);
    const renamed = (series: readonly InputSeries[]) =>
      series.map((one) => ({ ...one, series: one.series.replace('le="1"', 'le="1.0"') }));
    await assertAnswers(
      each.readings.map(
        ({ wanted, series }) => [wanted, scenario(each, renamed(series), each.expr)] as const,
      ),
    );
  });

  for (const each of cases) {
    const { title, expr, samples, readings, step, at } = each;
    const [first] = readings;
    const last = readings.at(-1);
    assert.ok(first && last);

    it(`${title}: reads what its series hold whatever else is measured, and nothing where nothing is`, async () => {
      await assertAnswers([
        ...readings.map(({ wanted, series }) => [wanted, scenario(each, series, expr)] as const),
        [undefined, scenario(each, [], expr)],
      ]);
    });

    if (!first.series.some(({ series }) => COUNTER.test(series))) continue;

    it(`${title}: is nothing, or no request, while nothing is asked`, async () => {
      const idle = first.series.map(({ series }) => ({ series, values: `5x${at / step}` }));
      const wanted = title.includes("requestRate") ? 0 : undefined;
      await assertAnswers([[wanted, scenario(each, idle, expr)]]);
    });

    it(`${title}: stands a restart of what counts, which hides one step of the five in the window`, async () => {
      const series = restarted(last.series, at / step - 2);
      await assertAnswers([[last.wanted, scenario(each, series, expr)]], 0.25);
    });

    it(`${title}: counts its samples`, async () => {
      assert.ok(samples !== undefined);
      for (const [count] of await answers([scenario(each, last.series, samples)])) {
        assert.ok(count !== undefined && count > 0, String(count));
      }
    });
  }
});
