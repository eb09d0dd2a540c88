import assert from "node:assert/strict";
import { dashboardsOf } from "../../../../observability/dashboards";
import { objectivesOf } from "../../../../observability/objectives";
import { gateRules } from "../../../../observability/objectives/gate";
import { loadThreshold, loadThresholds } from "../../../../observability/objectives/load";
import type { Objective } from "../../../../observability/objectives/objective";
import type { Overrides } from "../../../../observability/objectives/overrides";
import { rulesOf } from "../../../../observability/rules";
import { BURNS, burnThreshold } from "../../../../observability/rules/burns";
import { isOfPrometheus } from "../../../../observability/rules/objective-alerts";
import type { AlertRule } from "../../../../observability/rules/rule";
import { limitValue, plain } from "../../../../observability/rules/texts";
import { readingsOf } from "../../../../observability/signals/readings";
import type { Watched } from "../../../../observability/watched";
import { EVERY_WATCHED, KOMETA } from "../../../support/watched";

const SIGNS = { above: ">", below: "<", atLeast: ">=" } as const;

const alertsOf = (watched: Watched): readonly AlertRule[] =>
  rulesOf(watched).flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === "alert" ? [rule] : [])));

/** The comparisons of an expression with a number. */
const bounds = ({ expression }: AlertRule): readonly string[] =>
  [...expression.text.matchAll(/(?<sign>[<>]=?) (?<bound>[\d.]+)(?!\d)/g)].map(
    ({ groups }) => `${groups?.["sign"] ?? ""} ${groups?.["bound"] ?? ""}`,
  );

const comparison = ({ limit }: Objective): string => {
  const sign = "above" in limit ? SIGNS.above : "below" in limit ? SIGNS.below : SIGNS.atLeast;
  return `${sign} ${plain(limitValue(limit))}`;
};

/** Everything that comes of one objective says the same number. */
function assertAgreement(watched: Watched, overrides: Overrides = {}): void {
  const stack: Watched = { ...watched, overrides };
  const alerts = alertsOf(stack);
  const lines = dashboardsOf(stack, rulesOf(stack)).flatMap(({ panels }) =>
    panels.flatMap(({ thresholds }) => thresholds),
  );
  const gate = gateRules(stack);
  for (const objective of objectivesOf(stack.system, overrides)) {
    const { id, alert, level, load, limit, off } = objective;
    const own = alerts.filter((one) => one.objective?.id === id);
    const subjects = isOfPrometheus(objective.signal)
      ? readingsOf(objective.signal, stack, objective).length
      : 0;
    const wanted = off === undefined ? subjects : 0;
    const burns = own.filter(({ labels }) => labels["burn"] !== undefined);
    const plainOnes = own.filter(({ labels }) => labels["burn"] === undefined);
    assert.equal(plainOnes.length, alert === undefined ? 0 : wanted, `alerts of ${id}`);
    for (const one of plainOnes)
      assert.ok(bounds(one).includes(comparison(objective)), `${id}: ${one.expression.text}`);

    assert.equal(burns.length, level === undefined ? 0 : wanted * BURNS.length, `burns of ${id}`);
    if (level !== undefined) assert.equal(plain(1 - level.target), limitValue(limit), id);
    for (const one of burns) {
      const burn = BURNS.find(({ long }) => long === one.labels["burn"]);
      assert.ok(burn && level);
      const threshold = `> ${burnThreshold(burn, level)}`;
      assert.equal(bounds(one).filter((bound) => bound === threshold).length, 2, one.expression.text);
    }

    for (const line of lines.filter(({ objective: of }) => of === id)) {
      assert.equal(line.value, limitValue(limit), `line of ${id}`);
      assert.equal(line.wrong, "below" in limit ? "below" : "above", id);
    }
    if (subjects > 0)
      assert.ok(
        lines.some((line) => line.objective === id),
        `no panel has the line of ${id}`,
      );

    const asked = gate.filter((rule) => rule.objective.id === id);
    assert.equal(asked.length > 0, objective.gate !== undefined && asked.length > 0, id);
    for (const rule of asked) assert.deepEqual([rule.limit, rule.verdict], [limit, objective.gate], id);
    if (objective.gate !== undefined && subjects > 0)
      assert.ok(asked.length > 0, `the gate does not ask ${id}`);

    if (load === undefined) continue;
    const factor = load.threshold === "failedPercent" ? 100 : load.threshold.endsWith("Ms") ? 1000 : 1;
    assert.equal(
      loadThresholds(stack.system, overrides)[load.threshold],
      plain(limitValue(limit) * factor),
      id,
    );
    assert.deepEqual(loadThreshold(objective), { [load.threshold]: plain(limitValue(limit) * factor) });
  }
}

describe("one threshold, five readers", () => {
  for (const watched of EVERY_WATCHED) {
    it(`K17 K24 K25 L18 G6 G13 S7 E4 E7 E9 ${watched.title}: alert, burn, line, gate and load test agree`, () => {
      assertAgreement(watched);
    });

    it(`K25 L18 G6 S7 E9 ${watched.title}: they agree on what the stack changes`, () => {
      const overrides = Object.fromEntries(
        objectivesOf(watched.system).map(({ id, limit }) => [
          id.slice(id.indexOf("/") + 1),
          { kind: "changed" as const, limit: plain(limitValue(limit) === 0 ? 2 : limitValue(limit) * 0.7) },
        ]),
      );
      assertAgreement(watched, overrides);
    });
  }

  it("K17 K18 K24 E6 the load tests have the documents' numbers", () => {
    assert.deepEqual(loadThresholds("kometa"), {
      failedPercent: 1,
      p95Ms: 5000,
      averageMs: 2000,
      requestsPerSecond: 100,
    });
    assert.deepEqual(loadThresholds("enova"), { failedPercent: 1, p95Ms: 2000, websocketP95Ms: 100 });
    assert.deepEqual(loadThresholds("s5"), {});
  });
});

describe("what the gate asks", () => {
  const enova = EVERY_WATCHED.find(({ system }) => system === "enova");
  assert.ok(enova);

  it("E4 of a host with a canary the new version's requests alone, with how many there were", () => {
    const rules = gateRules(enova, "frontend-legacy");
    assert.deepEqual(
      rules.map(({ objective, verdict }) => [objective.id, verdict]),
      [
        ["enova/error-rate", "roll back"],
        ["enova/server-errors", "roll back"],
        ["enova/latency", "hold"],
        ["enova/canary-error-excess", "roll back"],
      ],
    );
    for (const { query, samples } of rules.slice(0, 3)) {
      assert.match(query.text, /canary!=""/);
      assert.doesNotMatch(query.text, /canary=""/);
      assert.match(samples?.text ?? "", /canary!=""/);
    }
  });

  it("S7 K21 of a host without one, all of its requests", () => {
    const [rule] = gateRules(KOMETA, "kometa-marketplace");
    assert.ok(rule);
    assert.deepEqual([rule.objective.id, rule.limit], ["kometa/error-rate", { above: 0.05 }]);
    assert.ok(rule.samples);
  });
});
