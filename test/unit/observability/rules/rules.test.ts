import assert from "node:assert/strict";
import { rulesOf } from "../../../../observability/rules";
import { inhibitRules } from "../../../../observability/rules/inhibition";
import { groupManifests, prometheusRule } from "../../../../observability/rules/prometheus-rule";
import type { AlertRule } from "../../../../observability/rules/rule";
import type { Watched } from "../../../../observability/watched";
import { ENOVA, EVERY_WATCHED, GUELAGUETZA, KOMETA, LISTACOMPRA, S5 } from "../../../support/watched";

const alertsOf = (watched: Watched): readonly AlertRule[] =>
  rulesOf(watched).flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === "alert" ? [rule] : [])));
const namesOf = (watched: Watched) => new Set(alertsOf(watched).map(({ name }) => name));
const includesAll = (watched: Watched, names: string) => {
  for (const name of names.split(" ")) assert.ok(namesOf(watched).has(name), `${watched.title}: ${name}`);
};

describe("rules of a system", () => {
  it("E7 E9 K25 S7 G6 the documents' alerts and the golden signals of every service", () => {
    includesAll(
      ENOVA,
      "HighErrorRate HighLatency ChatLatencyHigh PodCPUSaturation PodRestarting TrafficChanged",
    );
    includesAll(ENOVA, "CanaryWorseThanStable AutoscalerAtMaximum");
    includesAll(
      KOMETA,
      "HighErrorRate HighResponseTime PodsUnhealthy AvailabilityBudgetBurn CertificateExpiring",
    );
    includesAll(LISTACOMPRA, "LatencyBudgetBurn WorkerBudgetBurn OutboxRetriesHigh BackupTooOld");
    includesAll(GUELAGUETZA, "NegativeStock ConcurrencyErrorsFrequent FailedOrdersHigh OrderCleanupStalled");
    includesAll(S5, "HighErrorRate");
    for (const watched of EVERY_WATCHED) {
      includesAll(watched, "HighErrorRate TrafficChanged PodCPUSaturation PodMemorySaturation PodRestarting");
      includesAll(watched, "HighLatency ExporterDown MetricsAbsent JobFailed Watchdog HealthCheckFailing");
      for (const { name } of watched.services) {
        const own = alertsOf(watched).filter(({ labels }) => labels.service === name);
        assert.ok(
          own.some(({ signal }) => signal === "cpuSaturation"),
          name,
        );
      }
    }
  });

  it("K25 G6 each alert has the labels that routes need, and no two are the same", () => {
    for (const watched of EVERY_WATCHED) {
      const alerts = alertsOf(watched);
      for (const { labels } of alerts) {
        assert.equal(labels.namespace, watched.namespace);
        assert.equal(labels.system, watched.system);
        assert.notEqual(labels.service, "");
      }
      const keys = alerts.map(({ name, labels }) => JSON.stringify([name, labels]));
      assert.deepEqual(keys, [...new Set(keys)]);
      const groups = rulesOf(watched).map(({ name }) => name);
      assert.equal(new Set(groups).size, groups.length);
    }
  });

  it("K25 names and texts are as people and tools expect, in both languages", () => {
    for (const watched of EVERY_WATCHED.flatMap((one) =>
      (["es", "en"] as const).map((language) => ({ ...one, platform: { ...one.platform, language } })),
    )) {
      for (const { name, summary, description } of alertsOf(watched)) {
        assert.match(name, /^([A-Z]+[a-z0-9]+)+$/);
        assert.match(summary, /^[A-ZÁÉÍÓÚÑ].+\.$/);
        assert.doesNotMatch(summary, /\{\{/);
        assert.match(description, /\{\{ .+ \}\}/);
        assert.match(description, /\.$/);
        assert.doesNotMatch(description, /\d0000|\d9999/);
      }
    }
  });

  it("K24 L18 recordings are named level:metric:operations, each once for its labels", () => {
    for (const watched of EVERY_WATCHED) {
      const records = rulesOf(watched).flatMap(({ rules }) =>
        rules.flatMap((rule) => (rule.kind === "record" ? [rule] : [])),
      );
      for (const { record } of records) assert.match(record, /^[a-z_]+:[a-z_]+:[a-z0-9_]+$/);
      const keys = records.map(({ record, labels }) => JSON.stringify([record, labels]));
      assert.equal(new Set(keys).size, keys.length);
    }
  });

  it("K25 as a PrometheusRule, with the labels that Prometheus selects by", () => {
    const manifest = prometheusRule(KOMETA, rulesOf(KOMETA), () => ({ runbookUrl: "https://runbooks/a" }));
    assert.deepEqual(manifest.metadata, {
      name: "kometa-rules",
      namespace: "kometa-develop",
      labels: { release: "kube-prometheus-stack" },
    });
    const [group] = groupManifests(rulesOf(KOMETA), () => ({ runbookUrl: "a", dashboardUrl: "b" }));
    const [first] = group?.rules ?? [];
    assert.ok(first && "alert" in first);
    assert.deepEqual(Object.keys(first), [
      "alert",
      "expr",
      "for",
      "keep_firing_for",
      "labels",
      "annotations",
    ]);
    assert.deepEqual(first.labels, {
      severity: "critical",
      namespace: "kometa-develop",
      system: "kometa",
      service: "kometa-marketplace",
    });
    assert.equal(first.annotations.runbook_url, "a");
    assert.equal(first.annotations.dashboard_url, "b");
  });
});

describe("which alerts silence which", () => {
  it("G6 a database that is down pages once, and no value of it is taken to be well meanwhile", () => {
    const twins = alertsOf(GUELAGUETZA).filter(
      ({ name }) => name.endsWith("Absent") && name !== "MetricsAbsent",
    );
    assert.deepEqual(
      twins.map(({ name, labels }) => [name, labels.severity]),
      [
        ["NegativeStockAbsent", "critical"],
        ["ConcurrencyErrorsFrequentAbsent", "warning"],
        ["FailedOrdersHighAbsent", "warning"],
        ["OrderCleanupStalledAbsent", "warning"],
      ],
    );
    const rules = inhibitRules(rulesOf(GUELAGUETZA));
    assert.deepEqual(
      rules.find(({ equal }) => equal.includes("system")),
      {
        sourceMatch: [{ name: "alertname", value: "ExporterDown|MetricsAbsent", matchType: "=~" }],
        targetMatch: [
          {
            name: "alertname",
            value:
              "ConcurrencyErrorsFrequentAbsent|FailedOrdersHighAbsent|NegativeStockAbsent|OrderCleanupStalledAbsent",
            matchType: "=~",
          },
        ],
        equal: ["namespace", "system"],
      },
    );
  });

  it("K21 K24 of one signal of one service the graver silences the other; nothing silences itself", () => {
    const rules = inhibitRules(rulesOf(KOMETA));
    assert.deepEqual(rules[0], {
      sourceMatch: [
        { name: "alertname", value: "AvailabilityBudgetBurn", matchType: "=" },
        { name: "severity", value: "critical", matchType: "=" },
      ],
      targetMatch: [
        { name: "alertname", value: "AvailabilityBudgetBurn|ErrorRateAboveTarget", matchType: "=~" },
        { name: "severity", value: "warning", matchType: "=" },
      ],
      equal: ["namespace", "service"],
    });
    for (const { sourceMatch, targetMatch } of EVERY_WATCHED.flatMap((watched) =>
      inhibitRules(rulesOf(watched)),
    )) {
      assert.ok(sourceMatch.some(({ name }) => name === "alertname"));
      assert.notDeepEqual(sourceMatch, targetMatch);
    }
  });
});
