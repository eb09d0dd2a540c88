import assert from "node:assert/strict";
import { expanded, joined, restarted } from "../../../../observability/proof/values";

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
});
