import assert from "node:assert/strict";
import { next } from "../../../rollout/engine";
import { follow } from "../../../rollout/orders";
import type { Run } from "../../../rollout/plan";
import { recoveryPlan, type Recovery } from "../../../rollout/plans/recovery";
import { summary } from "../../../rollout/summary";
import { Journal, pass } from "./fixtures";

const job = (name: string): Run => ({ namespace: "shop", run: { name, spec: {} } });

const WHOLE: Recovery = {
  bound: { stack: "production", system: "shop", version: "v1", images: ["shop:v1"] },
  maintenance: { enable: "https://shop.test/on", disable: "https://shop.test/off" },
  stop: { namespace: "shop", scale: { "shop-api": 2 } },
  schema: job("shop-reverse"),
  data: job("shop-restore"),
  migrate: job("shop-migration"),
  verify: job("shop-verify"),
};

const done = ({ entries }: Journal, kind: "change done" | "undo done") =>
  entries.flatMap(({ event }) => (event.kind === kind ? [event.step] : []));

/** The walk until the step's change has failed. */
function failingAt(step: string): Journal {
  const journal = new Journal(recoveryPlan(WHOLE));
  for (;;) {
    const action = journal.until(["apply"]);
    if (action.kind === "apply" && action.step.id === step) break;
    journal.do(action, () => pass);
  }
  journal.add(
    { kind: "change begun", step },
    { kind: "change failed", step, message: "the dump is truncated" },
  );
  return journal;
}

describe("the recovery of a database", () => {
  it("G14 L19 goes in the documents' order, and users are let in last", () => {
    const journal = new Journal(recoveryPlan(WHOLE));
    journal.until(["finished"]);
    assert.deepEqual(done(journal, "change done"), [
      "maintenance on",
      "stop",
      "schema",
      "data",
      "migrate",
      "verify",
      "start",
      "maintenance off",
    ]);
    assert.ok(summary(journal.state).downtimeSeconds > 0);
  });

  it("G14 L19 a step that fails stands still: nobody is let in to what is broken", () => {
    const journal = failingAt("data");
    const action = next(journal.state, journal.state.at);
    assert.ok(action.kind === "stuck" && action.message === "the dump is truncated");
    assert.deepEqual(done(journal, "undo done"), []);
  });

  it("G14 asked for again it takes up the step that failed, and none before it", () => {
    const journal = failingAt("data");
    journal.add({ kind: "change begun", step: "data" });
    journal.add({ kind: "change done", step: "data" });
    journal.until(["finished"]);
    const all = done(journal, "change done");
    assert.equal(new Set(all).size, all.length);
    assert.equal(all.at(-1), "maintenance off");
  });

  it("G14 L19 who aborts it lets the writers and the users back, in this order", () => {
    const journal = failingAt("verify");
    const abort = { kind: "abort", by: "ana", reason: "the old host answers again" } as const;
    const order = follow(journal.state, abort, journal.now);
    assert.ok("value" in order);
    journal.add(...order.value);
    journal.until(["finished"]);
    assert.deepEqual(done(journal, "undo done"), ["stop", "maintenance on"]);
  });

  it("L19 what only a person can do waits for somebody of the role", () => {
    const byHand = { title: "pgbackrest restore on the database's host", roles: ["devops"] };
    const journal = new Journal(recoveryPlan({ ...WHOLE, schema: undefined, data: byHand }));
    const action = journal.until(["approval", "finished"]);
    assert.equal(action.kind, "approval");
    assert.deepEqual(done(journal, "change done"), ["maintenance on", "stop"]);
  });
});
