import assert from "node:assert/strict";
import { dashboardsOf } from "../../../../observability/dashboards";
import { LANGUAGES } from "../../../../observability/watched";
import { ENOVA, EVERY_WATCHED } from "../../../support/watched";
import { type Dashboard, dashboardSchema, EXCLUSIONS, lint, type Rule, type RuleName, RULES } from "./linter";

const read = (json: string): Dashboard => dashboardSchema.parse(JSON.parse(json));

const every = EVERY_WATCHED.flatMap((watched) =>
  LANGUAGES.flatMap((language) =>
    dashboardsOf({ ...watched, platform: { ...watched.platform, language } }, []),
  ),
);

const of = (name: string): Dashboard => {
  const found = dashboardsOf(ENOVA, []).find(({ uid }) => uid.endsWith(name));
  assert.ok(found);
  return read(found.json);
};

const [metrics, lines] = [of("golden-signals"), of("logs")];

/** A dashboard with something else about each of its panels that have a query. */
const panels = (dashboard: Dashboard, change: object): Dashboard => ({
  ...dashboard,
  panels: dashboard.panels.map((panel) => (panel.type === "timeseries" ? { ...panel, ...change } : panel)),
});

const queries = (dashboard: Dashboard, expr: string): Dashboard => ({
  ...dashboard,
  panels: dashboard.panels.map((panel) => ({
    ...panel,
    targets: panel.targets.map((one) => ({ ...one, expr })),
  })),
});

const variables = (dashboard: Dashboard, name: string, change: object): Dashboard => ({
  ...dashboard,
  templating: {
    list: dashboard.templating.list.map((one) => (one.name === name ? { ...one, ...change } : one)),
  },
});

/** For each rule, dashboards that break it. */
const BROKEN: Readonly<Record<RuleName, readonly Dashboard[]>> = {
  "template-datasource-rule": [
    variables(metrics, "prometheus_datasource", { name: "ds" }),
    variables(metrics, "prometheus_datasource", { label: "Prometheus" }),
    { ...metrics, templating: { list: [] } },
  ],
  "template-job-rule": [
    variables(metrics, "job", { name: "service" }),
    variables(metrics, "job", { label: "job" }),
    variables(metrics, "job", { multi: false }),
    variables(metrics, "job", { allValue: "" }),
    variables(metrics, "job", { datasource: { type: "prometheus", uid: "abc" } }),
  ],
  "template-instance-rule": [variables(metrics, "instance", { type: "custom" })],
  "template-label-promql-rule": [
    variables(metrics, "job", { query: "values(up, job)" }),
    variables(metrics, "job", { query: "label_values(up{, job)" }),
  ],
  "template-on-time-change-reload-rule": [variables(metrics, "job", { refresh: 1 })],
  "panel-datasource-rule": [panels(metrics, { datasource: { type: "prometheus", uid: "abc" } })],
  "panel-title-description-rule": [panels(metrics, { description: "" }), panels(metrics, { title: "" })],
  "panel-units-rule": [panels(metrics, { fieldConfig: { defaults: { unit: "requests" } } })],
  "panel-no-targets-rule": [panels(metrics, { targets: [] })],
  "target-logql-rule": [queries(lines, 'sum(count_over_time({a="b"} [$__auto])'), queries(lines, "up")],
  "target-logql-auto-rule": [queries(lines, 'sum(count_over_time({a="b"}[5m]))')],
  "target-promql-rule": [queries(metrics, "sum(up"), queries(metrics, "")],
  "target-rate-interval-rule": [queries(metrics, "rate(a_total[5m])")],
  "target-job-rule": [queries(metrics, "up")],
  "target-instance-rule": [queries(metrics, 'up{job=~"$job"}')],
  "target-counter-agg-rule": [
    queries(metrics, "sum(a_total)"),
    queries(metrics, "rate(a_total[$__rate_interval]) / a_total"),
    queries(metrics, "sum_over_time(a_total[5m])"),
  ],
  "uneditable-dashboard-rule": [{ ...metrics, editable: true }],
};

describe("dashboard-linter's rules", () => {
  it("E8 G7 L16 K24 K26 S10 hold for every dashboard of every system, in both languages", () => {
    assert.ok(every.length > 50);
    for (const { json, uid } of every) assert.deepEqual(lint(read(json)), [], uid);
  });

  it("E8 are seventeen, of which at most two are left out, each for a reason", () => {
    assert.equal(Object.keys(RULES).length, 17);
    const reasons = Object.values(EXCLUSIONS);
    assert.ok(reasons.length <= 2);
    for (const reason of reasons) assert.ok(reason.length > 40);
  });

  for (const [name, rule] of Object.entries<Rule>(RULES)) {
    it(`E8 ${name} tells what breaks it, and nothing else`, () => {
      const broken = Object.entries(BROKEN).find(([broke]) => broke === name)?.[1] ?? [];
      assert.ok(broken.length > 0);
      for (const dashboard of broken) assert.notDeepEqual(rule(dashboard), []);
      if (!(name in EXCLUSIONS)) for (const whole of [metrics, lines]) assert.deepEqual(rule(whole), []);
    });
  }
});
