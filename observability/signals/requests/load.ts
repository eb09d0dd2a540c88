/** Loads of tests, and the values of their series. Pure. */
import type { Run } from "../signal";
import type { Load } from "./router";

/**
 * As many below each bound as make the 95th percentile, which is read off a straight line between two bounds, the value.
 * That can be no less than 95 % of the first bound; beyond the last one, all of them are.
 */
export const withP95 =
  (value: number): Load["within"] =>
  (bounds) => {
    const upper = bounds.findIndex((bound) => value <= bound);
    if (upper === -1) return bounds.map(() => 0);
    const [low, high] = [bounds[upper - 1] ?? 0, bounds[upper] ?? value];
    const place = (value - low) / (high - low);
    // Of the line from `below` to `above`, the 95 % lie at `place`; below the first bound there is none.
    const [below, above] =
      upper === 0
        ? [0, 0.95 / place]
        : place >= 0.5
          ? [0.9, 0.9 + 0.05 / place]
          : [(0.95 - place) / (1 - place), 1];
    return bounds.map((_, index) => (index < upper ? below : index === upper ? above : 1));
  };

/** The share of slow ones lies beyond every bound. */
export const withSlow =
  (share: number, seconds: number): Load["within"] =>
  (bounds) =>
    bounds.map((bound) => (bound >= seconds ? 1 - share : 0));

const QUICK = 0.02;

/** An ordinary load, but for what is told. */
export const load = (told: Partial<Load> = {}): Load => ({
  perSecond: 10,
  errorRatio: 0,
  latency: { p95: QUICK, mean: QUICK },
  within: withP95(QUICK),
  ...told,
});

/** The worst, and much of it quick: what it is mixed with by mistake shows. */
export const TERRIBLE: Load = load({
  perSecond: 1000,
  errorRatio: 1,
  latency: { p95: 60, mean: 60 },
  within: (bounds) => bounds.map(() => 0.5),
});

/** As promtool reads a number: never by an exponent. */
const written = (value: number): string => String(Number(value.toFixed(6)));

interface Values {
  readonly start: number;
  readonly step: number;
  readonly steps: number;
}

/** `steps` more values after the first. */
const line = ({ start, step, steps }: Values): string =>
  `${written(start)}${step < 0 ? "-" : "+"}${written(Math.abs(step))}x${steps}`;

/** Values of a load that may once have been another; where nothing is asked any more, there is no series any more. */
function values(
  { perSecond, before }: Load,
  { stepSeconds, steps }: Run,
  ofStretch: (perSecond: number, steps: number, start: number) => { text: string; next: number },
): string {
  if (before === undefined) return ofStretch(perSecond, steps, 0).text;
  const first = Math.min(steps, before.seconds / stepSeconds);
  const former = ofStretch(before.perSecond, first, 0);
  if (perSecond === 0 || first === steps) return former.text;
  return `${former.text} ${ofStretch(perSecond, steps - first - 1, former.next).text}`;
}

/** A counter of `each` a request. */
export const counted = (load: Load, each: number, run: Run): string =>
  values(load, run, (perSecond, steps, start) => {
    const step = perSecond * each * run.stepSeconds;
    return { text: line({ start, step, steps }), next: start + step * (steps + 1) };
  });

/** A gauge of requests a second, times `each`. */
export const gauged = (load: Load, each: number, run: Run): string =>
  values(load, run, (perSecond, steps) => ({
    text: line({ start: perSecond * each, step: 0, steps }),
    next: 0,
  }));

/** The same value throughout. */
export const level = (value: number, { steps }: Run): string => line({ start: value, step: 0, steps });
