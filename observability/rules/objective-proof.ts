/** The proof of an objective's alert: what sets it off, and what must not. Pure. */
import { CATALOGUE } from "../metrics/catalogue";
import type { Limit, Objective } from "../objectives/objective";
import type { Window } from "../promql/expression";
import { windowSeconds } from "../promql/window";
import { byTwo, ended, isCounter, joined, restarted } from "../proof/values";
import { SIGNALS, type SignalName } from "../signals";
import type { Reading } from "../signals/readings";
import type { InputSeries, Run } from "../signals/signal";
import { isNoise } from "../signals/test-series";
import { rangesOf } from "./ranges";
import type { AlertProof, ProofCase } from "./rule";
import { limitValue, plain } from "./texts";

/** Of what the proof is made. */
export interface Proved {
  readonly reading: Reading;
  readonly objective: Pick<Objective, "limit" | "window">;
  /** How long the value must have been wrong. */
  readonly wait: Window;
  readonly keep: Window | undefined;
  /** The alert's expression. */
  readonly text: string;
  /** Fewest samples that it is believed with. */
  readonly fewest: number;
}

/** Values just beyond the limit, just before it, far beyond it, and as good as can be. */
export interface Levels {
  readonly over: number;
  readonly under: number;
  readonly awful: number;
  readonly good: number;
}

const FAR = 20;
/** Seconds that lie beyond every histogram's last bound: of any lower ones, a tenth alone would be slow. */
const BEYOND = 1000;
/** The most that a share of events is made to be. */
const NEARLY_ALL = 0.95;

/** Levels about a limit. Counts are whole; a share of events is no more than all of them. */
export function levelsOf(limit: Limit, isCount: boolean, isShare: boolean, isQuantile = false): Levels {
  const value = limitValue(limit);
  if ("below" in limit) {
    return { over: plain(value * 0.999), under: plain(value * 1.001), awful: value / FAR, good: value * FAR };
  }
  if (isCount) {
    const over = "atLeast" in limit ? value : value + 1;
    return { over, under: over - 1, awful: value === 0 ? 1 : value * FAR, good: 0 };
  }
  return {
    over: plain(value * 1.05),
    under: plain(value * 0.95),
    awful: isShare ? Math.min(value * FAR, NEARLY_ALL) : isQuantile ? BEYOND : value * FAR,
    good: isShare ? 0 : plain(value / 10),
  };
}

/** Signals that are wrong only once they have been wrong all through their window. */
const SUSTAINED: readonly SignalName[] = [
  "unhealthyPods",
  "autoscalerAtMaximum",
  "healthFailing",
  "exporterDown",
];

/** Times are of seconds: a measure of these says nothing of how much there is to measure. */
const MEASURES = new Set(
  CATALOGUE.filter(({ kind, unit }) => kind === "gauge" && unit === "seconds").map(({ name }) => name),
);

const number = (value: number): string => String(Number(value.toFixed(6)));

/** So many times as many requests, jobs or messages; as many as ever of what is none of the signal's. */
export const scaled = (series: readonly InputSeries[], factor: number): readonly InputSeries[] =>
  series.map((each) =>
    isNoise(each) || MEASURES.has(each.series.split("{", 1)[0] ?? "")
      ? each
      : {
          ...each,
          values: each.values.replaceAll(
            /(?<![x\d.])(?<sign>[+-]?)(?<digits>\d+(?:\.\d+)?)/g,
            (_, sign: string, digits: string) => `${sign}${number(Number(digits) * factor)}`,
          ),
        },
  );

/** Events a second in a signal's own series. */
const EVENTS_PER_SECOND = 10;

/** Prometheus takes a series that has ended for still there for so many seconds. */
const STALE = 300;

const isQuantile = (text: string): boolean => text.includes("histogram_quantile(");

interface Timing {
  readonly step: number;
  /** Before anything of the test is read. */
  readonly lookback: number;
  readonly window: number;
  readonly wait: number;
  readonly keep: number;
  /** From when the series are far beyond the limit to when the value is. */
  readonly turn: number;
}

function timingOf({ reading, objective, wait, keep, text }: Proved, { awful }: Levels): Timing {
  const lookback = windowSeconds(SIGNALS[reading.signal].lookback ?? "0s");
  const waited = windowSeconds(wait);
  const step = lookback > 0 ? 60 : waited > 0 && waited <= 120 ? 15 : 30;
  const window = Math.max(0, ...rangesOf(text));
  const share = awful === 0 ? 0 : isQuantile(text) ? 0.05 : Math.abs(limitValue(objective.limit) / awful);
  const slowest = "below" in objective.limit ? 0 : Math.ceil((share * window) / step);
  const turn = SUSTAINED.includes(reading.signal) ? window : slowest * step + 2 * step;
  return {
    step,
    lookback,
    window,
    wait: waited,
    keep: keep === undefined ? 0 : windowSeconds(keep),
    turn,
  };
}

/** The value for so many seconds; it was good before. */
type Span = readonly [value: number, seconds: number];

/** Makes the cases of one alert. */
function maker(proved: Proved, timing: Timing) {
  const { reading, objective } = proved;
  const { step, lookback } = timing;
  const windowOf = { windowSeconds: windowSeconds(objective.window) };
  const runOf = (seconds: number): Run => ({
    stepSeconds: step,
    steps: Math.ceil(seconds / step),
    ...windowOf,
  });
  const lasting = (series: Reading["series"], value: number, seconds: number) =>
    series(value, runOf(lookback + seconds));
  const spans = (all: readonly Span[]) =>
    joined(
      all.map(([value, seconds]) => ({
        steps: Math.ceil(seconds / step),
        series: (run) => reading.series(value, { ...run, ...windowOf }),
      })),
      { stepSeconds: step },
    );
  const proofCase = (
    name: string,
    fires: boolean,
    seconds: number,
    series: ProofCase["series"],
  ): ProofCase => ({ name, fires, stepSeconds: step, seconds: Math.ceil(seconds / step) * step, series });
  return { lasting, spans, proofCase };
}

/** The cases of an objective's alert. */
export function objectiveProof(proved: Proved): AlertProof {
  const { reading, objective } = proved;
  const isShare = reading.samples !== undefined && reading.unit === "ratio";
  const levels = levelsOf(objective.limit, reading.unit === "count", isShare, isQuantile(proved.text));
  const timing = timingOf(proved, levels);
  return {
    cases: [
      ...steady(proved, levels, timing),
      ...(timing.lookback === 0 ? changing(proved, levels, timing) : late(proved, levels, timing)),
      ...(reading.samples === undefined ? [] : sparse(proved, levels, timing)),
      ...(/\bavg_over_time\(/.test(proved.text) && timing.lookback === 0
        ? gusty(proved, levels, timing)
        : []),
    ],
  };
}

/** The same value all the time. */
function steady(proved: Proved, { over, under, good }: Levels, timing: Timing): readonly ProofCase[] {
  const { reading, text, objective } = proved;
  const { lookback, window, wait, step, turn } = timing;
  const { lasting, proofCase } = maker(proved, timing);
  const seconds = window + wait + turn + 4 * step;
  const whole = lookback + seconds;
  const always = (name: string, fires: boolean, value: number, series = reading.series) =>
    proofCase(name, fires, whole, () => lasting(series, value, seconds));
  const ofTwo = (name: string, fires: boolean, value: number, series: Reading["series"]) =>
    proofCase(name, fires, whole, () => byTwo(lasting(series, value, seconds)));
  const all = [reading.series, ...reading.variants].map((series, index) => ({
    series,
    told: index === 0 ? "" : `, otherwise told (${index})`,
  }));
  return [
    always("just under the limit", false, under),
    always("just over the limit", true, over),
    ...all.map(({ told, series }) =>
      always(`just over the limit, and nothing else there is${told}`, true, over, (value, run) =>
        series(value, run).filter((each) => !isNoise(each)),
      ),
    ),
    ...(/\btime\(\)/.test(text)
      ? [always("at the limit", "atLeast" in objective.limit, limitValue(objective.limit))]
      : []),
    proofCase("no series at all", false, whole, () => []),
    ...all.flatMap(({ told, series }) => [
      ...(/\bsum(?: by \([^)]*\))? ?\((?:rate|round|avg_over_time)\(/.test(text)
        ? [
            ofTwo(`just under the limit, of two pods${told}`, false, under, series),
            ofTwo(`just over the limit, of two pods${told}`, true, over, series),
          ]
        : []),
      ...(text.includes("round(") && lasting(series, over, seconds).some(isCounter)
        ? [
            "atLeast" in objective.limit
              ? always(`at the limit, but for a fraction${told}`, true, over - 0.4, series)
              : always(`just under the limit, but for a fraction${told}`, false, under + 0.4, series),
          ]
        : []),
    ]),
    ...all.map(({ told, series }) => always(`as good as can be${told}`, false, good, series)),
    ...reading.variants.flatMap((series, index) => [
      always(`just under the limit, otherwise told (${index + 1})`, false, under, series),
      always(`just over the limit, otherwise told (${index + 1})`, true, over, series),
    ]),
    ...(/\b(?:rate|increase)\(/.test(text) && lookback === 0
      ? [
          proofCase("just under the limit, counters begin anew", false, whole, () =>
            restarted(lasting(reading.series, under, seconds), Math.floor(seconds / step / 2)),
          ),
        ]
      : []),
  ];
}

/** Good, then far beyond the limit, and good again. */
function changing(proved: Proved, { awful, under, good }: Levels, timing: Timing): readonly ProofCase[] {
  const { step, window, wait, keep, turn } = timing;
  const { spans, proofCase } = maker(proved, timing);
  const sustained = SUSTAINED.includes(proved.reading.signal);
  const before = window + 4 * step;
  const during = (name: string, fires: boolean, ...after: readonly Span[]) => {
    const all: readonly Span[] = [[good, before], ...after];
    const seconds = after.reduce((sum, [, each]) => sum + Math.ceil(each / step) * step, 0);
    // Judged at the last sample.
    return proofCase(name, fires, Math.ceil(before / step) * step + seconds - step, () => spans(all));
  };
  const enough = wait + turn + 2 * step;
  // Its own series are read over the shortest range; what else it may be told by, over others.
  const own = Math.min(...rangesOf(proved.text), window);
  const isMean = !sustained && own > 0;
  return [
    during("over the limit for long enough", true, [awful, enough]),
    ...(wait === 0
      ? []
      : [
          during("over the limit, not for long enough", false, [
            awful,
            sustained ? turn + wait - step : wait,
          ]),
        ]),
    ...(isMean
      ? [during("just under the limit, then good", false, [under, enough + window], [good, own])]
      : []),
    during(
      "over the limit, then good again",
      false,
      [awful, enough + window],
      [good, Math.max(own, STALE) + keep + 2 * step],
    ),
    ...(isMean
      ? [during("over the limit within the window", true, [awful, enough + window], [good, own * 0.75])]
      : []),
  ];
}

/** Signals that look far back change once, where their series do. */
function late(proved: Proved, { awful }: Levels, timing: Timing): readonly ProofCase[] {
  const { lookback, step, wait, turn } = timing;
  const { lasting, proofCase } = maker(proved, timing);
  const seconds = proved.objective.window === "5m" ? 2 * turn + wait + 600 : turn + wait;
  const after = (name: string, fires: boolean, seconds: number) =>
    proofCase(name, fires, lookback + seconds, () => lasting(proved.reading.series, awful, seconds));
  return [
    after("over the limit for long enough", true, wait + turn + 2 * step),
    after("over the limit, not for long enough", false, wait),
    ...(proved.reading.signal === "trafficChange"
      ? [
          proofCase("no series any more", true, lookback + seconds, () =>
            ended(lasting(proved.reading.series, 0, seconds), lookback / step),
          ),
        ]
      : []),
  ];
}

/** Hardly anything to measure. */
function sparse(proved: Proved, { over }: Levels, timing: Timing): readonly ProofCase[] {
  const { reading, objective, fewest } = proved;
  const { lookback, window, wait, step, turn } = timing;
  const { lasting, proofCase } = maker(proved, timing);
  const seconds = window + wait + turn + 4 * step;
  const events = EVENTS_PER_SECOND * windowSeconds(objective.window);
  const withEvents = (name: string, fires: boolean, count: number) =>
    proofCase(name, fires, lookback + seconds, () =>
      scaled(lasting(reading.series, over, seconds), count / events),
    );
  return [
    withEvents("idle", false, 0),
    withEvents("over the limit, of one sample too few", false, fewest - 0.9),
    withEvents("over the limit, of just enough samples", true, fewest + 0.4),
    proofCase("over the limit, of just enough samples of two pods", true, lookback + seconds, () =>
      byTwo(scaled(lasting(reading.series, over, seconds), (fewest + 0.4) / events)),
    ),
    ...(lookback === 0 ? [...ebbing(proved, over, timing), ...gone(proved, over, timing)] : []),
  ];
}

/** Over the limit until there are no series any more. */
function gone(proved: Proved, over: number, timing: Timing): readonly ProofCase[] {
  const { reading } = proved;
  const { step, window, wait, turn } = timing;
  const { lasting, proofCase } = maker(proved, timing);
  const seconds = window + wait + turn + 4 * step;
  return [reading.series, ...reading.variants].map((series, index) =>
    proofCase(`over the limit, then no series any more (${index})`, true, seconds + window * 0.6, () =>
      ended(lasting(series, over, seconds), Math.ceil(seconds / step)),
    ),
  );
}

/** A stretch of one sample is a gust or a lull: so far from the mean. */
const GUST = 0.4;

/** Gauges are read as their mean: values that change from one sample to the next, about the same mean. */
function gusty(proved: Proved, { over, under }: Levels, timing: Timing): readonly ProofCase[] {
  const { reading, objective, fewest } = proved;
  const { lookback, window, wait, step, turn } = timing;
  const { proofCase } = maker(proved, timing);
  const windowed = windowSeconds(objective.window);
  const whole = lookback + window + wait + turn + 4 * step;
  const gusts = (
    name: string,
    fires: boolean,
    series: (factor: number, run: Run) => readonly InputSeries[],
  ): ProofCase =>
    proofCase(name, fires, whole, () =>
      joined(
        Array.from({ length: Math.ceil(whole / step) + 1 }, (_, at) => ({
          steps: 1,
          series: (run) => series(at % 2 === 0 ? 1 + GUST : 1 - GUST, { ...run, windowSeconds: windowed }),
        })),
        { stepSeconds: step },
      ),
    );
  const few = fewest / (EVENTS_PER_SECOND * windowed);
  const traffic = (value: number, share: number) => (factor: number, run: Run) =>
    scaled(reading.series(value, run), factor * share);
  return [
    gusts("under the limit in the mean", false, (factor, run) => reading.series(under * factor, run)),
    gusts("over the limit in the mean", true, (factor, run) => reading.series(over * factor, run)),
    ...(reading.samples === undefined
      ? []
      : [
          gusts("under the limit, traffic in gusts", false, traffic(under, 1)),
          gusts("over the limit, in gusts of just enough samples", true, traffic(over, 1.1 * few)),
          gusts("over the limit, in gusts of too few samples", false, traffic(over, 0.9 * few)),
        ]),
  ];
}

/** Over the limit all along, while there is ever less to measure. */
function ebbing(proved: Proved, over: number, timing: Timing): readonly ProofCase[] {
  const { reading, objective, fewest } = proved;
  const { step, window, wait, keep, turn } = timing;
  const { proofCase } = maker(proved, timing);
  const busy = window + wait + turn + 4 * step;
  const events = EVENTS_PER_SECOND * windowSeconds(objective.window);
  const then = (name: string, fires: boolean, seconds: number, share: number) => {
    const steps = [busy, seconds].map((each) => Math.ceil(each / step));
    const [before = 0, after = 0] = steps;
    const run = { windowSeconds: windowSeconds(objective.window) };
    return proofCase(name, fires, (before + after - 1) * step, () =>
      joined(
        [
          { steps: before, series: (of) => reading.series(over, { ...of, ...run }) },
          { steps: after, series: (of) => scaled(reading.series(over, { ...of, ...run }), share) },
        ],
        { stepSeconds: step },
      ),
    );
  };
  return [
    then("over the limit, then nothing more", true, window * 0.75, 0),
    then("over the limit, of too few samples by now", false, window + keep + 2 * step, (fewest - 1) / events),
  ];
}
