import assert from "node:assert/strict";
import { parseStackText, SettingsError } from "../../../settings";

const PLACE = `config:
  golive:aws: { accountId: "111122223333", region: us-east-1 }
  golive:ceiling: { cpu: 500m, memory: 512Mi }
`;
const RUNBOOKS = "https://github.com/example/golive/blob/main/docs/runbooks";

const parsed = (keys: string) =>
  parseStackText({ stack: "staging", file: "Pulumi.staging.yaml", text: `${PLACE}${keys}\n` });
const platform = (more: string) =>
  parsed(`  golive:observability: { runbooks: "${RUNBOOKS}/", ${more} }`).observability;

function mistakesOf(keys: string): string {
  try {
    parsed(keys);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "";
}

describe("settings: observability", () => {
  it("E9 K25 is what the usual charts are, where nothing else is said", () => {
    assert.deepEqual(platform(""), {
      prometheus: {
        namespace: "monitoring",
        ruleSelector: { release: "kube-prometheus-stack" },
        labels: { release: "kube-prometheus-stack" },
        scrapeInterval: "30s",
        retention: "10d",
      },
      prober: "prometheus-blackbox-exporter.monitoring.svc:9115",
      alertmanager: { configSelector: {}, labels: {}, matcherStrategy: "OnNamespace" },
      grafana: { delivery: "sidecar", prometheus: "Prometheus", loki: "Loki" },
      runbooks: RUNBOOKS,
      language: "es",
    });
    assert.equal(parsed("").observability, undefined);
  });

  it("E9 K28 takes the labels of the selectors, unless others are given", () => {
    const given = platform(
      "prometheus: { ruleSelector: { role: rules } }, alertmanager: { configSelector: { team: a }, labels: { team: b } }",
    );
    assert.deepEqual(given?.prometheus.labels, { role: "rules" });
    assert.deepEqual(given.alertmanager.labels, { team: "b" });
  });

  for (const [ids, keys, says] of [
    ["E9", "  golive:observability: {}", /golive:observability\.runbooks: missing; expected an absolute URL/],
    [
      "E9",
      `  golive:observability: { runbooks: "${RUNBOOKS.replace("https", "http")}" }`,
      /runbooks: found .*; expected an absolute URL .*write https:/,
    ],
    [
      "K24",
      `  golive:observability: { runbooks: "${RUNBOOKS}", prometheus: { retention: 30 } }`,
      /prometheus\.retention: found the number 30; expected a whole number with one of s, m, h, d/,
    ],
    [
      "K21",
      `  golive:observability: { runbooks: "${RUNBOOKS}", prober: "http://blackbox:9115" }`,
      /prober: found .*; expected host and port, such as prometheus-blackbox-exporter/,
    ],
    [
      "L18",
      "  golive:router: { timeBuckets: [0.5, 0.35] }",
      /golive:router\.timeBuckets\[1\]: found the number 0\.35; expected more than the bound before it, 0\.5/,
    ],
    [
      "L18",
      "  golive:router: { kind: gateway-api, gateway: { name: a, namespace: b }, timeBuckets: [1] }",
      /golive:router\.timeBuckets: .*expected no timeBuckets here: it goes with kind ingress-nginx/,
    ],
  ] as const) {
    it(`${ids} refuses ${keys.trim().slice(0, 90)}`, () => assert.match(mistakesOf(keys), says));
  }
});
