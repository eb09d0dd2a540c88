import assert from "node:assert/strict";
import { rollout, rolloutUponSchema } from "../../../settings/rollout";

describe("the settings of a rollout", () => {
  it("E3 are the documents' where nothing is set, and may be as short as a test needs", () => {
    const { strategy, interval, soak, patience, goBack } = rollout.parse(undefined);
    assert.deepEqual(
      [strategy, interval.text, soak.text, patience.broken.text, goBack],
      ["golive", "30s", "15m", "10m", undefined],
    );
    const { soaks } = rollout.parse({ soaks: { "10": "2s" }, goBack: "all" });
    assert.equal(soaks["10"]?.seconds, 2);
  });

  it("E3 refuse to count readings of no request", () => {
    const asked = (minimumSamples: number) => rollout.safeParse({ minimumSamples });
    assert.equal(asked(1).data?.minimumSamples, 1);
    const issue = asked(0).error?.issues[0];
    assert.deepEqual(issue?.path, ["minimumSamples"]);
    assert.match(issue.message, /^expected a whole number from 1 to 1000000/);
  });

  it("S7 name the services whose version before works with the schema, by their keys", () => {
    const upon = rolloutUponSchema(["auth", "orders"]);
    assert.deepEqual(upon.parse(undefined).worksWith, []);
    assert.deepEqual(upon.parse({ worksWith: ["orders"] }).worksWith, ["orders"]);
    const issue = upon.safeParse({ worksWith: ["order"] }).error?.issues[0];
    assert.deepEqual([issue?.path, issue?.message], [["worksWith", 0], "expected one of auth, orders"]);
    assert.equal(rollout.safeParse({ worksWith: ["auth"] }).success, false);
  });

  it("L9 G16 refuse a quorum that its roles could never reach", () => {
    const asked = (quorum: number) =>
      rollout.safeParse({ approvals: [{ before: "weight 50", roles: ["qa", "devops"], quorum }] });
    assert.equal(asked(2).success, true);
    const issue = asked(3).error?.issues[0];
    assert.deepEqual(issue?.path, ["approvals", 0, "quorum"]);
    assert.match(issue.message, /^expected at most 2, the number of its roles/);
  });
});
