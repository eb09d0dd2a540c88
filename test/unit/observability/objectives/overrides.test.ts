import assert from "node:assert/strict";
import fc from "fast-check";
import { objectivesOf } from "../../../../observability/objectives";
import { type Override, shortId, withOverrides } from "../../../../observability/objectives/overrides";
import { rulesOf } from "../../../../observability/rules";
import { limitValue } from "../../../../observability/rules/texts";
import { objectives } from "../../../../settings/objectives";
import { ENOVA, EVERY_WATCHED, KOMETA } from "../../../support/watched";

const SYSTEMS = EVERY_WATCHED.map(({ system }) => system);
const alertNames = (watched: typeof ENOVA) =>
  rulesOf(watched).flatMap(({ rules }) =>
    rules.flatMap((rule) => (rule.kind === "alert" ? [rule.name] : [])),
  );

describe("a stack's own objectives", () => {
  it("E9 K25 what a stack does not name stays as it is, whatever it names", () => {
    const change: fc.Arbitrary<Override> = fc.record({
      kind: fc.constant("changed" as const),
      limit: fc.option(fc.double({ min: 0.001, max: 1, noNaN: true }), { nil: undefined }),
      for: fc.option(fc.constantFrom("1m" as const, "7m" as const), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...SYSTEMS), fc.nat(), change, (system, place, override) => {
        const before = objectivesOf(system);
        const target = before[place % before.length];
        assert.ok(target);
        const after = withOverrides(before, { [shortId(target)]: override });
        assert.deepEqual(
          after.filter(({ id }) => id !== target.id),
          before.filter(({ id }) => id !== target.id),
        );
        const changed = after.find(({ id }) => id === target.id);
        assert.ok(changed && override.kind === "changed");
        assert.equal(limitValue(changed.limit), override.limit ?? limitValue(target.limit));
        assert.deepEqual(Object.keys(changed.limit), Object.keys(target.limit));
        assert.equal(
          changed.alert?.for,
          target.alert === undefined ? undefined : (override.for ?? target.alert.for),
        );
        assert.equal(changed.signal, target.signal);
      }),
    );
  });

  it("K24 a level's target follows its limit", () => {
    const [level] = withOverrides(
      objectivesOf("kometa").filter(({ id }) => id === "kometa/availability"),
      { availability: { kind: "changed", limit: 0.005 } },
    );
    assert.equal(level?.level?.target, 0.995);
  });

  it("E9 a limit of the stack is the alert's; one that is off raises no alert and is still a limit", () => {
    const changed = { ...ENOVA, overrides: { "error-rate": { kind: "changed", limit: 0.02 } as const } };
    const [rule] = rulesOf(changed).flatMap(({ rules }) =>
      rules.filter((one) => one.kind === "alert" && one.name === "HighErrorRate"),
    );
    assert.match(rule?.expression.text ?? "", / > 0\.02 and /);
    const off = { ...ENOVA, overrides: { "error-rate": { kind: "off", reason: "being moved" } as const } };
    assert.ok(alertNames(ENOVA).includes("HighErrorRate"));
    assert.ok(!alertNames(off).includes("HighErrorRate"));
    assert.equal(
      objectivesOf("enova", off.overrides).find(({ id }) => id === "enova/error-rate")?.off,
      "being moved",
    );
    const level = { ...KOMETA, overrides: { availability: { kind: "off", reason: "no" } as const } };
    assert.ok(!alertNames(level).includes("AvailabilityBudgetBurn"));
  });

  it("K25 E9 a stack file's objectives are parsed, and its mistakes told with what is allowed", () => {
    const field = objectives("enova");
    assert.deepEqual(field.parse({ "error-rate": { limit: 0.02, for: "10m" }, restarts: { off: "known" } }), {
      "error-rate": { kind: "changed", limit: 0.02, for: "10m" },
      restarts: { kind: "off", reason: "known" },
    });
    const messages = (given: unknown) => field.safeParse(given).error?.issues.map(({ message }) => message);
    assert.deepEqual(messages({ "error-rate": { limit: 5 } }), [
      "expected a share from 0 to 1, such as 0.05 for 5 %",
    ]);
    assert.deepEqual(messages({ latency: { limit: -1 } }), [
      "expected a number, 0 or more, in the objective's own unit",
    ]);
    assert.deepEqual(messages({ restarts: { off: "known", limit: 4 } }), [
      "expected no limit beside off; remove one",
    ]);
    assert.equal(field.safeParse({ nothing: {} }).success, false);
    assert.equal(field.safeParse({ latency: { severity: "page" } }).success, false);
  });
});
