import assert from "node:assert/strict";
import { parser } from "@prometheus-io/lezer-promql";
import { mutantsOf } from "../../../../observability/proof/mutants";

const changes = (expr: string, wait: `${number}m` = "0m"): readonly string[] =>
  mutantsOf({ expr, for: wait }).map(({ change, expr }) => `${change}: ${expr}`);

function isPromQl(expr: string): boolean {
  let whole = true;
  parser.parse(expr).iterate({ enter: ({ type }) => void (whole &&= !type.isError) });
  return whole;
}

describe("mutants of an alert", () => {
  it("a comparison is turned round, its bound moved, its side left out", () => {
    assert.deepEqual(changes("a > 3"), [
      "without the side 3: (a)",
      "> becomes >=: a >= 3",
      "> becomes <: a < 3",
      "3 becomes 2: a > 2",
      "3 becomes 4: a > 4",
    ]);
  });

  it("each part of a ratio of requests has its mistakes, and each of them is PromQL again", () => {
    const ratio =
      '(sum by (route) (rate(r{code=~"5..", route="a"}[5m] offset 1d)) or 0 * t) / (t > 0.1) > 0.01 unless on (x, y) absent(u)';
    const found = mutantsOf({ expr: ratio, for: "5m" });
    const expected = [
      ...["sum becomes max", "(route) without route", "rate becomes irate", "without offset 1d"],
      ...['without code=~"5.."', 'code=~"5.." becomes code!~"5.."', 'route="a" becomes route="another"'],
      ...["5m becomes 10m", "5m becomes 150s", "1d becomes 2d", "0 becomes 1", "* becomes /", "/ becomes *"],
      ...["0.1 becomes 0.12", "> becomes >=", "0.01 becomes 0.008", "without the side 0 * t"],
      ...["unless becomes and", "(x, y) without y", "without absent", "for 0s", "for 10m"],
    ];
    const made = found.map(({ change }) => change);
    assert.deepEqual(
      expected.filter((change) => !made.includes(change)),
      [],
    );
    for (const { change, expr } of found) assert.ok(isPromQl(expr), `${change}: ${expr}`);
    const distinct = new Set(found.map((mutant) => `${mutant.expr} ${mutant.for}`));
    assert.equal(distinct.size, found.length);
  });

  it("a quantile is another, what needs no wait has none", () => {
    assert.deepEqual(
      mutantsOf({ expr: "histogram_quantile(0.95, b)", for: "0s" }).map(({ expr }) => expr),
      ["histogram_quantile(0.5, b)", "histogram_quantile(0.99, b)"],
    );
  });

  it("a constant, which Watchdog is, has none", () => {
    assert.deepEqual(mutantsOf({ expr: "vector(1)", for: "0m" }), []);
  });
});
