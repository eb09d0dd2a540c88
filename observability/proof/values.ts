/** Series of tests cut and joined: something wrong for a while, then right again, as it comes in life. Pure. */
import { CATALOGUE } from "../metrics/catalogue";
import type { InputSeries, Run } from "../signals/signal";

/** One sample; `undefined` is none at that time. */
type Value = number | undefined;

const COUNTERS: ReadonlySet<string> = new Set(
  CATALOGUE.flatMap(({ name, kind }) =>
    kind === "counter"
      ? [name]
      : kind === "histogram"
        ? [`${name}_bucket`, `${name}_count`, `${name}_sum`]
        : [],
  ),
);

/** Whether a series is of a counter, or of a histogram's counters. */
export const isCounter = ({ series }: InputSeries): boolean =>
  COUNTERS.has(series.split("{", 1)[0] ?? series);

const RUN =
  /^(?<start>_|stale|-?[\d.]+(?:e[+-]?\d+)?)(?:(?<by>[+-][\d.]+(?:e[+-]?\d+)?))?(?:x(?<times>\d+))?$/;

/** The values that promtool makes of one word: `1+2x3` is 1 3 5 7, `1x2` is 1 1 1, `_x2` is none twice. */
function word(text: string): readonly Value[] {
  const { start, by = "0", times = "0" } = RUN.exec(text)?.groups ?? {};
  if (start === undefined) throw new Error(`${text} is no series of a test`);
  if (start === "_" || start === "stale")
    return Array.from({ length: Math.max(Number(times), 1) }, () => undefined);
  return Array.from({ length: Number(times) + 1 }, (_, step) => Number(start) + Number(by) * step);
}

/** Each value of a series. Errors: it is none that promtool would read. */
export const expanded = ({ values }: InputSeries): readonly Value[] =>
  values.trim().split(/\s+/).flatMap(word);

const written = (values: readonly Value[]): string => values.map((value) => String(value ?? "_")).join(" ");

/** Some time of a test: how its series run, and for how many steps. */
export interface Stretch {
  readonly steps: number;
  readonly series: (run: Run) => readonly InputSeries[];
}

/**
 * One stretch after another. A counter goes on from where it was; a series that a stretch has not is missing
 * meanwhile.
 */
export function joined(stretches: readonly Stretch[], run: Omit<Run, "steps">): readonly InputSeries[] {
  const parts = stretches.map(({ steps, series }) => ({
    steps,
    series: new Map(series({ ...run, steps }).map((each) => [each.series, expanded(each).slice(0, steps)])),
  }));
  const names = [...new Set(parts.flatMap(({ series }) => [...series.keys()]))];
  return names.map((name) => {
    const values = parts.map(
      ({ steps, series }) => series.get(name) ?? new Array<Value>(steps).fill(undefined),
    );
    const whole = isCounter({ series: name, values: "" })
      ? values.reduce<readonly Value[]>(goingOn, [])
      : values.flat();
    return { series: name, values: written(whole) };
  });
}

/** `next` from where `before` ended, rising as it does by itself. */
function goingOn(before: readonly Value[], next: readonly Value[]): readonly Value[] {
  const last = before.findLast((value) => value !== undefined);
  const [first, second] = next;
  if (last === undefined || first === undefined) return [...before, ...next];
  const shift = last - first + ((second ?? first) - first);
  return [...before, ...next.map((value) => (value === undefined ? undefined : value + shift))];
}

/** The same, with every counter back at nothing at a step, as after a restart of what counts. */
export const restarted = (series: readonly InputSeries[], step: number): readonly InputSeries[] =>
  series.map((each) => {
    const values = expanded(each);
    const before = values[step - 1] ?? 0;
    if (!isCounter(each)) return each;
    return {
      ...each,
      values: written(values.map((value, at) => (at < step || value === undefined ? value : value - before))),
    };
  });

/** The same with every counter rising so many times as fast: 0.01 is a night. */
export const thinned = (series: readonly InputSeries[], factor: number): readonly InputSeries[] =>
  series.map((each) =>
    isCounter(each) || COUNTS.has(each.series.split("{", 1)[0] ?? "")
      ? {
          ...each,
          values: written(times(expanded(each), factor)),
        }
      : each,
  );

/** Gauges that CloudWatch gives by load balancer and zone, and that count as counters do. */
const COUNTS: ReadonlySet<string> = new Set(
  CATALOGUE.filter(
    ({ kind, unit, exporter }) =>
      kind === "gauge" && unit === "requests" && exporter === "cloudwatch-exporter",
  ).map(({ name }) => name),
);

/** Gauges of CloudWatch that are a mean, or a percentile, of each zone. */
const MEANS: ReadonlySet<string> = new Set(
  CATALOGUE.filter(
    ({ kind, unit, exporter }) =>
      kind === "gauge" && unit === "seconds" && exporter === "cloudwatch-exporter",
  ).map(({ name }) => name),
);

/** Of the work, the share of the busier of two pods: the quicker part. */
const MOST = 0.7;
/** How far each of two means is from what both are. */
const APART = 0.4;

const whole = (bucket: string): string => bucket.replace(/\ble="[^"]*"/, 'le="+Inf"');

/**
 * The same of two pods, one of which has most of the work, and the quicker part of it: what is counted is counted by
 * each. A load balancer's means are of two zones.
 */
export const byTwo = (series: readonly InputSeries[]): readonly InputSeries[] => {
  const totals = new Map(
    series.filter((each) => each.series.includes('le="+Inf"')).map((each) => [each.series, expanded(each)]),
  );
  return series.flatMap((each) => {
    const name = each.series.split("{", 1)[0] ?? "";
    const values = expanded(each);
    const total = each.series.includes("le=") ? totals.get(whole(each.series)) : undefined;
    const parts = MEANS.has(name)
      ? [1 + APART, 1 - APART].map((factor) => times(values, factor))
      : isCounter(each) || COUNTS.has(name)
        ? shared(values, total)
        : undefined;
    return (
      parts?.map((part, index) => ({
        series: each.series.replace(/\}$/, `, golive_part="${index}"}`),
        values: written(part),
      })) ?? [each]
    );
  });
};

const times = (values: readonly Value[], factor: number): readonly Value[] =>
  values.map((value) => (value === undefined ? undefined : value * factor));

/** What the busier pod has, and what is left for the other: of a bucket, the quickest of all are the busier pod's. */
function shared(
  values: readonly Value[],
  total: readonly Value[] | undefined,
): readonly (readonly Value[])[] {
  const most = values.map((value, at) => {
    if (value === undefined) return undefined;
    return total === undefined ? value * MOST : Math.min(value, (total[at] ?? 0) * MOST);
  });
  return [most, values.map((value, at) => (value === undefined ? undefined : value - (most[at] ?? 0)))];
}

/** The same until a step, and nothing from there on. */
export const ended = (series: readonly InputSeries[], step: number): readonly InputSeries[] =>
  series.map((each) => ({ ...each, values: written(expanded(each).slice(0, step)) }));
