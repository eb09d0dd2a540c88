/** Series of the catalogue's metrics as promtool takes them. Pure. */
import type { Kind, Metric } from "../metrics/metric";
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

/** A histogram's series where each of `perSecond` observations a second has the value: the buckets from its own on rise. */
export const observed = (
  { name, buckets = [] }: Metric<"histogram", string>,
  labels: Labels,
  value: number,
  perSecond: number,
  run: Run,
): readonly InputSeries[] => {
  const part = (suffix: string, extra: Labels, rate: number) =>
    seriesOf({ name: `${name}_${suffix}` }, { ...labels, ...extra }, rising(rate, run));
  return [
    ...[...buckets, Infinity].map((bound) =>
      part("bucket", { le: bound === Infinity ? "+Inf" : String(bound) }, bound >= value ? perSecond : 0),
    ),
    part("count", {}, perSecond),
    part("sum", {}, perSecond * value),
  ];
};

/** Another namespace, whose series must change nothing. */
export const ELSEWHERE = "elsewhere";
