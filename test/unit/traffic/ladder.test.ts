import assert from "node:assert/strict";
import fc from "fast-check";
import { ladderProblems, parsePhase, percentOf, phaseNames } from "../../../components/traffic/ladder";

const rising = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }))
  .map((weights) => [...weights.sort((a, b) => a - b), 100]);

const firstProblem = (...ladder: number[]) => ladderProblems(ladder)[0];

describe("the ladder of a canary", () => {
  it("E3 takes every list of rising whole percents that ends in 100, and knows each of its phases", () => {
    fc.assert(
      fc.property(rising, (ladder) => {
        assert.deepEqual(ladderProblems(ladder), []);
        for (const name of phaseNames(ladder)) assert.ok("value" in parsePhase(name, ladder));
      }),
    );
  });

  it("E3 refuses every list that does not rise, at the step that falls", () => {
    fc.assert(
      fc.property(rising, fc.nat(), (ladder, nth) => {
        const step = 1 + (nth % ladder.length);
        const before = ladder[step - 1] ?? 0;
        const falling = [...ladder.slice(0, step), before, ...ladder.slice(step)];
        assert.deepEqual(ladderProblems(falling), [
          { step, message: `expected more than the weight before it, ${before}` },
        ]);
      }),
    );
  });

  it("E3 E5 says what is wrong with a weight, and that 0 is no way back", () => {
    assert.match(
      firstProblem(0, 100)?.message ?? "",
      /whole percent from 1 to 100; to take all traffic back, set the phase rollback/,
    );
    assert.match(firstProblem(0.5, 100)?.message ?? "", /whole percent/);
    assert.match(firstProblem(10, 101)?.message ?? "", /whole percent/);
    assert.match(firstProblem(10, 50)?.message ?? "", /the last weight to be 100/);
    assert.match(firstProblem()?.message ?? "", /weights such as 10, 50, 100/);
  });

  const phases: readonly (readonly [string, number])[] = [
    ["legacy", 0],
    ["10", 10],
    ["100", 100],
    ["complete", 100],
    ["rollback", 0],
  ];
  for (const [name, percent] of phases) {
    it(`E3 sends ${percent} % to the new version in the phase ${name}`, () => {
      const parsed = parsePhase(name, [10, 50, 100]);
      assert.equal("value" in parsed && percentOf(parsed.value), percent);
    });
  }

  const mistaken: readonly (readonly [string, RegExp])[] = [
    [
      "20",
      /^expected one of legacy, 10, 50, 100, complete, rollback; add 20 to the ladder, or take one of its weights$/,
    ],
    ["10%", /; write "10"$/],
    ["0", /; weight 0 is no way back: write rollback$/],
    ["010", /^expected one of/],
    ["Legacy", /^expected one of [^;]+$/],
  ];
  for (const [name, says] of mistaken) {
    it(`E3 does not know the phase ${name}`, () => {
      const parsed = parsePhase(name, [10, 50, 100]);
      assert.match("problem" in parsed ? parsed.problem : "", says);
    });
  }
});
