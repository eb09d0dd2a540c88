import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { record } from "../../../cli/recorder";
import { ArgoRollout } from "../../../components/argo-rollout";
import { FlaggerCanary } from "../../../components/flagger-canary";
import { analysisTemplate, argoRollout } from "../../../components/progressive/argo";
import { flaggerCanary, metricTemplates } from "../../../components/progressive/flagger";
import { metricsOf } from "../../../components/progressive/release";
import { problemsOf } from "../../../observability/promql/lint";
import { exceeds, type Limit } from "../../../rollout/rule";
import { RELEASE, rule } from "../../support/progressive";

const declared = async (make: () => unknown) => {
  const all = await record("test", () => Promise.resolve(make()));
  return all
    .filter(({ type }) => !type.startsWith("golive:"))
    .map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`)
    .sort();
};

const limits: fc.Arbitrary<Limit> = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map((above) => ({ above })),
  fc.integer({ min: -5, max: 5 }).map((below) => ({ below })),
  fc.integer({ min: -5, max: 5 }).map((atLeast) => ({ atLeast })),
);
const values = fc.oneof(fc.integer({ min: -6, max: 6 }), fc.constant(NaN), fc.constant(Infinity));

/** Argo's expressions, of which these words are JavaScript's too: https://expr-lang.org */
const evaluated = (condition: string, result: readonly number[]): boolean =>
  runInNewContext(condition, {
    result,
    isNaN: Number.isNaN,
    len: (list: readonly number[]) => list.length,
  }) === true;

describe("a release by Flagger", () => {
  it("E1 E3 E4 has the ladder, the longest soak, one failure, and a range for each rule", () => {
    const { spec } = flaggerCanary(RELEASE, "enova-staging");
    assert.deepEqual(spec.analysis.stepWeights, [10, 50, 100]);
    assert.equal(spec.analysis.interval, "1800s");
    assert.equal(spec.analysis.threshold, 1);
    assert.deepEqual(
      spec.analysis.metrics.map(({ name, thresholdRange, interval }) => ({ name, thresholdRange, interval })),
      [
        { name: "enova-error-rate-frontend", thresholdRange: { max: 0.01 }, interval: "300s" },
        { name: "enova-error-rate-frontend-samples", thresholdRange: { min: 100 }, interval: "300s" },
        {
          name: "enova-error-rate-frontend-against-stable",
          thresholdRange: { max: 0.005 },
          interval: "300s",
        },
        { name: "enova-latency-frontend", thresholdRange: { max: 0.5 }, interval: "300s" },
      ],
    );
    assert.deepEqual(spec, { ...spec, provider: "nginx" });
    assert.deepEqual(
      spec.analysis.metrics.map(({ templateRef }) => templateRef.name),
      metricTemplates(RELEASE, "enova-staging").map(({ metadata }) => metadata.name),
    );
  });

  it("E1 on the Gateway API names the Gateway, the listener and the host", () => {
    const gateway = { name: "shared", namespace: "gateways", listener: "https" };
    const { spec } = flaggerCanary({ ...RELEASE, router: { kind: "gateway-api", gateway } }, "enova-staging");
    assert.deepEqual(
      { ...spec, analysis: undefined, targetRef: undefined, progressDeadlineSeconds: undefined },
      {
        provider: "gatewayapi:v1",
        service: {
          port: 80,
          targetPort: "http",
          hosts: ["staging.enova.com"],
          gatewayRefs: [
            {
              group: "gateway.networking.k8s.io",
              kind: "Gateway",
              name: "shared",
              namespace: "gateways",
              sectionName: "https",
            },
          ],
        },
        analysis: undefined,
        targetRef: undefined,
        progressDeadlineSeconds: undefined,
      },
    );
  });

  it("E4 no data is no pass: a query is filled in only where nothing means 0", () => {
    const queries = (given: object) =>
      metricTemplates({ ...RELEASE, rules: [{ ...rule("a"), ...given }] }, "x").map(({ spec }) => spec.query);
    assert.deepEqual(queries({ query: "up" }), ["up"]);
    assert.deepEqual(queries({ query: "up", emptyIsZero: true }), ["(up) or vector(0)"]);
    assert.deepEqual(queries({ query: "up", limit: { atLeast: 3 } }), ["(up) >= bool 3"]);
  });

  it("E4 declares a template a metric, the AlertProvider, and the Canary; what Prometheus does not answer is told", async () => {
    let left: readonly string[] = [];
    const args = { ...RELEASE, namespace: "enova-staging", alertSecret: "slack" };
    const all = await declared(() => {
      left = new FlaggerCanary("frontend", args).leftOut;
    });
    assert.deepEqual(all, [
      "AlertProvider enova-frontend-slack-alertprovider",
      "Canary frontend",
      "MetricTemplate enova-frontend-enova-error-rate-frontend-against-stable-metrictemplate",
      "MetricTemplate enova-frontend-enova-error-rate-frontend-metrictemplate",
      "MetricTemplate enova-frontend-enova-error-rate-frontend-samples-metrictemplate",
      "MetricTemplate enova-frontend-enova-latency-frontend-metrictemplate",
    ]);
    assert.deepEqual(left, ["enova/critical-logs"]);
  });
});

describe("a release by Argo Rollouts", () => {
  it("E1 E3 sets each weight and measures for its whole soak before the next", () => {
    const { spec } = argoRollout(RELEASE, "enova-staging");
    const counts = spec.strategy.canary.steps.map((step) =>
      "setWeight" in step ? step.setWeight : step.analysis.args[0]?.value,
    );
    // 30 and 15 minutes at one reading a minute, and one more to begin with.
    assert.deepEqual(counts, [10, "31", 50, "16", 100, "16"]);
    assert.deepEqual(spec.strategy.canary.trafficRouting, { nginx: { stableIngress: "enova-stable" } });
  });

  it("E4 a breach of what rolls back aborts; of what holds it pauses, as do no data, NaN and several series", () => {
    fc.assert(
      fc.property(
        limits,
        fc.constantFrom("roll back", "hold"),
        fc.boolean(),
        fc.array(values, { maxLength: 2 }),
        (limit, onFail, emptyIsZero, result) => {
          const given = { ...rule("a"), limit, onFail, emptyIsZero } as const;
          const [metric] = analysisTemplate({ ...RELEASE, rules: [given] }, "x").spec.metrics;
          assert.ok(metric);
          const [passes, fails] = [
            evaluated(metric.successCondition, result),
            evaluated(metric.failureCondition, result),
          ];
          const [value] = result.length === 1 ? result : [NaN];
          const read = value !== undefined && !Number.isNaN(value);
          const empty = emptyIsZero && result.length === 0;
          assert.equal(passes, empty || (read && !exceeds(limit, value)));
          assert.equal(fails, read && exceeds(limit, value) && onFail === "roll back");
        },
      ),
    );
  });

  it("E3 declares the template, the Service and the Rollout, its people told by Argo's own triggers", async () => {
    const all = await declared(() => new ArgoRollout("frontend", { ...RELEASE, namespace: "enova-staging" }));
    assert.deepEqual(all, [
      "AnalysisTemplate enova-frontend-readings",
      "Rollout frontend",
      "Service frontend-canary",
    ]);
    const { annotations = {} } = argoRollout(RELEASE, "x").metadata;
    assert.equal(annotations["notifications.argoproj.io/subscribe.on-rollout-aborted.slack"], "enova-alerts");
  });
});

describe("what both strategies are made from", () => {
  it("E4 every query is PromQL, also those that are put together", () => {
    const rules = [...RELEASE.rules, { ...rule("c"), limit: { atLeast: 1 }, emptyIsZero: true }];
    for (const { query } of metricsOf({ ...RELEASE, rules })) assert.deepEqual(problemsOf(query), [], query);
    for (const { spec } of metricTemplates({ ...RELEASE, rules }, "x"))
      assert.deepEqual(problemsOf(spec.query), [], spec.query);
  });

  it("E4 two rules of one name are two metrics", () => {
    const rules = [rule("a b"), rule("a/b")];
    assert.deepEqual(
      metricsOf({ ...RELEASE, rules }).map(({ name }) => name),
      ["a-b", "a-b-2"],
    );
  });

  it("E3 E4 refuses a ladder that ends below 100, a soak shorter than a reading, and a release without a reading", async () => {
    const broken = {
      ...RELEASE,
      namespace: "x",
      steps: [
        { percent: 50, soakSeconds: 10 },
        { percent: 10, soakSeconds: 900 },
      ],
      rules: [],
      alertSecret: undefined,
    };
    await assert.rejects(
      declared(() => new FlaggerCanary("frontend", broken)),
      /FlaggerCanary frontend:\n {2}steps: expected weights that rise to 100, found 50, 10\n {2}steps: expected soaks of at least 60 s.*\n {2}rules: expected at least one that Prometheus answers.*\n {2}alertSecret: expected/,
    );
    await assert.rejects(
      declared(() => new ArgoRollout("frontend", broken)),
      /ArgoRollout frontend:/,
    );
  });
});
