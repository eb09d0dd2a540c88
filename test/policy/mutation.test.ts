import assert from "node:assert/strict";

import { scoresOf, type Score } from "./scores";

describe("the cases of the rules", function () {
  this.timeout(60_000);
  let scores: readonly Score[];
  before(async () => {
    scores = await scoresOf();
  });

  it("D8 have every rule say of each what it should", () => {
    assert.deepEqual(
      scores.flatMap(({ rule, wrong }) => wrong.map((title) => `${rule}: ${title}`)),
      [],
    );
  });

  it("D8 notice each rule that is taken away: there is something that it alone refuses", () => {
    const unnoticed = scores.filter(({ refused }) => refused === 0).map(({ rule }) => rule);
    assert.deepEqual(unnoticed, []);
  });

  it("D8 notice each rule that refuses all that it judges: there is something that it lets through", () => {
    const unnoticed = scores.filter(({ passed }) => passed === 0).map(({ rule }) => rule);
    // It judges what did not render, and nothing else: test/policy/release.test.ts has what does.
    assert.deepEqual(unnoticed, ["chart-renders"]);
  });
});
