/** The proof of a burn-rate alert: a burn, and what it may not be taken for. Pure. */
import { badRatioOver, eventsOver } from "../metrics/recorded";
import { windowSeconds } from "../promql/window";
import { joined } from "../proof/values";
import type { InputSeries } from "../signals/signal";
import { ELSEWHERE, seriesOf } from "../signals/test-series";
import { type Burn, burnThreshold, fewestEvents, INTERVAL, SAMPLE, type Slo } from "./burns";
import { scaled } from "./objective-proof";
import type { AlertProof, ProofCase } from "./rule";
import { plain } from "./texts";

/** The share of bad events for so many seconds. */
type Span = readonly [share: number, seconds: number];

const STEP = windowSeconds(INTERVAL);
/** The most that a share of events is made to be. */
const NEARLY_ALL = 0.95;
/** So far over the burn that half of the short window is enough. */
const STRONG = 2.4;
/** Events a second in a signal's own series. */
const EVENTS_PER_SECOND = 10;
/** A recording begins, and what it sums is whole, some steps later. */
const SETTLED = 10 * STEP;

const steps = (seconds: number): number => Math.ceil(seconds / STEP);

/** Other service levels, all bad: what a matcher that is left out would take for this one. */
function noise({ labels }: Slo, { long, short }: Burn, count: number): readonly InputSeries[] {
  const others = [
    { ...labels, namespace: ELSEWHERE },
    { ...labels, system: "another" },
    { ...labels, service: "another" },
    { ...labels, slo: "another" },
  ];
  const metrics = [
    { metric: badRatioOver(long), value: NEARLY_ALL },
    { metric: badRatioOver(short), value: NEARLY_ALL },
    { metric: eventsOver(long), value: 1e9 },
  ];
  return others.flatMap((other) =>
    metrics.map(({ metric, value }) => seriesOf(metric, other, `${value}x${count}`)),
  );
}

/** Steps from the first sample until so many events are counted: the first few sums are of less than the whole. */
function stepsUntil(events: number): number {
  const whole = windowSeconds(SAMPLE) / STEP;
  let counted = 0;
  let step = 0;
  while (counted < events) {
    step += 1;
    counted += (Math.min(step, whole) * EVENTS_PER_SECOND * STEP) / whole;
  }
  return step;
}

/** The cases of a burn's alert. The history before them is whole and good, so that each window has what it reads. */
export function burnProof(slo: Slo, burn: Burn): AlertProof {
  const { reading, level } = slo;
  const threshold = burnThreshold(burn, level);
  const long = windowSeconds(burn.long);
  const short = windowSeconds(burn.short);
  const wait = windowSeconds(burn.wait);
  const times = (factor: number) => Math.min(plain(threshold * factor), NEARLY_ALL);
  const made = (name: string, fires: boolean, spans: readonly Span[], factor = 1): ProofCase => {
    const length = spans.reduce((sum, [, seconds]) => sum + steps(seconds), 0);
    const own = () =>
      joined(
        spans.map(([share, seconds]) => ({
          steps: steps(seconds),
          series: (run) => reading.series(share, { ...run, windowSeconds: windowSeconds(SAMPLE) }),
        })),
        { stepSeconds: STEP },
      );
    return {
      name,
      fires,
      stepSeconds: STEP,
      seconds: (length - 1) * STEP,
      series: () => [...scaled(own(), factor), ...noise(slo, burn, length)],
    };
  };
  const whole = long + wait + SETTLED;
  const beginning = stepsUntil(fewestEvents(burn, level)) * STEP;
  const thin = (more: number) => (fewestEvents(burn, level) + more) / (EVENTS_PER_SECOND * long);
  return {
    cases: [
      made("just under the burn", false, [[times(0.9), whole]]),
      made("just over the burn, all through the long window", true, [
        [0, long],
        [times(1.1), whole],
      ]),
      made("over the burn, for too short a part of the long window", false, [
        [0, long],
        [times(1.3), 0.7 * long],
      ]),
      made("over the burn, and for too short a time", false, [[times(1.3), wait]]),
      made("over the burn from the beginning, for long enough", true, [
        [times(1.3), wait + beginning + 2 * STEP],
      ]),
      made("over the burn, and just under it again", false, [
        [0, long],
        [times(1.3), whole],
        [times(0.9), short + windowSeconds(SAMPLE) + STEP],
      ]),
      ...(threshold * STRONG > NEARLY_ALL
        ? []
        : [
            made("over the burn, and good for half of the short window", true, [
              [0, long],
              [times(STRONG), whole],
              [0, 0.5 * short],
            ]),
          ]),
      made("over the burn, of too few events", false, [[times(1.1), whole]], thin(-0.4)),
      made("over the burn, of just enough events", true, [[times(1.1), whole]], thin(0.4)),
      made("idle", false, [[times(1.1), whole]], 0),
      {
        name: "no series of its own",
        fires: false,
        stepSeconds: STEP,
        seconds: whole,
        series: () => noise(slo, burn, steps(whole)),
      },
    ],
  };
}
