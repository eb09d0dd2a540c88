/** Signals of a Deployment's pods, by kube-state-metrics and cAdvisor. Rows K25, E7, E9. Pure. */
import { CADVISOR } from "../metrics/cadvisor";
import { KUBE_STATE_METRICS } from "../metrics/kube-state-metrics";
import {
  count,
  increase,
  max,
  now,
  overTime,
  rate,
  select,
  sum,
  type Vector,
  type Window,
} from "../promql/expression";
import type { InputSeries, Run, Signal, SubjectOf } from "./signal";
import { constant, ELSEWHERE, rising, seriesOf } from "./test-series";

type Workload = SubjectOf<"workload">;
type ContainerLabel = "namespace" | "pod" | "container";

/**
 * Letters of the two random parts of a Deployment's pod names: without vowels, so that the pods of a Job named
 * `<service>-worker` are not taken for the service's.
 * https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go
 */
const RANDOM = "[b-df-hj-np-tv-xz2-9]";

/** The Deployment's containers, sidecars among them; what names no container is the pod's sum, or its pause. */
const containersOf = ({ namespace, service: { name } }: Workload) => ({
  namespace,
  pod: { like: `${name}-${RANDOM}+-${RANDOM}{5}` },
  container: { unlike: "|POD" },
});

/** Each container's limit, or its request where it has none (P12). Exporters disagree on further labels: none is kept. */
function allowed(workload: Workload, resource: "cpu" | "memory"): Vector<ContainerLabel> {
  const most = (metric: typeof KUBE_STATE_METRICS.containerLimit) =>
    max(now(select(metric, { ...containersOf(workload), resource }))).by("namespace", "pod", "container");
  return most(KUBE_STATE_METRICS.containerLimit).or(most(KUBE_STATE_METRICS.containerRequest));
}

/** The fullest container of them all: a pod's mean would hide a sidecar. */
const fullest = (used: Vector<ContainerLabel>, of: Vector<ContainerLabel>): Vector<never> =>
  max(used.dividedBy(of)).all();

const NOTE = {
  es: "Parte de su límite que usa el contenedor más lleno; de lo que pide (requests), si no tiene límite.",
  en: "Share of its limit that the fullest container uses; of its request, where it has no limit.",
};

/** Labels of a container of one of the service's pods. */
const labelsOf = ({ namespace, service: { name } }: Workload, container = name) => ({
  namespace,
  pod: `${name}-7d9f8b6c5d-x2x4z`,
  container,
});

/** Containers that are none of the service's: in another namespace, of another pod, and the pod's own sum. */
const others = (workload: Workload) => {
  const labels = labelsOf(workload);
  return [
    { ...labels, namespace: ELSEWHERE },
    { ...labels, pod: `${workload.service.name}-migration-x2x4z` },
    { ...labels, container: "" },
  ];
};

/** What a container of a test may use: two cores, or one gigabyte. */
const ALLOWED = { cpu: 2, memory: 1e9 } as const;
type Resource = keyof typeof ALLOWED;
const OTHER: Readonly<Record<Resource, Resource>> = { cpu: "memory", memory: "cpu" };
const BOTH: readonly Resource[] = ["cpu", "memory"];

/** The limit as kube-state-metrics tells it, and its former half as its last pod still does while it is replaced itself. */
const limitSeries = (
  metric: typeof KUBE_STATE_METRICS.containerLimit,
  labels: ReturnType<typeof labelsOf>,
  resource: "cpu" | "memory",
  run: Run,
): InputSeries[] =>
  [1, 0.5].map((part) =>
    seriesOf(
      metric,
      { ...labels, resource, instance: `ksm-${part}` },
      constant(ALLOWED[resource] * part, run),
    ),
  );

/**
 * Use and limits of the service's container and of sidecars, one half as full and one without limit, and of containers that
 * are full and none of its own.
 */
function saturated(
  metric: typeof KUBE_STATE_METRICS.containerLimit,
  resource: "cpu" | "memory",
  use: (labels: ReturnType<typeof labelsOf>, share: number, run: Run) => readonly InputSeries[],
) {
  return (workload: Workload, value: number, run: Run): readonly InputSeries[] =>
    [
      { labels: labelsOf(workload), share: value, resources: BOTH },
      { labels: labelsOf(workload, "proxy"), share: value / 2, resources: BOTH },
      { labels: labelsOf(workload, "unlimited"), share: value * 10, resources: [OTHER[resource]] },
      ...others(workload).map((labels) => ({ labels, share: value * 10, resources: BOTH })),
    ].flatMap(({ labels, share, resources }) => [
      ...use(labels, share, run),
      ...resources.flatMap((each) => limitSeries(metric, labels, each, run)),
    ]);
}

/** A core's time in two series, as cAdvisor gave it by CPU. */
const cpuUse = (labels: ReturnType<typeof labelsOf>, share: number, run: Run): InputSeries[] =>
  ["cpu00", "cpu01"].map((cpu) =>
    seriesOf(CADVISOR.cpu, { ...labels, cpu }, rising((ALLOWED.cpu * share) / 2, run)),
  );

/** What the container uses, and what it used before it began anew, which cAdvisor tells of for a while. */
const memoryUse = (labels: ReturnType<typeof labelsOf>, share: number, run: Run): InputSeries[] =>
  [1, 0.5].map((part) =>
    seriesOf(CADVISOR.memory, { ...labels, id: `/${part}` }, constant(ALLOWED.memory * share * part, run)),
  );

const cpuSaturation: Signal<"workload"> = {
  on: "workload",
  unit: "ratio",
  note: NOTE,
  value: (workload, window) =>
    fullest(
      sum(rate(select(CADVISOR.cpu, containersOf(workload)), window)).by("namespace", "pod", "container"),
      allowed(workload, "cpu"),
    ),
  series: saturated(KUBE_STATE_METRICS.containerLimit, "cpu", cpuUse),
  variants: [saturated(KUBE_STATE_METRICS.containerRequest, "cpu", cpuUse)],
};

const memorySaturation: Signal<"workload"> = {
  on: "workload",
  unit: "ratio",
  note: NOTE,
  value: (workload, window) =>
    fullest(
      max(overTime("avg", select(CADVISOR.memory, containersOf(workload)), window)).by(
        "namespace",
        "pod",
        "container",
      ),
      allowed(workload, "memory"),
    ),
  series: saturated(KUBE_STATE_METRICS.containerLimit, "memory", memoryUse),
  variants: [saturated(KUBE_STATE_METRICS.containerRequest, "memory", memoryUse)],
};

/** The document counts restarts within 15 minutes. */
const RESTART_WINDOW = 900;

/** Restarts of the container that restarts most; whole numbers (P6). */
const restarts: Signal<"workload"> = {
  on: "workload",
  unit: "count",
  value: (workload, window) =>
    max(increase(select(KUBE_STATE_METRICS.containerRestarts, containersOf(workload)), window)).all(),
  series: (workload, value, run) => {
    const perSecond = value / (run.windowSeconds ?? RESTART_WINDOW);
    return [
      seriesOf(KUBE_STATE_METRICS.containerRestarts, labelsOf(workload), rising(perSecond, run)),
      seriesOf(KUBE_STATE_METRICS.containerRestarts, labelsOf(workload, "proxy"), rising(perSecond / 2, run)),
      ...others(workload).map((labels) =>
        seriesOf(KUBE_STATE_METRICS.containerRestarts, labels, rising(perSecond * 10, run)),
      ),
    ];
  },
};

const deploymentOf = ({ namespace, service: { name } }: Workload) => ({ namespace, deployment: name });

/** Pods that were missing all through the window: one that starts is not among them. */
const unhealthyPods: Signal<"workload"> = {
  on: "workload",
  unit: "count",
  value: (workload, window) =>
    max(
      overTime("min", select(KUBE_STATE_METRICS.deploymentUnavailable, deploymentOf(workload)), window),
    ).all(),
  series: (workload, value, run) => {
    const labels = deploymentOf(workload);
    return [
      seriesOf(KUBE_STATE_METRICS.deploymentUnavailable, labels, constant(value, run)),
      // What kube-state-metrics' last pod still says while it is replaced itself.
      seriesOf(KUBE_STATE_METRICS.deploymentUnavailable, { ...labels, instance: "last" }, constant(0, run)),
      seriesOf(
        KUBE_STATE_METRICS.deploymentUnavailable,
        { ...labels, namespace: ELSEWHERE },
        constant(value + 9, run),
      ),
      seriesOf(
        KUBE_STATE_METRICS.deploymentUnavailable,
        { ...labels, deployment: "another" },
        constant(value + 9, run),
      ),
    ];
  },
};

const autoscalerOf = ({ namespace, service: { name } }: Workload) => ({
  namespace,
  horizontalpodautoscaler: name,
});

/** 1 where the autoscaler has been at its maximum all through the window, else 0; nothing where there is none. */
const autoscalerAtMaximum: Signal<"workload"> = {
  on: "workload",
  unit: "count",
  value: (workload, window) => {
    const pods = lowest(workload, window);
    const most = max(now(select(KUBE_STATE_METRICS.autoscalerMaximum, autoscalerOf(workload)))).all();
    return count(pods.atLeast(most)).all().or(pods.times(0));
  },
  series: (workload, value, run) => {
    const labels = autoscalerOf(workload);
    const at = (place: typeof labels, pods: number) => [
      seriesOf(KUBE_STATE_METRICS.autoscalerReplicas, place, constant(pods, run)),
      seriesOf(KUBE_STATE_METRICS.autoscalerMaximum, place, constant(4, run)),
    ];
    return [
      ...at(labels, value > 0 ? 4 : 3),
      ...at({ ...labels, namespace: ELSEWHERE }, 9),
      ...at({ ...labels, horizontalpodautoscaler: "another" }, 9),
    ];
  },
};

const lowest = (workload: Workload, window: Window): Vector<never> =>
  max(overTime("min", select(KUBE_STATE_METRICS.autoscalerReplicas, autoscalerOf(workload)), window)).all();

export const WORKLOAD_SIGNALS = {
  cpuSaturation,
  memorySaturation,
  restarts,
  unhealthyPods,
  autoscalerAtMaximum,
};
