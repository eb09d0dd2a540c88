import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalQuantity } from "../../engine/offline/kubernetes/quantity";

describe("quantities of the kubernetes stand-in", () => {
  const canonical: readonly (readonly [string | number, string])[] = [
    ["0.2", "200m"],
    ["200m", "200m"],
    ["1000m", "1"],
    [1, "1"],
    [0.5, "500m"],
    ["1024Mi", "1Gi"],
    ["0.5Gi", "512Mi"],
    ["200Mi", "200Mi"],
    ["1000Mi", "1000Mi"],
    ["100000", "100k"],
    ["2000k", "2M"],
    ["1e3", "1e3"],
    ["0", "0"],
    ["512Ki", "512Ki"],
    ["512", "512"],
    ["0.1n", "1n"],
    ["-1.5", "-1500m"],
  ];
  for (const [given, wanted] of canonical) {
    it(`D2 writes ${JSON.stringify(given)} as the API server does: ${wanted}`, () => {
      assert.equal(canonicalQuantity(given), wanted);
    });
  }

  for (const none of ["", "Mi", "1 Gi", "1gi", "200 m", "abc", "."]) {
    it(`D2 leaves alone what is no quantity: ${JSON.stringify(none)}`, () => {
      assert.equal(canonicalQuantity(none), undefined);
    });
  }

  it("D2 is the same when written again", () => {
    const suffix = fc.constantFrom("", "n", "u", "m", "k", "M", "G", "Ki", "Mi", "Gi", "e2", "e3");
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(999), suffix, (whole, fraction, unit) => {
        const once = canonicalQuantity(`${whole}.${fraction}${unit}`);
        assert.ok(once !== undefined);
        assert.equal(canonicalQuantity(once), once);
      }),
    );
  });
});
