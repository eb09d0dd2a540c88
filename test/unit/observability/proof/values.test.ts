import assert from "node:assert/strict";
import { byTwo, ended, expanded, joined, restarted, thinned } from "../../../../observability/proof/values";

const counter = 'nginx_ingress_controller_requests{status="200"}';

describe("series of a proof", () => {
  it("are read as promtool writes them", () => {
    const read = (values: string) => expanded({ series: "a", values });
    assert.deepEqual(read("1+2x3 _x2 4x1 -1.5 stale 0-1e-1x1"), [
      1,
      3,
      5,
      7,
      undefined,
      undefined,
      4,
      4,
      -1.5,
      undefined,
      0,
      -0.1,
    ]);
    assert.throws(() => read("1+x"), { message: "1+x is no series of a test" });
  });

  it("joined, a counter goes on, a gauge changes, and what is missing is missing", () => {
    const stretch = (rise: number, gauge: number, steps: number) => ({
      steps,
      series: () => [
        { series: counter, values: `0+${rise}x9` },
        { series: `kube_pod_info{at="${gauge}"}`, values: `${gauge}x9` },
      ],
    });
    assert.deepEqual(joined([stretch(2, 7, 3), stretch(5, 8, 2)], { stepSeconds: 30 }), [
      { series: counter, values: "0 2 4 9 14" },
      { series: 'kube_pod_info{at="7"}', values: "7 7 7 _ _" },
      { series: 'kube_pod_info{at="8"}', values: "_ _ _ 8 8" },
    ]);
  });

  it("restarted, counters begin anew and gauges stay", () => {
    const series = [
      { series: counter, values: "0+2x4" },
      { series: "kube_pod_info", values: "3x4" },
    ];
    assert.deepEqual(restarted(series, 3), [
      { series: counter, values: "0 2 4 2 4" },
      { series: "kube_pod_info", values: "3x4" },
    ]);
  });

  it("thinned, counters rise so much slower and gauges stay", () => {
    const series = [
      { series: counter, values: "0+2x2" },
      { series: "kube_pod_info", values: "3x2" },
    ];
    assert.deepEqual(thinned(series, 0.5), [
      { series: counter, values: "0 1 2" },
      { series: "kube_pod_info", values: "3x2" },
    ]);
  });

  it("ended, there is nothing from a step on", () => {
    assert.deepEqual(ended([{ series: counter, values: "0+2x9" }], 3), [
      { series: counter, values: "0 2 4" },
    ]);
  });

  it("of two pods, what is counted is counted by each, the quicker part of it by the busier one; a gauge is one", () => {
    const bucket = (le: string, more = "") => `checkout_duration_seconds_bucket{le="${le}"${more}}`;
    const found = byTwo([
      { series: counter, values: "10 20 _" },
      { series: bucket("1"), values: "60x1" },
      { series: bucket("2"), values: "90x1" },
      { series: bucket("+Inf"), values: "100x1" },
      { series: 'kube_pod_info{pod="a"}', values: "1x1" },
    ]);
    const part = (index: number) => `, golive_part="${index}"`;
    assert.deepEqual(found, [
      { series: `${counter.slice(0, -1)}${part(0)}}`, values: "7 14 _" },
      { series: `${counter.slice(0, -1)}${part(1)}}`, values: "3 6 _" },
      { series: bucket("1", part(0)), values: "60 60" },
      { series: bucket("1", part(1)), values: "0 0" },
      { series: bucket("2", part(0)), values: "70 70" },
      { series: bucket("2", part(1)), values: "20 20" },
      { series: bucket("+Inf", part(0)), values: "70 70" },
      { series: bucket("+Inf", part(1)), values: "30 30" },
      { series: 'kube_pod_info{pod="a"}', values: "1x1" },
    ]);
  });

  it("of two zones, a load balancer's means lie apart, and are the same in the mean", () => {
    const found = byTwo([{ series: 'aws_applicationelb_target_response_time_p95{a="b"}', values: "5x1" }]);
    assert.deepEqual(
      found.map(({ values }) => values),
      ["7 7", "3 3"],
    );
  });
});
