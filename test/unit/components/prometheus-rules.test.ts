import assert from "node:assert/strict";
import { z } from "zod";
import { record } from "../../../cli/recorder";
import { PrometheusRules } from "../../../components/prometheus-rules";
import { rulesOf } from "../../../observability/rules";
import type { Watched } from "../../../observability/watched";
import { ENOVA, EVERY_WATCHED } from "../../support/watched";

const object = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    labels: z.record(z.string(), z.string()),
  }),
  spec: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(
          z.object({
            alert: z.string().optional(),
            expr: z.string(),
            labels: z.record(z.string(), z.string()).optional(),
            annotations: z.record(z.string(), z.string()).optional(),
          }),
        ),
      }),
    ),
  }),
});

async function declared(watched: Watched) {
  let alerts: readonly string[] = [];
  const [, rule] = await record(watched.stack, () => {
    const links = { runbookUrl: "https://example.com/runbook", dashboardUrl: "https://example.com/panel" };
    ({ alerts } = new PrometheusRules("shop", { watched, groups: rulesOf(watched), links: () => links }));
    return Promise.resolve();
  });
  return { alerts, ...object.parse(rule?.inputs) };
}

describe("PrometheusRules", () => {
  it("E9 K25 L18 G6 S7 declares every alert, with its namespace and its severity (P1), runbook and panel", async () => {
    for (const watched of EVERY_WATCHED) {
      const { alerts, metadata, spec } = await declared(watched);
      assert.deepEqual(metadata, {
        name: `${watched.system}-rules`,
        namespace: watched.namespace,
        labels: watched.platform.prometheus.labels,
      });
      const rules = spec.groups.flatMap((group) => group.rules.filter(({ alert }) => alert !== undefined));
      assert.deepEqual([...new Set(rules.map(({ alert }) => alert))], alerts);
      for (const { alert, labels, annotations } of rules) {
        assert.equal(labels?.namespace, watched.namespace, alert);
        assert.match(labels.severity ?? "", /^(?:critical|warning|info|none)$/, alert);
        assert.equal(annotations?.runbook_url, "https://example.com/runbook");
        assert.equal(annotations.dashboard_url, "https://example.com/panel");
      }
    }
  });

  it("E9 has the document's alerts for ENOVA", async () => {
    const { alerts } = await declared(ENOVA);
    const named = ["HighErrorRate", "HighLatency", "ChatLatencyHigh", "PodCPUSaturation", "PodRestarting"];
    assert.deepEqual(
      named.filter((name) => !alerts.includes(name)),
      [],
    );
  });
});
