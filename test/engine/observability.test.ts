import assert from "node:assert/strict";
import { z } from "zod";
import type { Cluster } from "../../engine/cluster/cluster";
import { startMoto, type Moto } from "../../engine/moto";
import { apply, kubectl, newNamespace, sharedCluster } from "../support/cluster";
import { TestProject, type Finished } from "../support/project";

const FILE = "Pulumi.staging.yaml";
const ACCOUNT = "111122223333";

type Edit = (text: string) => string;

const without =
  (system: string): Edit =>
  (text) =>
    text.replace(new RegExp(`^ {2}golive:${system}:.*\\n(?: {4}.*\\n|\\n)*`, "m"), "");

const replaced =
  (from: string | RegExp, to: string): Edit =>
  (text) =>
    text.replace(from, to);

function succeeded({ code, output }: Finished): string {
  assert.equal(code, 0, output);
  return output;
}

/** What is broken in the stack of Guelaguetza alone, and the one sentence that says so. */
const BROKEN: readonly (readonly [what: string, ids: string, edit: Edit, says: RegExp])[] = [
  [
    "a route",
    "K28 K29 G6",
    replaced(/ {4}alerting:\n(?: {6}.*\n)+/, ""),
    /^ {2}guelaguetza: \d+ alerts reach nobody; expected golive:guelaguetza\.alerting, with a channel of its contacts/,
  ],
  [
    "a threshold",
    "G6 K24",
    replaced("    alerting:\n", "    objectives: { latency-p95: { limit: 1.7 } }\n    alerting:\n"),
    /^ {2}guelaguetza: .*1\.7.*set golive:router\.timeBuckets to \[.*1, 1\.7, 2\.5/,
  ],
  [
    "a label",
    "G6 E9",
    replaced("prometheus: {", "prometheus: { labels: { release: prometheus },"),
    /^ {2}PrometheusRules are labelled \{release="prometheus"\} and would not be loaded: expected \{release="kube-prometheus-stack"\}/,
  ],
];

const steps = z.object({ steps: z.array(z.object({ urn: z.string() })).default([]) });

describe("what watches ENOVA and Guelaguetza on staging", function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let moto: Moto;
  let project: TestProject;

  before(async () => {
    [cluster, moto, project] = await Promise.all([
      sharedCluster(),
      startMoto({ accountId: ACCOUNT }),
      TestProject.create("staging"),
    ]);
    await project.edit(FILE, without("listacompra"));
  });
  after(async () => {
    await run("destroy", "--yes", "--skip-preview");
    await project.remove();
    await moto.stop();
  });

  const run = (...args: string[]) =>
    project.runWith(
      {
        KUBECONFIG: cluster.kubeconfig,
        AWS_ENDPOINT_URL: moto.url,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
      },
      ...args,
    );

  for (const [what, ids, edit, says] of BROKEN) {
    it(`${ids} fails the preview with one sentence where ${what} is broken, and declares nothing`, async () => {
      const change: Edit = (text) => edit(without("enova")(text));
      const [text, json] = await project.with(
        FILE,
        change,
        async () => [await run("preview"), await run("preview", "--json")] as const,
      );
      assert.notEqual(text.code, 0);
      const head = `${FILE}: 1 problem of what watches the stack; nothing was declared:`;
      const lines = text.output.split("\n").map((line) => line.replace(/^ {4,}/, "  "));
      // The progress lines begin with it too; the diagnostics come last.
      const start = lines.findLastIndex((line) => line.includes(head));
      assert.notEqual(start, -1, text.output);
      assert.match(lines[start + 1] ?? "", says);
      assert.doesNotMatch(text.output, /\bat .*\.(?:ts|js):\d+/, "a stack trace");
      const planned = steps.parse(JSON.parse(json.output.slice(json.output.indexOf("{")))).steps;
      assert.deepEqual(
        planned.filter(({ urn }) => !urn.includes("pulumi:pulumi:Stack")),
        [],
      );
    });
  }

  it("E9 G6 G7 K26 K28 up brings what watches them past the API server, and a second one changes nothing", async () => {
    succeeded(await run("up", "--yes", "--skip-preview", "--policy-pack", "policies"));
    const listed = await kubectl(cluster, [
      "get",
      "prometheusrules,alertmanagerconfigs,podmonitors,servicemonitors,probes,configmaps",
      "-A",
      "-o",
      "name",
    ]);
    for (const name of [
      "prometheusrule.monitoring.coreos.com/enova-rules",
      "prometheusrule.monitoring.coreos.com/guelaguetza-rules",
      "alertmanagerconfig.monitoring.coreos.com/enova-alerts",
      "podmonitor.monitoring.coreos.com/chat",
      "probe.monitoring.coreos.com/frontend-legacy-health",
      "servicemonitor.monitoring.coreos.com/sql-exporter",
      "configmap/guelaguetza-log-rules",
      "configmap/dashboard-staging-enova-golden-signals",
    ]) {
      assert.ok(listed.split("\n").includes(name), `${name} is not among\n${listed}`);
    }
    succeeded(await run("up", "--yes", "--skip-preview", "--expect-no-changes", "--policy-pack", "policies"));
  });

  it("E8 G7 brings the dashboards as GrafanaDashboards where the stack says so", async () => {
    const operator = replaced("grafana: {", "grafana: { delivery: operator,");
    await project.with(FILE, operator, async () =>
      succeeded(await run("up", "--yes", "--skip-preview", "--policy-pack", "policies")),
    );
    const listed = await kubectl(cluster, ["get", "grafanadashboards", "-A", "-o", "name"]);
    assert.match(listed, /dashboard-staging-guelaguetza-checkout/);
  });

  it("E9 the definitions of the API server refuse a rule without an expression", async () => {
    const namespace = await newNamespace(cluster, "rules");
    const rule = {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { name: "broken", namespace },
      spec: { groups: [{ name: "shop", rules: [{ alert: "Broken" }] }] },
    };
    await assert.rejects(apply(cluster, rule), /expr/);
  });
});
