import assert from "node:assert/strict";
import { assertRulesChecked, assertRuleTests, evaluate, promtools } from "../support/promtool";

const rules = {
  groups: [
    {
      name: "probe",
      rules: [
        { record: "probe:value:max", expr: "max by (place) (probe_value)" },
        {
          alert: "ProbeHigh",
          expr: "probe:value:max > 0.5",
          for: "2m",
          labels: { severity: "critical" },
          annotations: { description: "{{ $value }}" },
        },
      ],
    },
  ],
};
const series = [{ series: 'probe_value{place="a {b}, \\"c\\""}', values: "0.6x10" }];
const firing = 'ALERTS{alertstate="firing"}';

describe("promtool", () => {
  it("answers what rules give at a time, in the order asked, on each version", async () => {
    for (const { path, version } of await promtools()) {
      const answers = await evaluate(path, rules, [
        {
          stepSeconds: 60,
          series,
          questions: [60, 120].map((atSeconds) => ({ expr: firing, atSeconds })),
        },
        { stepSeconds: 60, series: [], questions: [{ expr: "vector(1 / 0)", atSeconds: 0 }] },
      ]);
      const alert = {
        __name__: "ALERTS",
        alertname: "ProbeHigh",
        alertstate: "firing",
        place: 'a {b}, "c"',
        severity: "critical",
      };
      assert.deepEqual(
        answers,
        [[[], [{ labels: alert, value: 1 }]], [[{ labels: {}, value: Infinity }]]],
        version,
      );
    }
  });

  it("says what is wrong with rules, questions and expectations", async () => {
    const [own] = await promtools();
    assert.ok(own);
    await assert.rejects(
      evaluate(own.path, { groups: [{ name: "a", rules: [{ record: "a:b:c", expr: "(" }] }] }, [
        { stepSeconds: 60, series, questions: [{ expr: "a", atSeconds: 0 }] },
      ]),
      {
        message: /could not parse expression/,
      },
    );
    await assert.rejects(
      evaluate(own.path, rules, [
        {
          stepSeconds: 60,
          series,
          questions: ["vector(1)", "sum("].map((expr) => ({ expr, atSeconds: 60 })),
        },
      ]),
      { name: "QuestionsFailed", message: /parse error/, answers: [[[{ labels: {}, value: 1 }], undefined]] },
    );
    const twins = ["a", "b"].map((place) => ({ series: `probe_value{place="${place}"}`, values: "0" }));
    const twice = { alert: "Twice", expr: "probe_value", labels: { place: "c" } };
    await assert.rejects(
      evaluate(own.path, { groups: [{ name: "a", rules: [twice] }] }, [
        { stepSeconds: 60, series: twins, questions: [{ expr: "vector(1)", atSeconds: 0 }] },
      ]),
      { name: "RulesFailed", rules: ["Twice"] },
    );
    const duplicate = { groups: [{ name: "a", rules: [1, 2].map(() => ({ record: "b", expr: "c" })) }] };
    await assert.rejects(assertRulesChecked(duplicate), { message: /1 duplicate rule/ });
    await assertRulesChecked(rules);
    const expected = [{ expr: "count(ALERTS)", eval_time: "1m", exp_samples: [{ labels: "{}", value: 2 }] }];
    await assert.rejects(
      assertRuleTests(rules, [{ interval: "1m", input_series: series, promql_expr_test: expected }]),
      { message: /exp: \{\} 2/ },
    );
  });
});
