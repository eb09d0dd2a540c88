/** The variables by which a service's OpenTelemetry SDK and its logger find the collector. Pure. */
import type { Signal } from "./collector-config";

export interface ServiceTelemetry {
  /** Address of the collector's OTLP over HTTP. */
  readonly endpoint: string;
  /** Signals that the collector takes: of the others the SDK sends none. */
  readonly signals: readonly Signal[];
  /** Name under which the service is found in Jaeger, Loki and New Relic. */
  readonly service: string;
  /** Its namespace, by which Loki's rules tell one system's lines from another's. */
  readonly namespace: string;
  /** Version of the service, e.g. its image's tag. */
  readonly version: string;
  /** Where it runs, e.g. `staging`. */
  readonly environment: string;
}

/**
 * Variables of OpenTelemetry's SDKs, and `LOG_FORMAT=json`, by which a Winston logger writes one JSON object a line.
 *
 * @see L15 of the requirements; https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function serviceTelemetry(telemetry: ServiceTelemetry): Record<string, string> {
  const { endpoint, signals, service, namespace, version, environment } = telemetry;
  const exporter = (signal: Signal) => (signals.includes(signal) ? "otlp" : "none");
  const attributes = {
    "service.version": version,
    "deployment.environment.name": environment,
    "k8s.namespace.name": namespace,
  };
  return {
    LOG_FORMAT: "json",
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_LOGS_EXPORTER: exporter("logs"),
    OTEL_METRICS_EXPORTER: exporter("metrics"),
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join(","),
    OTEL_SERVICE_NAME: service,
    OTEL_TRACES_EXPORTER: exporter("traces"),
  };
}
