/** Series of the catalogue's metrics as promtool takes them. Pure. */
import type { Kind, Metric } from "../metrics/metric";
import { withP95 } from "./requests/load";
import type { InputSeries, Run } from "./signal";

/** Labels of a series; those that golive does not select by, such as `instance`, may be there too. */
type Labels = Readonly<Record<string, string>>;

/** A series of a counter or a gauge. */
export const seriesOf = (
  { name }: Pick<Metric<Kind, string>, "name">,
  labels: Labels,
  values: string,
): InputSeries => ({
  series: `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(", ")}}`,
  values,
});

/** The same at every step. */
export const constant = (value: number, { steps }: Run): string => `${value}x${steps}`;

/** A counter that rises by so much a second. */
export const rising = (perSecond: number, { stepSeconds, steps }: Run): string =>
  `0+${perSecond * stepSeconds}x${steps}`;

/** A histogram's series of `perSecond` observations a second whose 95th percentile is the value. */
export const observed = (
  { name, buckets = [] }: Metric<"histogram", string>,
  labels: Labels,
  value: number,
  perSecond: number,
  run: Run,
): readonly InputSeries[] => {
  const part = (suffix: string, extra: Labels, rate: number) =>
    seriesOf({ name: `${name}_${suffix}` }, { ...labels, ...extra }, rising(rate, run));
  const shares = withP95(value)(buckets);
  return [
    ...buckets.map((bound, index) => part("bucket", { le: String(bound) }, perSecond * (shares[index] ?? 1))),
    part("bucket", { le: "+Inf" }, perSecond),
    part("count", {}, perSecond),
    part("sum", {}, perSecond * value),
  ];
};

/** Another namespace, whose series must change nothing. */
export const ELSEWHERE = "elsewhere";

const NOISE = 'noise="true"';

/** Series of what is none of the signal's, told apart by a label that no selector asks for: cases leave them as they are. */
export const noise = (series: readonly InputSeries[]): readonly InputSeries[] =>
  series.map((each) => ({ ...each, series: each.series.replace(/\}$/, `, ${NOISE}}`) }));

/** Whether a series is none of the signal's. */
export const isNoise = ({ series }: InputSeries): boolean => series.includes(NOISE);
