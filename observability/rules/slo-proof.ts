/**
 * The proof of a burn-rate alert: a burn, and what it may not be taken for. What it reads is given as it is recorded, which
 * says each threshold to the last digit; what is recorded, as a host or a worker counts it. Pure.
 */
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

/** Of two evaluations. */
const STEP = windowSeconds(INTERVAL);
/** Of shares over a day and more, which are the same when they are recorded less often. Not so the number of events. */
const FAR_STEP = 4 * STEP;
const FAR_SECONDS = windowSeconds("1d");
/** The most that a share of events is made to be. */
const NEARLY_ALL = 0.95;
/** Events a second in a signal's own series. */
const EVENTS_PER_SECOND = 10;
const MANY = 1e9;

type Labels = Slo["labels"];

/** What a burn's alert reads. */
interface Reads {
  readonly long: number;
  readonly short: number;
  readonly events: number;
}

const recorded = (
  labels: Labels,
  burn: Burn,
  values: { readonly [K in keyof Reads]: string },
): readonly InputSeries[] => [
  seriesOf(badRatioOver(burn.long), labels, values.long),
  seriesOf(badRatioOver(burn.short), labels, values.short),
  seriesOf(eventsOver(burn.long), labels, values.events),
];

/** Other service levels, all bad: what a matcher that is left out would take for this one. */
const noise = ({ labels }: Slo, burn: Burn, count: number): readonly InputSeries[] =>
  [{ namespace: ELSEWHERE }, { system: "another" }, { service: "another" }, { slo: "another" }].flatMap(
    (other) =>
      recorded({ ...labels, ...other }, burn, {
        long: `${NEARLY_ALL}x${count}`,
        short: `${NEARLY_ALL}x${count}`,
        events: `${MANY}x${count}`,
      }),
  );

/** The cases of a burn's alert. */
export const burnProof = (slo: Slo, burn: Burn): AlertProof => ({
  cases: [...asRecorded(slo, burn), ...asCounted(slo, burn)],
});

/** What is recorded is as it is all the time, or was so until `good` steps before the end. */
function asRecorded(slo: Slo, burn: Burn): readonly ProofCase[] {
  const limit = burnThreshold(burn, slo.level);
  const fewest = fewestEvents(burn, slo.level);
  const wait = windowSeconds(burn.wait) / STEP;
  const over = Math.min(plain(limit * 1.1), plain((limit + 1) / 2));
  const burning: Reads = { long: over, short: over, events: fewest };
  const good: Reads = { long: 0, short: 0, events: MANY };
  const made = (name: string, fires: boolean, of: Partial<Reads>, bad = wait, after = 0): ProofCase => {
    const reads = { ...burning, ...of };
    const values = (key: keyof Reads) =>
      `${reads[key]}x${bad}${after > 0 ? ` ${good[key]}x${after - 1}` : ""}`;
    return {
      name,
      fires,
      stepSeconds: STEP,
      seconds: (bad + after) * STEP,
      series: () => [
        ...recorded(slo.labels, burn, {
          long: values("long"),
          short: values("short"),
          events: values("events"),
        }),
        ...noise(slo, burn, bad + after),
      ],
    };
  };
  return [
    made("over the burn in both windows, of just enough events", true, {}),
    made("for a step less", false, {}, wait - 1),
    made("over the burn until a step ago", false, {}, wait, 1),
    made("just at the burn in the long window", false, { long: limit }),
    made("just at the burn in the short window", false, { short: limit }),
    made("far below the burn in the long window", false, { long: 0 }),
    made("far below the burn in the short window", false, { short: 0 }),
    made("of an event too few", false, { events: fewest - 1 }),
    made("all bad, of very many events", true, { long: 1, short: 1, events: MANY }),
  ];
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

/** Of the signal's own series. Shares begin with the first sample: what was before it weighs nothing. */
function asCounted(slo: Slo, burn: Burn): readonly ProofCase[] {
  const { reading, level } = slo;
  const threshold = burnThreshold(burn, level);
  const [long, wait] = [windowSeconds(burn.long), windowSeconds(burn.wait)];
  const times = (factor: number) => Math.min(plain(threshold * factor), NEARLY_ALL);
  const made = (name: string, fires: boolean, spans: readonly Span[], factor = 1, step = STEP): ProofCase => {
    const stretches = spans.map(([share, seconds]) => ({ share, steps: Math.ceil(seconds / step) }));
    const steps = stretches.reduce((sum, each) => sum + each.steps, 0);
    const run = { windowSeconds: windowSeconds(SAMPLE) };
    const own = () =>
      joined(
        stretches.map(({ share, steps }) => ({
          steps,
          series: (of) => reading.series(share, { ...of, ...run }),
        })),
        { stepSeconds: step },
      );
    return {
      name,
      fires,
      stepSeconds: step,
      seconds: (steps - 1) * step,
      series: () => [...scaled(own(), factor), ...noise(slo, burn, steps)],
    };
  };
  const fewest = fewestEvents(burn, level);
  const enough = wait + (stepsUntil(fewest) + 2) * STEP;
  const isFar = long >= FAR_SECONDS;
  const step = isFar ? FAR_STEP : STEP;
  /** As many as make so many events, but for those of the first sample, of which nothing is known. */
  const thin = (events: number, seconds: number) => events / (EVENTS_PER_SECOND * seconds);
  return [
    made("counted: just under the burn", false, [[times(0.9), 2 * enough]]),
    made("counted: just over the burn", true, [[times(1.1), enough]]),
    made("counted: just over the burn, for too short a time", false, [[times(1.1), wait]]),
    made("counted: idle", false, [[times(1.1), 2 * enough]], 0),
    made(
      "counted: just over the burn, of half the events",
      false,
      [[times(1.1), enough]],
      thin(fewest / 2, enough),
    ),
    made(
      "counted: over the burn, for too short a part of the long window",
      false,
      [
        [0, long],
        [times(1.3), 0.7 * long],
      ],
      1,
      step,
    ),
    made(
      "counted: over the burn for the long window, whatever was before",
      true,
      [
        [0, long],
        [times(1.1), long + wait + 10 * step],
      ],
      1,
      step,
    ),
    ...(isFar
      ? []
      : [
          made(
            "counted: of enough events within the long window",
            true,
            [[times(1.1), long + enough]],
            thin(1.1 * fewest, long),
          ),
          made(
            "counted: of too few events within the long window",
            false,
            [[times(1.1), 3 * long]],
            thin(0.9 * fewest, long),
          ),
        ]),
  ];
}
