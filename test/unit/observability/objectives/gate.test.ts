import assert from "node:assert/strict";
import { gateRules, majorIncidents, watchOf } from "../../../../observability/objectives/gate";
import { problemsOf } from "../../../../observability/promql/lint";
import { EVERY_WATCHED, GUELAGUETZA, KOMETA, S5 } from "../../../support/watched";

describe("what a rollout's gate is given", () => {
  it("K21 E4 S7 G13 each question parses, says how much it is made of where that is known, and what to do", () => {
    for (const watched of EVERY_WATCHED)
      for (const { objective, language, query, samples, verdict } of gateRules(watched)) {
        assert.equal(verdict, objective.gate);
        if (language !== "promql") continue;
        for (const { text } of [query, ...(samples ? [samples] : [])])
          assert.deepEqual(problemsOf(text), [], text);
      }
  });

  it("G12 S9 a release is looked at when its document says, and succeeds where nothing critical fired", () => {
    assert.deepEqual(watchOf("guelaguetza"), { rows: ["G12"], hours: [1, 4, 12, 24], quiet: "24h" });
    const watch = watchOf("s5");
    assert.ok(watch);
    assert.deepEqual([watch.hours, watch.quiet], [[24, 48], "48h"]);
    const { text } = majorIncidents(S5, watch);
    assert.match(text, /alertstate="firing"/);
    assert.match(text, /severity="critical"/);
    assert.match(text, /\[48h\]/);
    assert.notEqual(text, majorIncidents(GUELAGUETZA, watch).text);
    assert.equal(watchOf(KOMETA.system), undefined);
  });
});
