import assert from "node:assert/strict";
import { escalationRules, UNATTENDED } from "../../observability/routing";
import { groupManifests } from "../../observability/rules/prometheus-rule";
import { assertRulesChecked, evaluate, promtools, type Scenario } from "../support/promtool";
import { KOMETA, LISTACOMPRA } from "../support/watched";

const links = () => ({ runbookUrl: "https://runbooks.example.com/kometa" });

const ESCALATION = escalationRules(KOMETA);

/** Alerts whose escalation is asked for: they fire five minutes after `broken` is 1. */
const alert = (name: string, severity: string, namespace = KOMETA.namespace) => ({
  alert: name,
  expr: `broken{alert="${name}"} == 1`,
  for: "5m",
  labels: { severity, namespace, system: KOMETA.system, service: "kometa-marketplace" },
  annotations: { summary: "It is broken.", description: "{{ $value }}" },
});

const RULES = {
  groups: [
    {
      name: "alerts",
      rules: [alert("Down", "critical"), alert("Slow", "warning"), alert("Elsewhere", "critical", "other")],
    },
    ...groupManifests([ESCALATION], links),
  ],
};

const MINUTE = 60;

/** What is called for at these minutes, while the alert is broken from minute 10 to minute 200. */
const story = (name: string, minutes: readonly number[]): Scenario => ({
  stepSeconds: MINUTE,
  series: [{ series: `broken{alert="${name}", pod="a"}`, values: "0x9 1x189 0x60" }],
  questions: minutes.map((minute) => ({
    expr: `ALERTS{alertname="${UNATTENDED}", alertstate="firing"}`,
    atSeconds: minute * MINUTE,
  })),
});

/** Levels that are called at each question, as promtool answers. */
async function called(name: string, minutes: readonly number[]): Promise<readonly (readonly string[])[]> {
  const answers: (readonly string[])[][] = [];
  for (const { path } of await promtools()) {
    const [story1 = []] = await evaluate(path, RULES, [story(name, minutes)], MINUTE);
    answers.push(story1.map((samples) => samples.map(({ labels }) => labels["escalation"] ?? "").sort()));
  }
  const [first = [], ...others] = answers;
  for (const other of others) assert.deepEqual(other, first, "another version answers otherwise");
  return first;
}

describe("escalation, by promtool", () => {
  it("K28 calls the team after 30 minutes, the Tech Lead after an hour, the CTO after two, and nobody once it is over", async () => {
    assert.deepEqual(await called("Down", [20, 39, 41, 69, 71, 129, 131, 199, 202]), [
      [],
      [],
      ["1"],
      ["1"],
      ["1", "2"],
      ["1", "2"],
      ["1", "2", "3"],
      ["1", "2", "3"],
      [],
    ]);
  });

  it("K28 calls nobody for a warning, or for another namespace's alert", async () => {
    assert.deepEqual(await called("Slow", [190]), [[]]);
    assert.deepEqual(await called("Elsewhere", [190]), [[]]);
  });

  it("K28 says which alert of which service is unattended, with labels that its route takes", async () => {
    for (const { path, version } of await promtools()) {
      const [[[sample] = []] = [[]]] = await evaluate(path, RULES, [story("Down", [45])], MINUTE);
      assert.deepEqual(
        sample?.labels,
        {
          __name__: "ALERTS",
          alertname: UNATTENDED,
          alertstate: "firing",
          severity: "critical",
          namespace: KOMETA.namespace,
          system: KOMETA.system,
          service: "kometa-marketplace",
          unattended: "Down",
          escalation: "1",
        },
        version,
      );
    }
  });

  it("K28 has rules that promtool finds nothing to say of", () => assertRulesChecked(RULES));

  it("K28 fires and stays silent as each case of its proof says", async () => {
    for (const rule of ESCALATION.rules) {
      assert.equal(rule.kind, "alert");
      const { cases } = rule.proof;
      const [{ path } = { path: "" }] = await promtools();
      const scenarios = cases.map(({ stepSeconds, seconds, series }) => ({
        stepSeconds,
        series: series(),
        questions: [{ expr: rule.expression.text, atSeconds: seconds }],
      }));
      const answers = await evaluate(path, { groups: [] }, scenarios);
      const found = cases.map(({ name }, index) => [name, (answers[index]?.[0] ?? []).length > 0]);
      assert.deepEqual(
        found,
        cases.map(({ name, fires }) => [name, fires]),
      );
    }
  });

  it("K28 has no rule where nobody is named", () => {
    assert.deepEqual(escalationRules(LISTACOMPRA).rules, []);
  });
});
