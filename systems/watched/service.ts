/** What the systems' watched services have in common. Pure. */
import type { Watched, WatchedService, WatchedTraffic } from "../../observability/watched";
import type { StackSettings, TelemetrySettings, WorkloadSettings } from "../../settings";

type Workload = Pick<WorkloadSettings, "image" | "port" | "healthPath" | "autoscaling" | "metrics"> & {
  readonly release: string;
};

/** What a workload's settings do not say. */
interface Place {
  /** Name of its Deployment. */
  readonly name: string;
  /** Absent: the system has one version. */
  readonly versionOf?: string;
  /** Absent: no host reaches it. */
  readonly traffic?: WatchedTraffic | undefined;
}

/** A workload of a system. */
export const watchedService = (
  { name, versionOf, traffic }: Place,
  { release, image, port, healthPath, autoscaling, metrics }: Workload,
): WatchedService => ({
  name,
  release,
  ...(versionOf === undefined ? {} : { versionOf }),
  image: { repository: image.repository, tag: image.tag },
  port,
  healthPath,
  autoscaled: autoscaling !== undefined,
  ...(traffic === undefined ? {} : { traffic }),
  ...(metrics === undefined ? {} : { metricsPath: metrics.path }),
});

/** The requests of a host, carried by the stack's router. */
export const routed = (
  { router }: Pick<StackSettings, "router">,
  place: Pick<WatchedTraffic, "host" | "route" | "canary"> & { readonly path?: string },
): WatchedTraffic => ({
  path: "/",
  ...place,
  source: router.kind,
  ...(router.kind === "ingress-nginx" && router.timeBuckets !== undefined
    ? { buckets: router.timeBuckets }
    : {}),
});

/** Where a collector sends traces. */
export function tracesOf(telemetry: TelemetrySettings | undefined): Pick<Watched, "traces"> {
  if (telemetry?.jaeger !== undefined) return { traces: "jaeger" };
  return telemetry?.newRelic === undefined ? {} : { traces: "new-relic" };
}
