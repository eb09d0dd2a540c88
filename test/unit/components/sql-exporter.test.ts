import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { record } from "../../../cli/recorder";
import { SQL_EXPORTER_IMAGE, SqlExporter, type SqlExporterArgs } from "../../../components/sql-exporter";
import { START } from "../../../components/sql-exporter/start-script";
import { GUELAGUETZA_QUERIES } from "../../../observability/sql/guelaguetza";
import { metricQueries } from "../../../observability/sql/query";
import { Subjects } from "../../../policies/resource";
import { judge } from "../../support/judge";

const ARGS: SqlExporterArgs = {
  namespace: "shop",
  database: { secret: "shop-database", key: "DATABASE_URL" },
  queries: metricQueries(GUELAGUETZA_QUERIES),
  labels: { release: "kube-prometheus-stack" },
};

const declared = (args: Partial<SqlExporterArgs> = {}) =>
  record("test", () => Promise.resolve(new SqlExporter("shop", { ...ARGS, ...args })));

const inputsOf = async (kind: string, args: Partial<SqlExporterArgs> = {}) =>
  (await declared(args)).find(({ type }) => type.endsWith(`:${kind}`))?.inputs ?? {};

const deployment = z.object({
  spec: z.object({
    template: z.object({
      metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
      spec: z.object({
        containers: z.tuple([
          z.object({
            image: z.string(),
            command: z.array(z.string()),
            env: z.array(
              z.object({ name: z.string(), value: z.string().optional(), valueFrom: z.unknown().optional() }),
            ),
            resources: z.unknown(),
          }),
        ]),
        volumes: z.array(z.object({ configMap: z.object({ name: z.string() }) })),
      }),
    }),
  }),
});

const run = promisify(execFile);

/** The data source that the script makes of a database's URL. */
async function dataSource(url: string): Promise<string> {
  const program = ["/bin/sh", "-c", 'printf "%s %s" "$SQLEXPORTER_TARGET_DSN" "${DATABASE_URL-unset}"'];
  const script = START.replace('exec "$1" "--config.file=$2"', 'exec "$@"');
  const { stdout } = await run("/bin/sh", ["-c", script, "sql-exporter", ...program], {
    env: { PATH: process.env.PATH, DATABASE_URL: url },
  });
  return stdout;
}

describe("SqlExporter", () => {
  it("G6 G7 declares its configuration, one pod, a Service and a ServiceMonitor", async () => {
    const types = (await declared()).map(({ type }) => type.replace(/^kubernetes:/, ""));
    assert.deepEqual(types.sort(), [
      "apps/v1:Deployment",
      "core/v1:ConfigMap",
      "core/v1:Service",
      "golive:components:SqlExporter",
      "monitoring.coreos.com/v1:ServiceMonitor",
    ]);
  });

  it("G6 its URL is a reference, and stands nowhere else", async () => {
    const { env, image } = deployment.parse(await inputsOf("Deployment")).spec.template.spec.containers[0];
    assert.equal(image, SQL_EXPORTER_IMAGE);
    assert.deepEqual(env.find(({ name }) => name === "DATABASE_URL")?.valueFrom, {
      secretKeyRef: { name: "shop-database", key: "DATABASE_URL" },
    });
    const rest = (await declared()).filter(({ type }) => !type.endsWith(":Deployment"));
    assert.doesNotMatch(JSON.stringify(rest), /shop-database|DATABASE_URL/);
  });

  it("G6 another query is another ConfigMap, and rolls the pod", async () => {
    const volume = async (args: Partial<SqlExporterArgs>) =>
      deployment.parse(await inputsOf("Deployment", args)).spec.template.spec.volumes[0]?.configMap.name;
    assert.notEqual(await volume({}), await volume({ queries: metricQueries(GUELAGUETZA_QUERIES).slice(1) }));
    assert.equal(await volume({}), await volume({ labels: {} }));
  });

  it("G6 another URL rolls the pod", async () => {
    const { template } = deployment.parse(await inputsOf("Deployment", { databaseVersion: "2" })).spec;
    assert.deepEqual(template.metadata.annotations, { "golive.dev/database": "2" });
  });

  it("G6 Prometheus finds it by its own labels, and scrapes it before a series is taken for gone", async () => {
    const monitor = z
      .object({
        metadata: z.object({ namespace: z.string(), labels: z.record(z.string(), z.string()) }),
        spec: z.object({
          selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
          endpoints: z.tuple([
            z.object({ port: z.literal("metrics"), interval: z.string(), scrapeTimeout: z.string() }),
          ]),
        }),
      })
      .parse(await inputsOf("ServiceMonitor"));
    assert.equal(monitor.metadata.labels.release, "kube-prometheus-stack");
    assert.deepEqual(monitor.spec.selector.matchLabels, { app: "sql-exporter" });
    const [{ interval, scrapeTimeout }] = monitor.spec.endpoints;
    assert.ok(parseInt(interval) <= 120 && parseInt(scrapeTimeout) > 10);
  });

  it("K5 K6 passes the pack: limits, probes, image", async () => {
    const said = await judge(
      new Subjects([], () => Promise.reject(new Error("no chart here"))),
      { type: "kubernetes:apps/v1:Deployment", name: "shop", props: await inputsOf("Deployment") },
      { cpu: "1", memory: "1Gi" },
    );
    assert.deepEqual(said, []);
  });

  it("G6 Prisma's URL becomes one that the exporter's driver takes, read in UTC", async () => {
    const own = "timezone=UTC&application_name=golive-sql-exporter";
    const url = "postgresql://reader:p%40ss@db.internal:5432/shop";
    assert.equal(await dataSource(url), `${url}?${own} unset`);
    assert.equal(
      await dataSource(`${url}?schema=Shop&connection_limit=5&sslmode=prefer&pgbouncer=true`),
      `${url}?${own}&search_path=%22Shop%22 unset`,
    );
    assert.equal(
      await dataSource(`${url}?sslmode=disable&connect_timeout=5`),
      `${url}?${own}&sslmode=disable&connect_timeout=5 unset`,
    );
  });

  it("G6 Kubernetes leaves the script's own variables alone", async () => {
    const { command } = deployment.parse(await inputsOf("Deployment")).spec.template.spec.containers[0];
    assert.doesNotMatch((command[2] ?? "").replaceAll("$$", ""), /\$\(/);
    assert.deepEqual(command.slice(3), [
      "sql-exporter",
      "/bin/sql_exporter",
      "/etc/sql_exporter/sql_exporter.yml",
    ]);
  });
});
