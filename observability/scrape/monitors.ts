/** What makes the Prometheus of a stack read a system's own metrics, and ask its hosts from outside. Pure. https://prometheus-operator.dev/docs/api-reference/api/ */
import { labelled } from "../labelled";
import type { Watched, WatchedService } from "../watched";

/** Name of the port of each service's container (`charts/service`). */
const PORT = "http";
/** The blackbox exporter's module that wants an answer of 200 to 299. */
const MODULE = "http_2xx";

type WithMetrics = WatchedService & Required<Pick<WatchedService, "metricsPath">>;
type WithHost = WatchedService & Required<Pick<WatchedService, "traffic">>;

const hasMetrics = (service: WatchedService): service is WithMetrics => service.metricsPath !== undefined;

/** Whether a host leads its health path to the service: one that has but a path of a host shares it with another. */
export const isProbed = (service: WatchedService): service is WithHost => service.traffic?.path === "/";

const metadata = ({ namespace, platform }: Watched, name: string) => ({
  name,
  namespace,
  ...labelled(platform.prometheus.labels),
});

/** Reads each pod of a service at its metrics path; the series get the labels `namespace`, `pod` and `container`. */
const podMonitor = (watched: Watched, { name, metricsPath }: WithMetrics) => ({
  apiVersion: "monitoring.coreos.com/v1" as const,
  kind: "PodMonitor" as const,
  metadata: metadata(watched, name),
  spec: {
    selector: { matchLabels: { app: name } },
    podMetricsEndpoints: [
      { port: PORT, path: metricsPath, interval: watched.platform.prometheus.scrapeInterval },
    ],
  },
});

/** Asks a service's health path by its host; the series get the labels `namespace` and `service`. */
const probe = (watched: Watched, { name, healthPath, traffic }: WithHost) => ({
  apiVersion: "monitoring.coreos.com/v1" as const,
  kind: "Probe" as const,
  metadata: metadata(watched, `${name}-health`),
  spec: {
    jobName: "health",
    prober: { url: watched.platform.prober },
    module: MODULE,
    interval: watched.platform.prometheus.scrapeInterval,
    targets: {
      staticConfig: { static: [`https://${traffic.host}${healthPath}`], labels: { service: name } },
    },
  },
});

export type Monitor = ReturnType<typeof podMonitor> | ReturnType<typeof probe>;

/** A PodMonitor for each service with metrics of its own, and a Probe for each that a host leads to. */
export const monitorsOf = (watched: Watched): readonly Monitor[] => [
  ...watched.services.filter(hasMetrics).map((service) => podMonitor(watched, service)),
  ...watched.services.filter(isProbed).map((service) => probe(watched, service)),
];
