/** A collector of a namespace's traces, metrics and logs, which sends them on to Jaeger, Loki and New Relic. */
import * as apps from "@pulumi/kubernetes/apps/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as policy from "@pulumi/kubernetes/policy/v1";
import * as pulumi from "@pulumi/pulumi";
import { contentHash } from "./content-hash";
import { type CpuAndMemory, resources, podLabels, RESTRICTED_CONTAINER, RESTRICTED_POD } from "./jobs/once";
import {
  ADDRESS_VARIABLE,
  collectorConfig,
  LICENCE_VARIABLE,
  type NewRelicRegion,
  PORTS,
  type Signal,
  signalsOf,
  type TelemetryTargets,
} from "./telemetry/collector-config";

export interface TelemetryArgs {
  readonly namespace: pulumi.Input<string>;
  /** Jaeger's OTLP receiver for traces: port 4317 is spoken to by gRPC, any other by HTTP. @default - no Jaeger */
  readonly jaeger?: string | undefined;
  /** Loki's OTLP endpoint for logs, e.g. `http://loki.observability.svc:3100/otlp`. @default - no Loki */
  readonly loki?: string | undefined;
  /** New Relic for metrics and traces, with the licence key in a Secret of the namespace. @default - no New Relic */
  readonly newRelic?:
    | {
        /** @default "us" */
        readonly region?: NewRelicRegion;
        readonly licenceKey: { readonly secret: pulumi.Input<string>; readonly key: string };
      }
    | undefined;
  /** Limits of a collector's container, which are its requests too; it keeps to four fifths of the memory. */
  readonly limits: CpuAndMemory;
  /** Name of the Deployment and the Service, and the pods' label `app`. @default "otel-collector" */
  readonly name?: string;
  /** Pods; with more than one a disruption budget keeps one. @default 1 */
  readonly replicas?: number;
  /** @default {@link COLLECTOR_IMAGE} */
  readonly image?: string;
}

/** The collector with the community's components. https://github.com/open-telemetry/opentelemetry-collector-releases */
export const COLLECTOR_IMAGE = "otel/opentelemetry-collector-contrib:0.150.0";
/** The name of a collector that is given none. */
export const COLLECTOR = "otel-collector";

const CONFIG_FOLDER = "/etc/otelcol";

/**
 * Declares a collector: its configuration in a ConfigMap named by its content, so that a change rolls the pods, a
 * Deployment of restricted pods with probes and limits, a Service, and with several pods a disruption budget.
 *
 * Who sends to it and where it sends to are openings of the namespace, which denies all else.
 *
 * @throws {pulumi.RunError} where neither Jaeger nor Loki nor New Relic is named.
 * @see L15, K29 of the requirements
 */
export class Telemetry extends pulumi.ComponentResource {
  /** Address of OTLP over HTTP, for the services of the namespace. */
  readonly endpoint: string;
  /** Signals that the collector takes. */
  readonly signals: readonly Signal[];

  constructor(name: string, args: TelemetryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:Telemetry", name, {}, opts);
    const { name: app = COLLECTOR, replicas = 1 } = args;
    const targets = targetsOf(name, args);
    this.endpoint = `http://${app}:${PORTS.http}`;
    this.signals = signalsOf(targets);
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const metadata = { name: app, namespace: args.namespace, labels: { app } };
    const text = collectorConfig(targets);
    const config = new core.ConfigMap(
      name,
      {
        metadata: { ...metadata, name: `${app}-${contentHash(text)}` },
        immutable: true,
        data: { "config.yaml": text },
      },
      own,
    );
    new apps.Deployment(
      name,
      { metadata, spec: deploymentSpec({ ...args, app, replicas, config: config.metadata.name }) },
      own,
    );
    new core.Service(
      name,
      { metadata, spec: { selector: { app }, ports: [servicePort("grpc"), servicePort("http")] } },
      own,
    );
    if (replicas > 1) {
      new policy.PodDisruptionBudget(
        name,
        { metadata, spec: { minAvailable: 1, selector: { matchLabels: { app } } } },
        own,
      );
    }
    this.registerOutputs({ endpoint: this.endpoint, signals: this.signals });
  }
}

function targetsOf(name: string, { jaeger, loki, newRelic }: TelemetryArgs): TelemetryTargets {
  const targets = { jaeger, loki, newRelic: newRelic && (newRelic.region ?? "us") };
  if (signalsOf(targets).length > 0) return targets;
  throw new pulumi.RunError(`${name}: expected at least one of jaeger, loki and newRelic; nothing is sent`);
}

const servicePort = (name: "grpc" | "http") => ({
  name: `otlp-${name}`,
  port: PORTS[name],
  targetPort: `otlp-${name}`,
  appProtocol: name,
});

interface Collector extends TelemetryArgs {
  readonly app: string;
  readonly replicas: number;
  readonly config: pulumi.Input<string>;
}

const deploymentSpec = (collector: Collector) => ({
  replicas: collector.replicas,
  selector: { matchLabels: { app: collector.app } },
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  template: {
    metadata: { labels: podLabels(collector.app) },
    spec: {
      // The user is the image's own too.
      ...RESTRICTED_POD,
      restartPolicy: "Always",
      containers: [container(collector)],
      volumes: [{ name: "config", configMap: { name: collector.config } }],
      ...(collector.replicas > 1 ? { topologySpreadConstraints: apart(collector.app) } : {}),
    },
  },
});

/** Several pods stand on several nodes, where there are. */
const apart = (app: string) => [
  {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: { app } },
  },
];

const container = ({ app, image = COLLECTOR_IMAGE, limits, newRelic }: Collector) => ({
  name: app,
  image,
  args: [`--config=${CONFIG_FOLDER}/config.yaml`],
  env: [
    { name: ADDRESS_VARIABLE, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ...(newRelic === undefined ? [] : [licence(newRelic.licenceKey)]),
  ],
  ports: [
    { name: "otlp-grpc", containerPort: PORTS.grpc },
    { name: "otlp-http", containerPort: PORTS.http },
    { name: "health", containerPort: PORTS.health },
  ],
  resources: resources(limits),
  startupProbe: { ...healthProbe, failureThreshold: 12 },
  // One that answers nothing for half a minute is restarted; one that is slow is only sent nothing.
  livenessProbe: { ...healthProbe, failureThreshold: 6 },
  readinessProbe: healthProbe,
  securityContext: RESTRICTED_CONTAINER,
  volumeMounts: [{ name: "config", mountPath: CONFIG_FOLDER, readOnly: true }],
});

const healthProbe = { httpGet: { path: "/", port: "health" }, periodSeconds: 5 };

const licence = ({ secret, key }: NonNullable<TelemetryArgs["newRelic"]>["licenceKey"]) => ({
  name: LICENCE_VARIABLE,
  valueFrom: { secretKeyRef: { name: secret, key } },
});
