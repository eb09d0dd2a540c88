import assert from "node:assert/strict";
import { problemsOf } from "../../../../observability/promql/lint";
import { STACKS, watchedRules } from "../../../support/watched-stacks";

describe("PromQL of the rules", () => {
  for (const stack of STACKS) {
    it(`K25 E9 L18 G6 S7 reads only metrics and labels of the catalogue, each as its kind is read: ${stack}`, () => {
      const problems = watchedRules(stack).flatMap(({ watched, alerts, recordings }) =>
        [...alerts, ...recordings].flatMap((rule) => {
          const name = rule.kind === "alert" ? rule.name : rule.record;
          return problemsOf(rule.expression.text).map((problem) => `${watched.system} ${name}: ${problem}`);
        }),
      );
      assert.deepEqual(problems, []);
    });
  }
});
