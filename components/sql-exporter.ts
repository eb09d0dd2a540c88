/** An exporter of what a database holds: SQL in, metrics out, read by the Prometheus of the stack. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as apps from "@pulumi/kubernetes/apps/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { sqlExporterConfig } from "../observability/sql/exporter-config";
import type { MetricQuery } from "../observability/sql/query";
import { contentHash } from "./content-hash";
import {
  type CpuAndMemory,
  literal,
  resources,
  podLabels,
  RESTRICTED_CONTAINER,
  RESTRICTED_POD,
} from "./jobs/once";
import { START } from "./sql-exporter/start-script";

export interface SqlExporterArgs {
  readonly namespace: pulumi.Input<string>;
  /**
   * Where a Secret of the namespace holds the database's URL, best of a role that may only read. Prisma's parameters may
   * stand in it; a database without TLS needs `sslmode=disable`.
   */
  readonly database: { readonly secret: pulumi.Input<string>; readonly key: string };
  /** Another text rolls the pod: a container reads a Secret when it starts, and never again. @default - the pod keeps its URL */
  readonly databaseVersion?: pulumi.Input<string>;
  readonly queries: readonly MetricQuery[];
  /** Labels by which Prometheus selects its ServiceMonitor. */
  readonly labels: Readonly<Record<string, string>>;
  /** @default 50m and 64Mi, which are its requests too */
  readonly limits?: CpuAndMemory;
  /** Name of its objects, and the pods' label `app`. @default {@link SQL_EXPORTER} */
  readonly name?: string;
  /** @default {@link SQL_EXPORTER_IMAGE} */
  readonly image?: string;
}

/** https://github.com/burningalchemist/sql_exporter/releases */
export const SQL_EXPORTER_IMAGE = "burningalchemist/sql_exporter:0.24.9";
export const SQL_EXPORTER = "sql-exporter";
export const SQL_EXPORTER_PORT = 9399;

const PROGRAM = "/bin/sql_exporter";
const CONFIG = { folder: "/etc/sql_exporter", file: "sql_exporter.yml" } as const;
const LIMITS: CpuAndMemory = { cpu: "50m", memory: "64Mi" };
/** A database's answer may be five minutes old; a scrape may not: Prometheus takes a series for gone after five. */
const SCRAPE = { interval: "60s", scrapeTimeout: "15s" };

/**
 * Declares the exporter: its configuration in a ConfigMap named by its content, so that a change rolls the pod, one
 * restricted pod with probes and limits, a Service, and the ServiceMonitor by which Prometheus finds it. The URL of the
 * database is a reference to a Secret, and stands nowhere else.
 *
 * While the database does not answer, the exporter's own scrape fails: `up` is 0 and its metrics are gone, of which
 * alerts of their own must tell. Who may reach the exporter, and it the database, are openings of the namespace.
 *
 * @see G6, G7, G12 of the requirements
 */
export class SqlExporter extends pulumi.ComponentResource {
  /** Name of the Service, which is the label `service` of its metrics. */
  readonly service: string;

  constructor(name: string, args: SqlExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:SqlExporter", name, {}, opts);
    const { name: app = SQL_EXPORTER, namespace } = args;
    this.service = app;
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const metadata = { name: app, namespace, labels: { app } };
    const text = sqlExporterConfig(args.queries);
    const config = new core.ConfigMap(
      name,
      {
        metadata: { ...metadata, name: `${app}-${contentHash(text)}` },
        immutable: true,
        data: { [CONFIG.file]: text },
      },
      own,
    );
    new apps.Deployment(
      name,
      { metadata, spec: deploymentSpec({ ...args, app, config: config.metadata.name }) },
      own,
    );
    new core.Service(
      name,
      {
        metadata,
        spec: {
          selector: { app },
          ports: [{ name: "metrics", port: SQL_EXPORTER_PORT, targetPort: "metrics" }],
        },
      },
      own,
    );
    new CustomResource(
      name,
      {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "ServiceMonitor",
        metadata: { ...metadata, labels: { ...metadata.labels, ...args.labels } },
        spec: {
          selector: { matchLabels: { app } },
          endpoints: [{ port: "metrics", ...SCRAPE }],
        },
      },
      own,
    );
    this.registerOutputs({ service: this.service });
  }
}

interface Exporter extends SqlExporterArgs {
  readonly app: string;
  readonly config: pulumi.Input<string>;
}

const deploymentSpec = (exporter: Exporter) => ({
  replicas: 1,
  selector: { matchLabels: { app: exporter.app } },
  strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  template: {
    metadata: {
      labels: podLabels(exporter.app),
      ...(exporter.databaseVersion === undefined
        ? {}
        : { annotations: { "golive.dev/database": exporter.databaseVersion } }),
    },
    spec: {
      ...RESTRICTED_POD,
      restartPolicy: "Always",
      containers: [container(exporter)],
      volumes: [{ name: "config", configMap: { name: exporter.config } }],
    },
  },
});

const container = ({ app, image = SQL_EXPORTER_IMAGE, limits = LIMITS, database }: Exporter) => ({
  name: app,
  image,
  command: ["/bin/sh", "-c", literal(START), app, PROGRAM, `${CONFIG.folder}/${CONFIG.file}`],
  env: [
    {
      name: "DATABASE_URL",
      valueFrom: { secretKeyRef: { name: database.secret, key: database.key } },
    },
    { name: "SQLEXPORTER_TARGET_COLLECTORS", value: "*" },
    { name: "SQLEXPORTER_TARGET_ENABLE_PING", value: "true" },
  ],
  ports: [{ name: "metrics", containerPort: SQL_EXPORTER_PORT }],
  resources: resources(limits),
  startupProbe: { ...healthProbe, failureThreshold: 12 },
  // One that answers nothing for a minute is restarted; one that is slow is only not asked.
  livenessProbe: { ...healthProbe, failureThreshold: 6 },
  readinessProbe: healthProbe,
  securityContext: RESTRICTED_CONTAINER,
  volumeMounts: [{ name: "config", mountPath: CONFIG.folder, readOnly: true }],
});

/** Whether the exporter runs; whether the database does is `up`. */
const healthProbe = { httpGet: { path: "/healthz", port: "metrics" }, periodSeconds: 10 };
