import assert from "node:assert/strict";
import { parser } from "@prometheus-io/lezer-promql";
import { EQUIVALENCES, mutantsOf } from "../../../../observability/proof/mutants";

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

  const SAMPLES = "and on () (sum(rate(r[5m])) * 300) >= 30";
  const made = (expr: string): readonly string[] =>
    mutantsOf({ expr, for: "0s" }).map((mutant) => mutant.expr);
  const QUANTILE = "histogram_quantile(0.95, sum by (le) (rate(b[5m])))";

  for (const [what, expr, not] of [
    ["the limit itself, of a share", "rate(a[5m]) > 0.5", ["rate(a[5m]) >= 0.5"]],
    [
      "a guard of what is divided by",
      `rate(a[5m]) / (rate(b[5m]) > 0) > 0.5 ${SAMPLES}`,
      ["(rate(b[5m]) >= 0)", "(rate(b[5m]) > -1)", "((rate(b[5m])))"].map(
        (guard) => `rate(a[5m]) / ${guard} > 0.5 ${SAMPLES}`,
      ),
    ],
    [
      "a guard of a quantile, and what makes it hold more often",
      `(${QUANTILE} and rate(c{a="b"}[5m]) > 0) > 0.5 ${SAMPLES}`,
      [
        'rate(c{a="b"}[5m]) >= 0',
        "rate(c{}[5m]) > 0",
        'rate(c{a="b"}[10m]) > 0',
        'increase(c{a="b"}[5m]) > 0',
      ].map((guard) => `(${QUANTILE} and ${guard}) > 0.5 ${SAMPLES}`),
    ],
    ["the size of what a quantile is of", `${QUANTILE} > 0.5`, [`${QUANTILE.replace("sum", "avg")} > 0.5`]],
    [
      "what is 0 whatever it is of",
      "(sum(a) or sum(b) * 0) > 5",
      ["(sum(a) or max(b) * 0) > 5", "((sum(a))) > 5"],
    ],
    ["the sum of what is never below 0", "max(a) > 0", ["sum(a) > 0"]],
    [
      "what a division's other side leaves out",
      'sum by (pod) (a{pod="b"}) / sum by (pod) (c{pod="b"}) > 2',
      ['sum by (pod) (a{}) / sum by (pod) (c{pod="b"}) > 2'],
    ],
    [
      "what is 0, where it is divided by itself",
      'abs((sum(a) or sum(b{c="d"}) * 0) / sum(b{c="d"}) - 1) > 0.5',
      ['abs((sum(a) or sum(b{}) * 0) / sum(b{c="d"}) - 1) > 0.5'],
    ],
    ["a change of sign", "a * -1 > 2", ["a / -1 > 2"]],
    ["which value is counted", "count(max_over_time(a[5m])) > 2", ["count(min_over_time(a[5m])) > 2"]],
  ] as const) {
    it(`no mistake is ${what}`, () => {
      assert.deepEqual(
        made(expr).filter((mutant) => not.some((equivalent) => equivalent === mutant)),
        [],
      );
    });
  }

  for (const [what, expr, mutant] of [
    ["a count's limit", "sum(round(increase(a[5m]))) > 5", "sum(round(increase(a[5m]))) >= 5"],
    ["whether 0 is above 0", "sum(rate(a[5m])) > 0", "sum(rate(a[5m])) >= 0"],
    ["a guard where nothing counts samples", "sum(a) / (sum(b) > 0) > 0.5", "sum(a) / (sum(b) > -1) > 0.5"],
    [
      "the sum that is divided by",
      `sum(a) / (sum(b) > 0) > 0.5 ${SAMPLES}`,
      `sum(a) / (max(b) > 0) > 0.5 ${SAMPLES}`,
    ],
    [
      "a quantile's guard that holds for others alone",
      `(${QUANTILE} and rate(c{a="b"}[5m]) > 0) > 0.5 ${SAMPLES}`,
      `(${QUANTILE} and rate(c{a!="b"}[5m]) > 0) > 0.5 ${SAMPLES}`,
    ],
    [
      "what is 0 and is taken from 1",
      'abs((sum(a) or sum(b{c="d"}) * 0) - 1) > 0.5',
      'abs((sum(a) or sum(b{c!="d"}) * 0) - 1) > 0.5',
    ],
    ["what is 0, below a limit", "(sum(a) or sum(b) * 0) < 5", "((sum(a))) < 5"],
    ["the sum above another number", "max(a) > 1", "sum(a) > 1"],
    [
      "one side of a division, of other labels",
      'sum by (pod) (a{x="b"}) / sum by (pod) (c{x="b"}) > 2',
      'sum by (pod) (a{}) / sum by (pod) (c{x="b"}) > 2',
    ],
  ] as const) {
    it(`a mistake is ${what}`, () => {
      assert.ok(made(expr).includes(mutant), made(expr).join("\n"));
    });
  }

  it("each mistake that is not made has a reason", () => {
    for (const { reason } of EQUIVALENCES) assert.match(reason, /^[A-Z].*\.$/);
    assert.equal(new Set(EQUIVALENCES.map(({ reason }) => reason)).size, EQUIVALENCES.length);
  });
});
