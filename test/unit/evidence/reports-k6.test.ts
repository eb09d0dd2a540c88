import assert from "node:assert/strict";
import fc from "fast-check";
import { factOf, findingOf, problemOf } from "./read";

const trend = { avg: 120.5, min: 20, med: 110, max: 900, "p(90)": 300, "p(95)": 410.25 };

/** As k6 1.8 gives it to handleSummary, shortened. */
const summary = (metrics: object = {}, checks: readonly object[] = CHECKS) => ({
  root_group: {
    name: "",
    path: "",
    id: "d41d8cd98f00b204e9800998ecf8427e",
    groups: [{ name: "shop", path: "::shop", id: "1", groups: [], checks }],
    checks: [{ name: "Login", path: "::Login", id: "2", passes: 3, fails: 0 }],
  },
  options: { summaryTrendStats: ["avg", "p(95)"], summaryTimeUnit: "", noColor: false },
  state: { isStdOutTTY: false, isStdErrTTY: false, testRunDurationMs: 60_000 },
  metrics: {
    http_reqs: { type: "counter", contains: "default", values: { count: 600, rate: 10 } },
    http_req_duration: {
      type: "trend",
      contains: "time",
      values: trend,
      thresholds: { "p(95)<500": { ok: true }, "avg<200": { ok: true } },
    },
    http_req_failed: { type: "rate", contains: "default", values: { rate: 0.005, passes: 3, fails: 597 } },
    vus_max: { type: "gauge", contains: "default", values: { value: 50, min: 50, max: 50 } },
    ...metrics,
  },
});
const CHECKS = [{ name: "Login", path: "::shop::Login", id: "3", passes: 1, fails: 2 }];

/** The same run by `k6 run --summary-export`. */
const exported = (thresholds: object = { "p(95)<500": false }) => ({
  root_group: {
    name: "",
    path: "",
    id: "d41d8cd98f00b204e9800998ecf8427e",
    groups: {},
    checks: { Login: { name: "Login", path: "::Login", id: "2", passes: 4, fails: 2 } },
  },
  metrics: {
    http_reqs: { count: 600, rate: 10 },
    http_req_duration: { ...trend, thresholds },
    http_req_failed: { passes: 3, fails: 597, thresholds: { "rate<0.01": false }, value: 0.005 },
    vus_max: { value: 50, min: 50, max: 50 },
    iterations: { count: 30, rate: 0.5 },
  },
});

describe("a run of k6", () => {
  it("K17 K18 gives what handleSummary is given: checks of all groups, thresholds, users, duration, failures", () => {
    assert.deepEqual(findingOf("k6", summary()), {
      kind: "k6",
      checks: [{ name: "Login", passes: 4, fails: 2 }],
      thresholds: [
        { metric: "http_req_duration", expression: "p(95)<500", ok: true },
        { metric: "http_req_duration", expression: "avg<200", ok: true },
      ],
      requests: 600,
      duration: 60,
      users: 50,
      p95: 410.25,
      mean: 120.5,
      rate: 10,
      failed: 0.005,
    });
  });

  it("K17 K18 reads the same out of --summary-export, where true stands for a threshold that was crossed", () => {
    const fact = factOf("k6", exported());
    const { checks, requests, duration, users, p95, rate, failed } = fact;
    assert.deepEqual(
      { checks, requests, duration, users, p95, rate, failed },
      {
        checks: [{ name: "Login", passes: 4, fails: 2 }],
        requests: 600,
        duration: 60,
        users: 50,
        p95: 410.25,
        rate: 10,
        failed: 0.005,
      },
    );
    assert.deepEqual(
      fact.thresholds.map(({ expression, ok }) => [expression, ok]),
      [
        ["p(95)<500", true],
        ["rate<0.01", true],
      ],
    );
    assert.deepEqual(factOf("k6", exported({ "p(95)<400": true })).thresholds[0]?.ok, false);
  });

  it("K18 computes every threshold anew, whatever the values and the limit", () => {
    const relations = {
      "<": (a: number, b: number) => a < b,
      "<=": (a: number, b: number) => a <= b,
      ">": (a: number, b: number) => a > b,
      ">=": (a: number, b: number) => a >= b,
    };
    const relation = fc.constantFrom(...(["<", "<=", ">", ">="] as const));
    fc.assert(
      fc.property(fc.nat(1000), relation, fc.nat(1000), fc.boolean(), (value, is, limit, ok) => {
        const metric = {
          type: "trend",
          contains: "time",
          values: { "p(95)": value },
          thresholds: { [`p(95)${is}${limit}`]: { ok } },
        };
        const report = summary({ iteration_duration: metric });
        if (relations[is](value, limit) === ok) return factOf("k6", report).thresholds.at(-1)?.ok === ok;
        return problemOf("k6", report).includes(
          `iteration_duration ${ok ? "keeps" : "crosses"} p(95)${is}${limit}`,
        );
      }),
      { numRuns: 200 },
    );
  });

  it("K18 takes k6's word for a value that it does not sum up", () => {
    const crossed = { type: "trend", contains: "time", values: {}, thresholds: { "p(99)<1": { ok: false } } };
    assert.deepEqual(factOf("k6", summary({ waiting: crossed })).thresholds.at(-1), {
      metric: "waiting",
      expression: "p(99)<1",
      ok: false,
    });
  });

  it("K17 K18 does not believe a run that did nothing, or a threshold that holds for nothing", () => {
    const nothing = { ...summary(), metrics: {}, root_group: { checks: [], groups: [] } };
    assert.equal(problemOf("k6", nothing), "made 0 requests and 0 checks; expected a run that did something");
    const none = { type: "counter", contains: "default", values: { count: 0, rate: 0 } };
    assert.equal(
      problemOf("k6", summary({ http_reqs: none })),
      "says that http_req_duration keeps p(95)<500, and made 0 requests",
    );
    assert.match(
      problemOf("k6", JSON.stringify(summary()).slice(0, -20)),
      /^is malformed JSON, or cut short/,
    );
  });
});

/** As `k6/result.js` writes it. */
const job = (change: object = {}) => ({
  kind: "smoke",
  title: "SMOKE TEST RESULTS",
  version: "v1.2.0",
  at: "2026-11-24T08:00:00.000Z",
  passed: true,
  seconds: 3,
  users: 1,
  requests: 12,
  steps: { passed: ["Crear producto", "Listar productos"], failed: [], notReached: [] },
  readings: {},
  faults: [],
  ...change,
});
const load = (p95: object, change: object = {}) =>
  job({
    kind: "load",
    readings: { p95Ms: p95, failedPercent: { found: 0.5, is: "<", limit: 1, ok: true } },
    ...change,
  });

describe("the summary of golive's k6 Job", () => {
  it("K14 K17 G9 gives each step by its name, and when it ran", () => {
    const fact = factOf("k6", job());
    assert.deepEqual(fact.checks, [
      { name: "Crear producto", passes: 1, fails: 0 },
      { name: "Listar productos", passes: 1, fails: 0 },
    ]);
    assert.deepEqual([fact.requests, fact.users, fact.source.at], [12, 1, "2026-11-24T08:00:00.000Z"]);
  });

  it("K17 a step that failed, and one that was not reached, have not passed", () => {
    const steps = { passed: [], failed: ["Crear producto"], notReached: ["Listar productos"] };
    assert.deepEqual(factOf("k6", job({ passed: false, steps })).checks, [
      { name: "Crear producto", passes: 0, fails: 1 },
      { name: "Listar productos", passes: 0, fails: 0 },
    ]);
    assert.equal(
      problemOf("k6", job({ steps })),
      "says that it passed, and has a step or a limit that was not kept",
    );
  });

  it("K18 E6 judges each limit anew; one of nothing is not kept", () => {
    const { thresholds, p95, failed } = factOf("k6", load({ found: 400, is: "<", limit: 500, ok: true }));
    assert.deepEqual([p95, failed], [400, 0.005]);
    assert.deepEqual(thresholds, [
      { metric: "http_req_duration", expression: "p95Ms < 500", ok: true },
      { metric: "failedPercent", expression: "failedPercent < 1", ok: true },
    ]);
    const nothing = { is: "<", limit: 500, ok: true };
    assert.equal(factOf("k6", load(nothing, { passed: false })).thresholds[0]?.ok, false);
    for (const p95Ms of [nothing, { found: 500, is: "<", limit: 500, ok: true }]) {
      assert.match(problemOf("k6", load(p95Ms)), /^says that it passed/);
    }
  });

  it("K17 does not believe a run of another version, of none, from the future, or without a request", () => {
    assert.equal(problemOf("k6", job({ version: "v1.1.0" })), "is of version v1.1.0; expected v1.2.0");
    assert.equal(problemOf("k6", job({ version: "" })), "names no version; expected v1.2.0");
    assert.match(
      problemOf("k6", job({ at: "2026-11-24T09:00:00Z" })),
      /^is of 2026-11-24T09:00:00Z, which is yet to come/,
    );
    const steps = { passed: [], failed: [], notReached: ["Login"] };
    assert.equal(
      problemOf("k6", job({ requests: 0, passed: false, steps })),
      "made 0 requests and 0 checks; expected a run that did something",
    );
  });
});
