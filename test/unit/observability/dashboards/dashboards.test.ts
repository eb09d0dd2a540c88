import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import {
  type Dashboard,
  dashboardsOf,
  dashboardUid,
  panelOf,
  panelUrl,
} from "../../../../observability/dashboards";
import { logRulesOf } from "../../../../observability/logs/rules";
import { problemsOf } from "../../../../observability/promql/lint";
import { rulesOf } from "../../../../observability/rules";
import { runbookUrl } from "../../../../observability/runbooks";
import type { Watched } from "../../../../observability/watched";
import { ENOVA, EVERY_WATCHED, GUELAGUETZA, KOMETA, LISTACOMPRA, S5 } from "../../../support/watched";
import { dashboardSchema } from "./linter";

const groupsOf = (watched: Watched) => [...rulesOf(watched), ...logRulesOf(watched)];
const alertsOf = (watched: Watched) =>
  groupsOf(watched).flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === "alert" ? [rule] : [])));
const made = (watched: Watched) => dashboardsOf(watched, groupsOf(watched));
const every = EVERY_WATCHED.flatMap(made);

const one = (watched: Watched, name: string): Dashboard => {
  const found = made(watched).find(({ uid }) => uid.endsWith(name));
  assert.ok(found, name);
  return found;
};

const titles = (watched: Watched, name: string) => one(watched, name).panels.map(({ title }) => title);

const file = z.object({
  schemaVersion: z.literal(42),
  time: z.object({ from: z.string() }),
  links: z.array(
    z.object({
      tags: z.array(z.string()),
      asDropdown: z.boolean(),
      includeVars: z.boolean(),
      keepTime: z.boolean(),
    }),
  ),
  annotations: z.object({
    list: z.array(
      z.object({ name: z.string(), builtIn: z.number().optional(), expr: z.string().optional() }),
    ),
  }),
});

describe("dashboardsOf", () => {
  it("E8 gives each panel and row an id of its own, and each target a letter", () => {
    for (const { json, panels, uid } of every) {
      const { panels: all } = dashboardSchema.parse(JSON.parse(json));
      const ids = all.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, uid);
      assert.ok(ids.every((id) => id > 0));
      assert.deepEqual(
        all.filter(({ type }) => type !== "row").map(({ id }) => id),
        panels.map(({ id }) => id),
      );
      for (const { targets } of all)
        assert.deepEqual(
          targets.map(({ refId }) => refId),
          targets.map((_, index) => "ABCDEFGH"[index]),
        );
    }
  });

  it("E8 lays panels out in 24 columns, none over another", () => {
    for (const { json, uid } of every) {
      const cells = dashboardSchema
        .parse(JSON.parse(json))
        .panels.flatMap(({ gridPos: { x, y, w, h } }) =>
          Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}/${y + Math.floor(cell / w)}`),
        );
      assert.equal(new Set(cells).size, cells.length, uid);
      assert.ok(cells.every((cell) => Number(cell.split("/")[0]) < 24));
    }
  });

  it("E8 writes the same bytes twice, under uids that Grafana takes", () => {
    const again = structuredClone(EVERY_WATCHED).flatMap(made);
    assert.deepEqual(
      again.map(({ json }) => json),
      every.map(({ json }) => json),
    );
    assert.equal(new Set(every.map(({ uid }) => uid)).size, every.length);
    assert.equal(new Set(every.map((dashboard) => dashboard.file)).size, every.length);
    for (const { uid, json } of every) {
      assert.match(uid, /^[a-z0-9-]{1,40}$/);
      assert.ok(json.length < 1_048_576);
    }
  });

  it("E8 cuts a long uid to 40 characters that still tell it from others", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,40}$/), fc.stringMatching(/^[a-z]{1,40}$/), (stack, system) => {
        const uid = (board: string) => dashboardUid({ ...ENOVA, stack, system }, board);
        assert.ok(uid("golden-signals").length <= 40);
        assert.notEqual(uid("golden-signals"), uid("golden-signal"));
      }),
    );
  });

  it("E8 links the system's other dashboards with the variables and the time, and marks deploys and alerts", () => {
    for (const { json } of every.filter(({ uid }) => !uid.endsWith("logs"))) {
      const { links, annotations } = file.parse(JSON.parse(json));
      assert.equal(links.length, 2);
      assert.ok(
        links.every(({ asDropdown, includeVars, keepTime }) => asDropdown && includeVars && keepTime),
      );
      assert.equal(annotations.list[0]?.builtIn, 1);
      assert.deepEqual(
        annotations.list.flatMap(({ expr = "" }) => problemsOf(expr || "up")),
        [],
      );
      assert.match(annotations.list[1]?.expr ?? "", /kube_replicaset_created/);
      assert.match(annotations.list[2]?.expr ?? "", /^max by \(alertname, severity\) \(ALERTS/);
    }
  });

  it("E8 G7 L16 K24 asks only for metrics of the catalogue, in PromQL without a known mistake", () => {
    const logs = (uid: string) => uid.endsWith("-logs");
    for (const { uid, panels } of every.filter((dashboard) => !logs(dashboard.uid)))
      for (const { title, expressions } of panels)
        assert.deepEqual(expressions.flatMap(problemsOf), [], `${uid}: ${title}`);
  });

  it("E8 shows the stable side beside the canary's, and the four signals of each service", () => {
    const signals = one(ENOVA, "golden-signals").panels;
    const errors = signals.filter(({ title }) => title === "Errores" || title.startsWith("Errores ·"));
    const [sides] = errors.filter(({ expressions }) => expressions.length === 3);
    assert.ok(sides);
    assert.doesNotMatch(sides.expressions[0] ?? "", /canary/);
    assert.match(sides.expressions[1] ?? "", /canary=""/);
    assert.match(sides.expressions[2] ?? "", /canary!=""/);
    const shown = new Set(signals.flatMap((panel) => panel.signals));
    for (const signal of ["errorRatio", "latencyP95", "requestRate", "cpuSaturation"] as const)
      assert.ok(shown.has(signal), signal);
  });

  it("E9 E4 draws a line at each limit of the document, in the colour of its alert", () => {
    const latency = one(ENOVA, "golden-signals").panels.find(({ signals }) => signals.includes("latencyP95"));
    assert.deepEqual(latency?.thresholds, [
      { objective: "enova/latency", value: 0.5, wrong: "above", severity: "warning" },
      { objective: "enova/load-latency", value: 2, wrong: "above" },
    ]);
    assert.match(
      one(ENOVA, "golden-signals").json,
      /"steps":\[\{"value":null,"color":"green"\},\{"value":0.5,"color":"orange"\},\{"value":2,"color":"purple"\}\]/,
    );
  });

  it("L16 has listacompra-api and queue-latency under their own names", () => {
    assert.equal(one(LISTACOMPRA, "listacompra-api").title, "listacompra-api");
    assert.equal(one(LISTACOMPRA, "queue-latency").title, "queue-latency");
    assert.ok(titles(LISTACOMPRA, "queue-latency").includes("Latencia de la cola"));
    assert.ok(
      titles(LISTACOMPRA, "listacompra-api").some((title) =>
        title.startsWith("Peticiones lentas (> 350 ms)"),
      ),
    );
    assert.ok(!made(KOMETA).some(({ title }) => title === "queue-latency"));
  });

  it("G7 has the checkout's five measures on one dashboard", () => {
    const shown = titles(GUELAGUETZA, "checkout");
    for (const title of [
      "Tasa de ConcurrencyError",
      "Reintentos medios por checkout",
      "Latencia de checkout (P50, P95, P99)",
      "Stock negativo",
      "Órdenes por estado",
    ])
      assert.ok(shown.includes(title), title);
    const latency = one(GUELAGUETZA, "checkout").panels.find(({ title }) =>
      title.startsWith("Latencia de checkout (P50"),
    );
    assert.deepEqual(
      latency?.expressions.map((text) => /histogram_quantile\(([\d.]+)/.exec(text)?.[1]),
      ["0.5", "0.95", "0.99"],
    );
  });

  it("K24 L18 shows what is kept, the budget left and its burn", () => {
    const shown = one(KOMETA, "kpis").panels;
    const burn = shown.find(({ alerts }) => alerts.includes("AvailabilityBudgetBurn"));
    assert.equal(burn?.expressions.length, 4);
    assert.ok(shown.some(({ expressions }) => expressions[0]?.includes("service:slo_budget:remaining30d")));
    assert.ok(titles(LISTACOMPRA, "kpis").some((title) => title.startsWith("Consumo (98 %, 30 d)")));
  });

  it("K26 shows each duty of the logs, and the lines", () => {
    const { panels } = one(KOMETA, "logs");
    const shown = panels.flatMap(({ signals }) => signals);
    for (const signal of [
      "applicationErrors",
      "databaseTimeouts",
      "authenticationFailures",
      "failedTransactions",
    ] as const)
      assert.ok(shown.includes(signal), signal);
    assert.ok(
      panels.some(({ expressions }) => expressions[0]?.startsWith('{service_name="kometa-marketplace"}')),
    );
  });

  it("E8 shows versions, phase, waves and checklist of a release", () => {
    const shown = titles(ENOVA, "release");
    for (const title of [
      "Versiones en marcha",
      "Pods por versión",
      "Oleadas: réplicas disponibles",
      "Jobs fallidos por nombre",
    ])
      assert.ok(shown.includes(title), title);
    assert.ok(shown.some((title) => title.startsWith("Tráfico ·")));
  });

  it("S10 S9 has alerts, latency, errors, CPU and memory of each API, for 48 hours after the release", () => {
    const { panels, json } = one(S5, "go-live");
    for (const signal of ["errorRatio", "latencyP95", "cpuSaturation", "memorySaturation"] as const)
      assert.equal(panels.filter(({ signals }) => signals.includes(signal)).length, 3, signal);
    assert.ok(panels.some(({ title }) => title === "Alertas activas"));
    assert.equal(file.parse(JSON.parse(json)).time.from, "now-48h");
  });
});

describe("panelOf", () => {
  it("E9 K25 L18 G6 S7 finds a panel for every alert, and that panel lists it with its runbook", () => {
    for (const watched of EVERY_WATCHED) {
      const dashboards = new Map(made(watched).map((dashboard) => [dashboard.uid, dashboard]));
      for (const alert of alertsOf(watched)) {
        const place = panelOf(watched, alert);
        assert.ok(place, `${watched.system}: ${alert.name}`);
        const dashboard = dashboards.get(place.uid);
        const panel = dashboard?.panels.find(({ id }) => id === place.id);
        assert.ok(panel?.alerts.includes(alert.name), `${place.uid}: ${alert.name}`);
        assert.ok(dashboard?.json.includes(`[${alert.name}](${runbookUrl(watched, alert)})`));
      }
    }
  });

  it("E9 links it where a Grafana is known, and nothing where none is", () => {
    const [alert] = alertsOf(ENOVA);
    assert.ok(alert);
    const { platform } = ENOVA;
    const { delivery, prometheus, loki } = platform.grafana;
    const without = { delivery, prometheus, loki };
    const unknown = { ...ENOVA, contacts: KOMETA.contacts, platform: { ...platform, grafana: without } };
    assert.match(
      panelUrl(ENOVA, alert) ?? "",
      /^https:\/\/grafana\.example\.com\/d\/staging-enova-golden-signals\?viewPanel=\d+$/,
    );
    assert.equal(panelUrl(unknown, alert), undefined);
  });
});
