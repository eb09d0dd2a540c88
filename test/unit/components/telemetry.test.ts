import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { record } from "../../../cli/recorder";
import { Telemetry, type TelemetryArgs } from "../../../components/telemetry";
import { collectorConfig, signalsOf } from "../../../components/telemetry/collector-config";
import { serviceTelemetry } from "../../../components/telemetry/service-environment";
import { Subjects } from "../../../policies/resource";
import { judge } from "../../support/judge";

const ARGS: TelemetryArgs = {
  namespace: "shop",
  jaeger: "http://jaeger-collector.observability.svc:4317",
  loki: "http://loki.observability.svc:3100/otlp",
  newRelic: { region: "eu", licenceKey: { secret: "new-relic", key: "licence" } },
  limits: { cpu: "200m", memory: "256Mi" },
};
const ALL = { jaeger: ARGS.jaeger, loki: ARGS.loki, newRelic: "eu" } as const;

const config = z.object({
  exporters: z.record(
    z.string(),
    z.object({
      endpoint: z.string(),
      headers: z.record(z.string(), z.string()).optional(),
      tls: z.object({ insecure: z.boolean() }).optional(),
      sending_queue: z.object({ enabled: z.literal(true) }),
      retry_on_failure: z.object({ enabled: z.literal(true) }),
    }),
  ),
  service: z.object({
    pipelines: z.record(
      z.string(),
      z.object({ processors: z.array(z.string()), exporters: z.array(z.string()) }),
    ),
  }),
});

const configOf = (targets: Parameters<typeof collectorConfig>[0]) =>
  config.parse(parse(collectorConfig(targets)));

const declared = (args: Partial<TelemetryArgs> = {}) =>
  record("test", () => Promise.resolve(new Telemetry("shop", { ...ARGS, ...args })));

const inputsOf = async (kind: string, args: Partial<TelemetryArgs> = {}) =>
  (await declared(args)).find(({ type }) => type.endsWith(`:${kind}`))?.inputs ?? {};

const named = z.object({ metadata: z.object({ name: z.string() }) });
const pod = z.object({
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({
        restartPolicy: z.string(),
        containers: z.array(z.object({ env: z.array(z.unknown()), resources: z.unknown() })),
        volumes: z.array(z.object({ configMap: z.object({ name: z.string() }) })),
      }),
    }),
  }),
});

describe("Telemetry", () => {
  it("L15 K29 sends each signal where it is taken, past the memory limit and in batches", () => {
    const { exporters, service } = configOf(ALL);
    const processors = ["memory_limiter", "batch"];
    assert.deepEqual(service.pipelines, {
      traces: { processors, exporters: ["otlp_grpc/jaeger", "otlp_http/new-relic"] },
      metrics: { processors, exporters: ["otlp_http/new-relic"] },
      logs: { processors, exporters: ["otlp_http/loki"] },
    });
    assert.equal(exporters["otlp_grpc/jaeger"]?.tls?.insecure, true);
    assert.equal(exporters["otlp_http/loki"]?.endpoint, ARGS.loki);
    assert.equal(exporters["otlp_http/new-relic"]?.endpoint, "https://otlp.eu01.nr-data.net");
    assert.deepEqual(exporters["otlp_http/new-relic"].headers, {
      "api-key": "${env:NEW_RELIC_LICENSE_KEY}",
    });
  });

  it("L15 speaks HTTP to a Jaeger that is not on OTLP's gRPC port, and TLS to one over https", () => {
    const http = configOf({ jaeger: "http://jaeger-collector.observability.svc:4318" });
    assert.deepEqual(Object.keys(http.exporters), ["otlp_http/jaeger"]);
    const tls = configOf({ jaeger: "https://jaeger.example.com:4317" });
    assert.equal(tls.exporters["otlp_grpc/jaeger"]?.tls?.insecure, false);
  });

  it("L15 has a pipeline for exactly the signals that some target takes, whatever the targets", () => {
    const maybe = <T>(value: T) => fc.constantFrom(value, undefined);
    const targets = fc.record({
      jaeger: maybe("http://jaeger.observability.svc:4317"),
      loki: maybe("http://loki.observability.svc:3100/otlp"),
      newRelic: fc.constantFrom("us" as const, "eu" as const, undefined),
    });
    fc.assert(
      fc.property(targets, (given) => {
        const { exporters, service } = configOf(given);
        assert.deepEqual(Object.keys(service.pipelines), signalsOf(given));
        const used = Object.values(service.pipelines).flatMap((pipeline) => pipeline.exporters);
        assert.deepEqual([...new Set(used)].sort(), Object.keys(exporters).sort());
      }),
    );
  });

  it("L15 K29 declares ConfigMap, Deployment and Service, and with several pods a disruption budget", async () => {
    const kinds = async (args: Partial<TelemetryArgs>) =>
      (await declared(args)).map(({ type }) => type.split(":").at(-1));
    assert.deepEqual(await kinds({}), ["Telemetry", "Deployment", "ConfigMap", "Service"]);
    assert.ok((await kinds({ replicas: 2 })).includes("PodDisruptionBudget"));
  });

  it("L15 rolls the pods when the configuration changes, and only then", async () => {
    const nameOf = async (args: Partial<TelemetryArgs>) => {
      const { name } = named.parse(await inputsOf("ConfigMap", args)).metadata;
      const [volume] = pod.parse(await inputsOf("Deployment", args)).spec.template.spec.volumes;
      assert.equal(volume?.configMap.name, name);
      return name;
    };
    assert.equal(await nameOf({}), await nameOf({ replicas: 3 }));
    assert.notEqual(await nameOf({}), await nameOf({ loki: "http://loki.other.svc:3100/otlp" }));
  });

  it("K29 takes the licence key from its Secret, and only where New Relic is sent to", async () => {
    const licence = {
      name: "NEW_RELIC_LICENSE_KEY",
      valueFrom: { secretKeyRef: { name: "new-relic", key: "licence" } },
    };
    const env = async (args: Partial<TelemetryArgs>) =>
      pod.parse(await inputsOf("Deployment", args)).spec.template.spec.containers[0]?.env;
    assert.deepEqual((await env({}))?.[1], licence);
    assert.equal((await env({ newRelic: undefined }))?.length, 1);
  });

  it("L15 K5 K6 passes the pack: limits, probes, image", async () => {
    const subjects = new Subjects([], () => Promise.reject(new Error("no chart here")));
    const props = await inputsOf("Deployment");
    const said = await judge(
      subjects,
      { type: "kubernetes:apps/v1:Deployment", name: "shop", props },
      { cpu: "1", memory: "1Gi" },
    );
    assert.deepEqual(said, []);
  });

  it("L15 refuses a collector that sends nowhere", async () => {
    await assert.rejects(
      declared({ jaeger: undefined, loki: undefined, newRelic: undefined }),
      /shop: expected at least one of jaeger, loki and newRelic/,
    );
  });

  it("L15 tells a service its name, namespace, version and environment, and to write JSON", () => {
    const environment = serviceTelemetry({
      endpoint: "http://otel-collector:4318",
      signals: ["traces", "logs"],
      service: "listacompra-api",
      namespace: "staging",
      version: "v1.2.0",
      environment: "staging",
    });
    assert.deepEqual(environment, {
      LOG_FORMAT: "json",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel-collector:4318",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "none",
      OTEL_RESOURCE_ATTRIBUTES:
        "service.version=v1.2.0,deployment.environment.name=staging,k8s.namespace.name=staging",
      OTEL_SERVICE_NAME: "listacompra-api",
      OTEL_TRACES_EXPORTER: "otlp",
    });
  });
});
