import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../../../engine/cache";
import { RULES_SCHEMA_FILE, rulesSchemaText } from "../../../readings/json-schema";
import { parseRules } from "../../../readings/rules-file";
import { ownRules } from "../../../readings/own-rules";
import { answersWithoutData, vacuousProblems, vacuousSet } from "../../../readings/vacuous";
import { SettingsError } from "../../../settings/mistakes";
import { EVERY_WATCHED } from "../../support/watched";

const FILE = "rules.yaml";

/** The lines of what is wrong with a text. */
function mistakes(text: string): readonly string[] {
  try {
    parseRules(FILE, text);
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
  return [];
}

const one = (fields: string) => `rules: [{ id: errors, ${fields} }]`;

const VALUES = [
  "up",
  'sum(rate(nginx_ingress_controller_requests{status=~"5.."}[5m])) / sum(rate(nginx_ingress_controller_requests[5m]))',
  "histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))",
  "sum(rate(x[5m])) or sum(rate(y[5m])) * 0",
  "100 * (1 - avg(up))",
  "vector(0) and on () up",
  "clamp_min(x offset 5m, 0)",
  "max_over_time(x[5m:1m])",
  "topk(1, x)",
  "time() - x",
  "-x",
];

const CONSTANTS = [
  "1",
  "vector(0)",
  "time()",
  "sum(rate(x[5m])) or vector(0)",
  "(sum(x) or on () vector(0)) / 2",
  "absent(x)",
  "1 - absent(x)",
  "scalar(x) > bool 1",
  "sum(vector(1))",
  "vector(1) unless x",
  "hour()",
  "-1",
];

describe("a file of rules", () => {
  for (const query of VALUES) {
    it(`E4 ${query} has no value where nothing is scraped`, () =>
      assert.equal(answersWithoutData(query), false));
  }
  for (const query of CONSTANTS) {
    it(`E4 ${query} has one, and is refused unless its samples are counted`, () => {
      assert.equal(answersWithoutData(query), true);
      const [mistake = "", ...others] = mistakes(one(`prometheus: ${JSON.stringify(query)}, above: 0.01`));
      assert.match(
        mistake,
        /rules\[0\]\.prometheus: .*the rule could pass with no data; ask for what is measured/,
      );
      assert.deepEqual(others, []);
      assert.deepEqual(
        mistakes(one(`prometheus: ${JSON.stringify(query)}, samples: sum(x), above: 0.01`)),
        [],
      );
    });
  }

  it("E4 samples that are there though nothing is scraped, no rule, and alerts alone are refused", () => {
    const samples = one(`prometheus: up, samples: "sum(x) or vector(100)", above: 0`);
    assert.match(mistakes(samples)[0] ?? "", /samples: .*no number of samples would be too few/);
    assert.match(mistakes("rules: []")[0] ?? "", /expected at least one rule/);
    const alerts = one(`alertmanager: 'severity="critical"', above: 0`);
    assert.match(mistakes(alerts)[0] ?? "", /expected a rule beside those of Alertmanager/);
  });

  it("K21 a count of log lines without a line is 0 only where the service wrote any", () => {
    const query = `loki: 'sum(count_over_time({service_name="api"} |= "fatal" [5m]))'`;
    assert.match(
      mistakes(one(`${query}, emptyIsZero: true, above: 0`))[0] ?? "",
      /emptyIsZero: .*expected samples/,
    );
    const samples = `samples: 'sum(count_over_time({service_name="api"}[5m]))', minimumSamples: 1`;
    assert.deepEqual(mistakes(one(`${query}, ${samples}, emptyIsZero: true, above: 0`)), []);
    const constant = `loki: 'sum(count_over_time({app="api"}[5m])) or vector(0)', above: 0`;
    assert.match(mistakes(one(constant))[0] ?? "", /could pass with no data/);
  });

  it("E4 limits that nothing can exceed are refused", () => {
    assert.match(mistakes(one("prometheus: x, above: 1, unit: ratio"))[0] ?? "", /a ratio is never above 1/);
    assert.match(
      mistakes(one("prometheus: x, below: 0, unit: seconds"))[0] ?? "",
      /no seconds is ever below 0/,
    );
  });

  it("E4 every mistake is told at once, with its line, what was found and what is allowed", () => {
    const text = `rules:
  - id: errors
    prometheus: sum(rate(x[5m])
    above: 0.01
  - id: errors
    prometheus: up
    loki: '{a="b"}'
    abvoe: "1"
    unit: percent
    window: 5
    onFail: panic
`;
    const found = mistakes(text);
    assert.deepEqual(
      found.map((line) => line.replace(/(expected one of).*/, "$1")),
      [
        "rules.yaml:8:5  rules[1].abvoe: unknown key; did you mean above? expected one of",
        'rules.yaml:9:11  rules[1].unit: found "percent"; expected one of',
        "rules.yaml:10:13  rules[1].window: found the number 5; expected a duration such as 30s, 10m or 1h30m; put it in quotes",
        'rules.yaml:11:13  rules[1].onFail: found "panic"; expected one of',
      ],
    );
    const twice =
      "rules: [{ id: a, prometheus: up, above: 0 }, { id: a, prometheus: up, loki: x, below: 1 }]";
    assert.match(
      mistakes(twice)[0] ?? "",
      /exactly one of prometheus, loki, .*; this has prometheus and loki/,
    );
    assert.match(
      mistakes(twice.replace(", loki: x", ""))[0] ?? "",
      /rules\[1\]\.id: .*expected each id once/,
    );
    const [first = ""] = mistakes(one("prometheus: 'sum(rate(x[5m])', above: 0.01"));
    assert.match(first, /rules\[0\]\.prometheus: .*PromQL that does not parse/);
    assert.match(mistakes("rules: {")[0] ?? "", /^rules\.yaml:1:9 .*expected YAML/);
  });

  it("E4 schema/gate.schema.json is that of the code (mend: npm run generate)", () => {
    assert.equal(readFileSync(path.join(repositoryRoot, RULES_SCHEMA_FILE), "utf8"), rulesSchemaText());
  });

  for (const watched of EVERY_WATCHED) {
    it(`K21 G13 S7 E4 none of ${watched.system}'s own rules could pass with no data, and each has an id and a title of its own`, () => {
      const rules = ownRules(watched, { loki: true, alertmanager: true });
      assert.deepEqual(rules.flatMap(vacuousProblems), []);
      assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
      const titles = rules.map(({ title }) => title);
      assert.deepEqual(
        titles.filter((title, index) => titles.indexOf(title) < index),
        [],
      );
      assert.equal(vacuousSet(ownRules(watched, {})) === undefined, watched.system !== "listacompra");
      assert.equal(rules.filter(({ source }) => source === "alertmanager").length, 1);
    });
  }
});
