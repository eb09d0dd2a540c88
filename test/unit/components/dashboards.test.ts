import assert from "node:assert/strict";
import { record } from "../../../cli/recorder";
import { Dashboards, type DashboardsArgs } from "../../../components/dashboards";
import type { Dashboard } from "../../../observability/dashboards";

const dashboard = (uid: string, json = `{"uid":"${uid}"}`): Dashboard => ({
  uid,
  title: `The ${uid}`,
  file: `${uid}.json`,
  folder: "Shop (staging)",
  json,
  panels: [],
});

const ARGS: DashboardsArgs = { namespace: "shop", dashboards: [dashboard("a"), dashboard("b")] };

const declared = async (args: Partial<DashboardsArgs> = {}) => {
  const all = await record("test", () => Promise.resolve(new Dashboards("shop", { ...ARGS, ...args })));
  return all.filter(({ type }) => type.startsWith("kubernetes:"));
};

describe("Dashboards", () => {
  it("E8 L16 gives each dashboard to the sidecar in a ConfigMap of its own, under its uid", async () => {
    const [first, second, ...rest] = await declared();
    assert.equal(rest.length, 0);
    assert.equal(first?.type, "kubernetes:core/v1:ConfigMap");
    assert.deepEqual(first.inputs, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "dashboard-a",
        namespace: "shop",
        labels: { grafana_dashboard: "1" },
        annotations: { grafana_folder: "Shop (staging)" },
      },
      data: { "a.json": '{"uid":"a"}' },
    });
    assert.deepEqual(second?.inputs["data"], { "b.json": '{"uid":"b"}' });
  });

  it("G7 gives them to grafana-operator instead, across namespaces", async () => {
    const [first] = await declared({ delivery: "operator", instance: { app: "grafana" } });
    assert.deepEqual(first?.inputs, {
      apiVersion: "grafana.integreatly.org/v1beta1",
      kind: "GrafanaDashboard",
      metadata: { name: "dashboard-a", namespace: "shop" },
      spec: {
        instanceSelector: { matchLabels: { app: "grafana" } },
        allowCrossNamespaceImport: true,
        folder: "Shop (staging)",
        json: '{"uid":"a"}',
      },
    });
  });

  it("E8 takes a dashboard of just a MiB, and refuses each that is a byte more", async () => {
    const whole = "x".repeat(1_048_576);
    assert.equal((await declared({ dashboards: [dashboard("a", whole)] })).length, 1);
    const great = [dashboard("a", `${whole}x`), dashboard("b"), dashboard("c", `${whole}xx`)];
    await assert.rejects(declared({ dashboards: great }), (error: Error) => {
      assert.match(error.message, /shop: a\.json has 1048577 bytes; a ConfigMap holds 1048576/);
      assert.match(error.message, /shop: c\.json has 1048578 bytes/);
      return true;
    });
  });
});
