import assert from "node:assert/strict";
import { problemsOf } from "../../../../observability/promql/lint";

const REQUESTS = "nginx_ingress_controller_requests";
const BUCKET = "nginx_ingress_controller_request_duration_seconds_bucket";

/** Each text and its one problem. */
const WRONG: readonly (readonly [promql: string, problem: RegExp])[] = [
  [`rate(${REQUESTS}[5m]`, /does not parse/],
  [`ratio(${REQUESTS}[5m])`, /does not parse/],
  ["up{", /does not parse/],
  ["nothing_of_ours", /nothing_of_ours is not in the metric catalogue/],
  ['{job="a"}', /a selector without a name/i],
  [`${REQUESTS} > 5`, /is a counter and is read raw/],
  [`sum(${REQUESTS}) / sum(rate(${REQUESTS}[5m]))`, /is a counter and is read raw/],
  [`sum by (le) (${BUCKET})`, /is a counter and is read raw/],
  ["max(kube_pod_container_status_restarts_total)", /is a counter and is read raw/],
  ["rate(container_memory_working_set_bytes[5m])", /is a gauge and rate reads counters/],
  ["increase(up[5m])", /is a gauge and increase reads counters/],
  [`avg_over_time(${REQUESTS}[5m])`, /is a counter and avg_over_time reads gauges/],
  [`sum(rate(${REQUESTS}{code="503"}[5m]))`, /has no label code; it has/],
  [`sum by (namespace) (rate(${REQUESTS}[5m]))`, /none has the label namespace that is grouped by/],
  [`sum(rate(${REQUESTS}{status="500"}[5m]))`, /status="500" alone; write status=~"5.."/],
  [`sum(rate(${BUCKET}{le="1"}[5m]))`, /le="1", which has two names; write le=~"1\(\\\\.0\)\?"/],
  [`sum(rate(${BUCKET}{le="1.0"}[5m]))`, /le="1.0", which has two names; write le=~"1\(\\\\.0\)\?"/],
  [`histogram_quantile(0.95, sum by (ingress) (rate(${BUCKET}[5m])))`, /does not keep le/],
  [`histogram_quantile(0.95, sum(rate(${BUCKET}[5m])))`, /does not keep le/],
];

const RIGHT: readonly string[] = [
  `sum by (ingress) (rate(${REQUESTS}{status=~"5..", job="a"}[$__rate_interval] offset 1d))`,
  `histogram_quantile(0.95, sum by (ingress, le) (rate(${BUCKET}{status!="101"}[\${__rate_interval}])))`,
  `sum(rate(${BUCKET}{le=~"1(\\\\.0)?"}[5m])) - sum(rate(${BUCKET}{le="0.35"}[5m]))`,
  `absent(${REQUESTS}{ingress="a"})`,
  "round(increase(kube_pod_container_status_restarts_total[$__range])) > 3",
  "enova:requests:rate5m / (enova:requests:rate5m offset 7d > 0)",
  "sum by (team) (enova:requests:rate5m)",
  "avg_over_time(up[5m]) - deriv(container_memory_working_set_bytes[5m])",
  "vector(1)",
  "time() - ALERTS_FOR_STATE",
];

describe("lint of PromQL", () => {
  for (const [promql, problem] of WRONG) {
    it(`K25 refuses ${promql}`, () => {
      const [first = "", ...others] = problemsOf(promql);
      assert.match(first, problem);
      assert.deepEqual(others, []);
    });
  }

  for (const promql of RIGHT) {
    it(`K25 lets ${promql} pass`, () => assert.deepEqual(problemsOf(promql), []));
  }

  it("K25 tells all that is wrong at once", () => {
    assert.equal(problemsOf(`${REQUESTS}{status="500", code="1"} + nothing_of_ours`).length, 4);
  });
});
