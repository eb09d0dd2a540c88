/** How long a chat message takes to its receiver: a router sees of a WebSocket only that it was closed (P7). Rows E6, E9. Pure. */
import { APPLICATION } from "../metrics/application";
import { buckets, observations, quantile, rate, sum, type Window } from "../promql/expression";
import { windowSeconds } from "../promql/window";
import { counted, load, TERRIBLE, withP95 } from "./requests/load";
import type { Load } from "./requests/router";
import type { InputSeries, Run, Signal, SubjectOf } from "./signal";
import { ELSEWHERE, noise, seriesOf } from "./test-series";

const { messageDuration } = APPLICATION;

type Workload = SubjectOf<"workload">;

const of = ({ namespace, service: { name } }: Workload) => ({ namespace, container: name });

const messageRate = (workload: Workload, window: Window) =>
  sum(rate(observations(messageDuration, of(workload)), window)).all();

/** Seconds; nothing while nothing is said. */
export const messageLatencyP95: Signal<"workload"> = {
  on: "workload",
  unit: "seconds",
  value: (workload, window) =>
    quantile(0.95, sum(rate(buckets(messageDuration, of(workload)), window)).by("le")).and(
      messageRate(workload, window).above(0),
    ),
  samples: (workload, window) => messageRate(workload, window).times(windowSeconds(window)),
  series: (workload, value, run) => [
    ...messages(of(workload), load({ within: withP95(value) }), run),
    ...noise([
      ...messages({ ...of(workload), namespace: ELSEWHERE }, TERRIBLE, run),
      ...messages({ ...of(workload), container: "another" }, TERRIBLE, run),
    ]),
  ],
};

function messages(labels: ReturnType<typeof of>, asked: Load, run: Run): readonly InputSeries[] {
  const bounds = messageDuration.buckets ?? [];
  const quick = asked.within(bounds);
  const part = (suffix: string, more: Readonly<Record<string, string>>, each: number) =>
    seriesOf(
      { ...messageDuration, name: `${messageDuration.name}_${suffix}` },
      { ...labels, pod: `${labels.container}-0`, ...more },
      counted(asked, each, run),
    );
  return [
    ...bounds.map((bound, index) => part("bucket", { le: String(bound) }, quick[index] ?? 1)),
    part("bucket", { le: "+Inf" }, 1),
    part("count", {}, 1),
    part("sum", {}, asked.latency.mean),
  ];
}
