import assert from "node:assert/strict";
import { CATALOGUE } from "../../../../observability/metrics/catalogue";

/** Base units that Prometheus' naming asks for, and what these exporters write all the same. */
const OF_COUNTERS = /_total$|^nginx_ingress_controller_requests$|^envoy_cluster_upstream_rq_xx$/;

describe("the metric catalogue", () => {
  it("K24 names each metric once, as Prometheus takes names", () => {
    const names = CATALOGUE.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
    for (const name of names) assert.match(name, /^[a-zA-Z_]\w*$/);
  });

  it("K24 gives each label once, without le, and its help as a sentence", () => {
    for (const { name, labels, help } of CATALOGUE) {
      assert.equal(new Set(labels).size, labels.length, name);
      assert.ok(!labels.includes("le"), name);
      for (const label of labels) assert.match(label, /^[a-zA-Z]\w*$/, name);
      assert.match(help, /^\S.*\.$/, name);
    }
  });

  it("K24 calls counters total where their exporters do, and gives only histograms buckets, which rise", () => {
    for (const { name, kind, buckets } of CATALOGUE) {
      if (kind === "counter") assert.match(name, OF_COUNTERS);
      else assert.ok(!name.endsWith("_total"), name);
      assert.equal(buckets !== undefined, kind === "histogram", name);
      assert.deepEqual(
        [...(buckets ?? [])].sort((a, b) => a - b),
        buckets ?? [],
        name,
      );
      assert.ok(
        (buckets ?? []).every((bound) => bound > 0 && Number.isFinite(bound)),
        name,
      );
    }
  });

  it("K24 names no series twice, a histogram's three among them", () => {
    const series = CATALOGUE.flatMap(({ name, kind }) =>
      kind === "histogram" ? ["_bucket", "_count", "_sum"].map((suffix) => name + suffix) : [name],
    );
    assert.equal(new Set(series).size, series.length);
  });
});
