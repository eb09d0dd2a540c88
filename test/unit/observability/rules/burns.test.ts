import assert from "node:assert/strict";
import fc from "fast-check";
import { BURNS, budgetOf, burnThreshold, fewestEvents } from "../../../../observability/rules/burns";
import { windowSeconds } from "../../../../observability/promql/window";

const DAYS = 86_400;
const target = fc.integer({ min: 5000, max: 99_999 }).map((parts) => parts / 100_000);

describe("burn rates", () => {
  it("K24 L18 are those of the SRE workbook, each short window a twelfth of its long one", () => {
    assert.deepEqual(
      BURNS.map(({ severity, long, short, factor }) => [severity, long, short, factor]),
      [
        ["critical", "1h", "5m", 14.4],
        ["critical", "6h", "30m", 6],
        ["warning", "1d", "2h", 3],
        ["warning", "3d", "6h", 1],
      ],
    );
    for (const { long, short } of BURNS) assert.equal(windowSeconds(long), 12 * windowSeconds(short));
    const spent = BURNS.map(({ long, factor }) => (factor * windowSeconds(long)) / (30 * DAYS));
    assert.deepEqual(
      spent.map((share) => share.toFixed(2)),
      ["0.02", "0.05", "0.10", "0.10"],
    );
  });

  it("K24 L18 a threshold is the factor times the budget, without what binary fractions leave", () => {
    assert.equal(budgetOf({ target: 0.999 }), 0.001);
    assert.equal(burnThreshold({ factor: 14.4 }, { target: 0.999 }), 0.0144);
    assert.equal(burnThreshold({ factor: 14.4 }, { target: 0.98 }), 0.288);
    fc.assert(
      fc.property(fc.constantFrom(...BURNS), target, (burn, share) => {
        const threshold = burnThreshold(burn, { target: share });
        assert.ok(Math.abs(threshold - burn.factor * (1 - share)) < 1e-9);
        assert.ok(String(threshold).length <= 9, String(threshold));
      }),
    );
  });

  it("K24 a burn is made of three bad events at least, however few there are of all", () => {
    fc.assert(
      fc.property(fc.constantFrom(...BURNS), target, (burn, share) => {
        const level = { target: share };
        const events = fewestEvents(burn, level);
        assert.ok(Number.isInteger(events) && events * burnThreshold(burn, level) > 2.999);
        assert.ok((events - 1) * burnThreshold(burn, level) < 3.001);
      }),
    );
  });
});
