import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { keepOrder } from "../../../cli/rollout/control";
import { Journal } from "../../../cli/rollout/journal";
import { JournalMoved, type JournalStore } from "../../../cli/rollout/journal-store";
import { run, type Outcome, type World } from "../../../cli/rollout/run";
import { next } from "../../../rollout/engine";
import type { Change, Plan } from "../../../rollout/plan";
import type { Rule } from "../../../rollout/rule";

const RULE: Rule = {
  id: "errors",
  title: "errors",
  source: "prometheus",
  query: "errors",
  minimumSamples: 0,
  limit: { above: 0.01 },
  unit: "ratio",
  windowSeconds: 60,
  onFail: "roll back",
  failsInARow: 1,
};

const to = (phase: string): Change => ({
  settings: [{ path: "enova.canary.phase", value: phase }],
  scope: { kind: "system" },
});

const weight = (percent: number) =>
  [
    {
      kind: "change",
      id: `weight ${percent}`,
      title: `${percent} %`,
      change: to(String(percent)),
      undo: to("rollback"),
      percent,
      expectedSeconds: 1,
    },
    { kind: "soak", id: `soak ${percent}`, title: "soak", seconds: 20, intervalSeconds: 10, rules: [RULE] },
  ] as const;

const PLAN: Plan = {
  bound: { stack: "staging", system: "enova", version: "v2", images: ["enova/frontend:v2"] },
  from: "v1",
  steps: [...weight(10), ...weight(50)],
  back: ["weight 50", "weight 10"],
  goBack: "all",
  patience: { insufficientSeconds: 60, brokenSeconds: 60 },
};

/** A store in memory, with the same refusal. */
function memory(): JournalStore {
  const entries: string[] = [];
  return {
    place: "memory",
    rollouts: () => Promise.resolve(entries.length === 0 ? [] : ["one"]),
    read: () => Promise.resolve(entries.map((text, index) => ({ place: `memory ${index}`, text }))),
    append(_, sequence, entry) {
      if (entries.length !== sequence - 1) return Promise.reject(new JournalMoved());
      entries.push(entry);
      return Promise.resolve();
    },
  };
}

/** The machine loses its power. */
class Crash extends Error {}

interface Told {
  /** What the cluster has had, phase by phase. */
  readonly phases: string[];
  value: number;
  /** Actions that are still taken before the power goes. */
  power: number;
}

/** A world without a clock of its own: time is what is waited for. */
function worldOf(told: Told, clock: { at: number }): World {
  const spend = () => {
    told.power -= 1;
    if (told.power < 0) throw new Crash("power");
  };
  const set = (change: Change) => {
    told.phases.push("settings" in change ? String(change.settings[0]?.value) : "beside");
    spend();
    return Promise.resolve({ kind: "done" as const });
  };
  return {
    now: () => clock.at,
    sleep(until) {
      spend();
      clock.at = Math.max(clock.at, until);
      return Promise.resolve();
    },
    mayChange: () => Promise.resolve(),
    apply: (step) => set(step.change),
    undo: (step) => set(step.undo),
    read(rules) {
      spend();
      return Promise.resolve(
        rules.map(({ id }) => ({
          rule: id,
          reading: { kind: told.value > 0.01 ? "fail" : "pass", value: told.value } as const,
        })),
      );
    },
    kept: () => undefined,
    doing: () => undefined,
  };
}

const begin = (store: JournalStore) =>
  Journal.begin({ store, signers: {} }, PLAN, { by: "ana", now: new Date() });

const CALM = new AbortController().signal;

describe("the walk of a rollout", () => {
  const clockNow = () => ({ at: Date.now() });

  it("E3 goes through every step once, and in order", async () => {
    const told: Told = { phases: [], value: 0, power: Infinity };
    assert.equal(await run(await begin(memory()), next, worldOf(told, clockNow()), CALM), "released");
    assert.deepEqual(told.phases, ["10", "50"]);
  });

  it("E4 E5 a breach takes it back by one change", async () => {
    const told: Told = { phases: [], value: 0.5, power: Infinity };
    assert.equal(await run(await begin(memory()), next, worldOf(told, clockNow()), CALM), "rolled back");
    assert.deepEqual(told.phases, ["10", "rollback"]);
  });

  it("E3 wherever it is killed, and however often, the next run takes it up: nothing is left out or taken back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }), async (powers) => {
        const store = memory();
        const journal = await begin(store);
        const told: Told = { phases: [], value: 0, power: 0 };
        const clock = clockNow();
        let outcome: Outcome | undefined;
        for (const power of [...powers, Infinity]) {
          told.power = power;
          const again = await Journal.open({ store, signers: {} }, journal.rollout);
          assert.ok(again);
          outcome = await run(again, next, worldOf(told, clock), CALM).catch((error: unknown) => {
            if (!(error instanceof Crash)) throw error;
            return undefined;
          });
          if (outcome !== undefined) break;
        }
        assert.equal(outcome, "released");
        // A change that was under way when the power went is done again: to the same state, and never to an earlier one.
        const states = told.phases.filter((phase, index) => phase !== told.phases[index - 1]);
        assert.deepEqual(states, ["10", "50"]);
      }),
      { numRuns: 60 },
    );
  });

  it("E5 an order of another process is heard while it waits, and takes it back", async () => {
    const store = memory();
    const journal = await begin(store);
    const told: Told = { phases: [], value: 0, power: Infinity };
    const clock = clockNow();
    const world = worldOf(told, clock);
    let ordered = false;
    const listening: World = {
      ...world,
      async sleep(until, signal) {
        if (!ordered) {
          ordered = true;
          const other = await Journal.open({ store, signers: {} }, journal.rollout);
          assert.ok(other);
          await keepOrder(other, { kind: "abort", by: "eva", reason: "looks odd" });
        }
        return world.sleep(until, signal);
      },
    };
    assert.equal(await run(journal, next, listening, CALM), "rolled back");
    assert.deepEqual(told.phases, ["10", "rollback"]);
  });

  it("E3 who promotes it past readings that hold it is told to the change that follows, and to no other", async () => {
    const store = memory();
    const journal = await begin(store);
    const told: Told = { phases: [], value: 0, power: Infinity };
    const world = worldOf(told, clockNow());
    const words: (string | undefined)[] = [];
    let promoted = false;
    const promoting: World = {
      ...world,
      apply(step, signal, promotion) {
        words.push(promotion && `${promotion.by}: ${promotion.reason}`);
        return world.apply(step, signal, promotion);
      },
      async sleep(until, signal) {
        if (!promoted) {
          promoted = true;
          const other = await Journal.open({ store, signers: {} }, journal.rollout);
          assert.ok(other);
          await keepOrder(other, { kind: "promote", by: "eva", reason: "idle at night" });
        }
        return world.sleep(until, signal);
      },
    };
    assert.equal(await run(journal, next, promoting, CALM), "released");
    assert.deepEqual(words, [undefined, "eva: idle at night"]);
    assert.equal(journal.state.promoted, undefined);
  });

  it("E5 an order ends an up that is under way", async () => {
    const store = memory();
    const journal = await begin(store);
    const told: Told = { phases: [], value: 0, power: Infinity };
    const world = worldOf(told, clockNow());
    const hanging: World = {
      ...world,
      async apply(_, signal) {
        const other = await Journal.open({ store, signers: {} }, journal.rollout);
        assert.ok(other);
        await keepOrder(other, { kind: "roll back", by: "eva", reason: "now" });
        while (!signal.aborted) await delay(20);
        return { kind: "failed", message: "cancelled" };
      },
    };
    assert.equal(await run(journal, next, hanging, CALM), "rolled back");
    assert.deepEqual(told.phases, ["rollback"]);
    assert.ok(journal.entries.every(({ event }) => event.kind !== "change failed"));
  });

  it("E3 interrupted, it stays where it is", async () => {
    const interrupt = new AbortController();
    const told: Told = { phases: [], value: 0, power: Infinity };
    const world = worldOf(told, clockNow());
    const stopping: World = {
      ...world,
      sleep(until, signal) {
        interrupt.abort();
        return world.sleep(until, signal);
      },
    };
    const journal = await begin(memory());
    assert.equal(await run(journal, next, stopping, interrupt.signal), "interrupted");
    assert.deepEqual(told.phases, ["10"]);
    assert.equal(journal.state.back, undefined);
  });
});
