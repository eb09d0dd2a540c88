/** The configuration of an OpenTelemetry collector, from where its signals go. Pure. */
import { stringify } from "yaml";

/** Where signals go; at least one is named. */
export interface TelemetryTargets {
  /** Jaeger's OTLP receiver for traces: port 4317 is spoken to by gRPC, any other by HTTP. @default - no Jaeger */
  readonly jaeger?: string | undefined;
  /** Loki's OTLP endpoint for logs, e.g. `http://loki.observability.svc:3100/otlp`. @default - no Loki */
  readonly loki?: string | undefined;
  /** New Relic's region, for metrics and traces. @default - no New Relic */
  readonly newRelic?: NewRelicRegion | undefined;
}

export type NewRelicRegion = keyof typeof NEW_RELIC;
export type Signal = "traces" | "metrics" | "logs";

/** https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/ */
export const NEW_RELIC = {
  us: "https://otlp.nr-data.net",
  eu: "https://otlp.eu01.nr-data.net",
} as const;

/** Variable of the collector's container that holds New Relic's licence key. */
export const LICENCE_VARIABLE = "NEW_RELIC_LICENSE_KEY";
/** Variable of the collector's container that holds the pod's address. */
export const ADDRESS_VARIABLE = "POD_IP";

/** Ports of the collector: OTLP's own, and its health check's. */
export const PORTS = { grpc: 4317, http: 4318, health: 13133 } as const;

/** Which target takes which signal. */
const TAKES: Readonly<Record<Signal, readonly (keyof TelemetryTargets)[]>> = {
  traces: ["jaeger", "newRelic"],
  metrics: ["newRelic"],
  logs: ["loki"],
};
const SIGNALS = ["traces", "metrics", "logs"] as const;

/** The signals that some target takes; a service sends no other. */
export const signalsOf = (targets: TelemetryTargets): readonly Signal[] =>
  SIGNALS.filter((signal) => TAKES[signal].some((target) => targets[target] !== undefined));

/** Kept for five minutes while a target does not answer, then dropped: the collector must not outgrow its memory. */
const RESILIENT = {
  retry_on_failure: { enabled: true, initial_interval: "5s", max_interval: "30s", max_elapsed_time: "5m" },
  sending_queue: { enabled: true, num_consumers: 4, queue_size: 1000 },
};

interface Exporter {
  readonly id: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const EXPORTERS: {
  readonly [Target in keyof TelemetryTargets]-?: (value: NonNullable<TelemetryTargets[Target]>) => Exporter;
} = {
  jaeger: (endpoint) =>
    new URL(endpoint).port === String(PORTS.grpc)
      ? { id: "otlp_grpc/jaeger", config: { endpoint, tls: { insecure: endpoint.startsWith("http:") } } }
      : { id: "otlp_http/jaeger", config: { endpoint } },
  loki: (endpoint) => ({ id: "otlp_http/loki", config: { endpoint } }),
  newRelic: (region) => ({
    id: "otlp_http/new-relic",
    config: { endpoint: NEW_RELIC[region], headers: { "api-key": `\${env:${LICENCE_VARIABLE}}` } },
  }),
};

function exportersOf({ jaeger, loki, newRelic }: TelemetryTargets) {
  return {
    ...(jaeger === undefined ? {} : { jaeger: EXPORTERS.jaeger(jaeger) }),
    ...(loki === undefined ? {} : { loki: EXPORTERS.loki(loki) }),
    ...(newRelic === undefined ? {} : { newRelic: EXPORTERS.newRelic(newRelic) }),
  };
}

/**
 * The collector's configuration as YAML: OTLP in, a memory limit before everything, batches, and for each signal that a
 * target takes a pipeline to it with a queue and retries. It listens on the pod's own address alone.
 *
 * @see L15, K29 of the requirements; https://opentelemetry.io/docs/collector/configuration/
 */
export function collectorConfig(targets: TelemetryTargets): string {
  const exporters: Readonly<Partial<Record<keyof TelemetryTargets, Exporter>>> = exportersOf(targets);
  const listen = (port: number) => ({ endpoint: `\${env:${ADDRESS_VARIABLE}}:${port}` });
  const config = {
    extensions: { health_check: listen(PORTS.health) },
    receivers: { otlp: { protocols: { grpc: listen(PORTS.grpc), http: listen(PORTS.http) } } },
    processors: {
      memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 25 },
      batch: { timeout: "5s", send_batch_size: 512, send_batch_max_size: 1024 },
    },
    exporters: Object.fromEntries(
      Object.values(exporters).map(({ id, config }) => [id, { ...config, ...RESILIENT }]),
    ),
    service: {
      extensions: ["health_check"],
      telemetry: { logs: { encoding: "json" } },
      pipelines: Object.fromEntries(
        signalsOf(targets).map((signal) => [
          signal,
          {
            receivers: ["otlp"],
            processors: ["memory_limiter", "batch"],
            exporters: TAKES[signal].flatMap((target) => exporters[target]?.id ?? []),
          },
        ]),
      ),
    },
  };
  return stringify(config, { aliasDuplicateObjects: false });
}
