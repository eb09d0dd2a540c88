/**
 * What holds for any readings, ladders, crashes and clocks. A world of one number stands in for the API server: the percent of
 * the requests that the new version answers.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { entryOf, firstEntry, follow, replay } from "../../../rollout/replay";
import { next } from "../../../rollout/engine";
import type { Entry, Event } from "../../../rollout/journal";
import type { Plan, SoakStep } from "../../../rollout/plan";
import type { Reading } from "../../../rollout/reading";
import type { State } from "../../../rollout/state";
import {
  broken,
  change,
  errors,
  fail,
  insufficient,
  Journal,
  ladder,
  latency,
  pass,
  plan,
  soak,
} from "./fixtures";

type Kind = Reading["kind"];
const READINGS: Readonly<Record<Kind, Reading>> = { pass, fail, insufficient, broken };

/** What one turn of the driver meets. */
interface Turn {
  /** Of the rule that takes it back, and of the one that holds. */
  readonly errors: Kind;
  readonly latency: Kind;
  /** It dies before it has kept an event, before it has acted on it, or before it has kept how that went. */
  readonly dies?: "before" | "kept" | "done" | undefined;
  /** Seconds by which the clock jumps, either way. */
  readonly jump: number;
  readonly fails: boolean;
}

const mostly = (weight: number) =>
  fc.oneof(
    { weight, arbitrary: fc.constant<Kind>("pass") },
    { weight: 1, arbitrary: fc.constantFrom<Kind>("fail", "insufficient", "broken") },
  );

const turn = (rarely: number): fc.Arbitrary<Turn> =>
  fc.record({
    errors: mostly(rarely * 20),
    latency: mostly(rarely * 10),
    dies: fc.oneof(
      { weight: 12, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom<Turn["dies"]>("before", "kept", "done") },
    ),
    jump: fc.oneof(
      { weight: 15, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -4000, max: 4000 }) },
    ),
    fails: fc.oneof(
      { weight: 30, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  });

const weights = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 })
  .map((some) => [...some.sort((a, b) => a - b), 100]);

interface Applied {
  readonly step: string;
  readonly undo: boolean;
  /** Whether the journal said that it had been done before. */
  readonly known: boolean;
}

/** Everything that happened, as one who sees the API server and the clock would tell it. */
interface Told {
  readonly plan: Plan;
  readonly entries: readonly Entry[];
  readonly applied: readonly Applied[];
  readonly percents: readonly number[];
  /** Evaluations, by the entries that hold them. */
  readonly seen: readonly {
    readonly sequence: number;
    readonly kinds: readonly Kind[];
  }[];
}

const stateOf = (entries: readonly Entry[]): State => {
  const replayed = replay(entries);
  if ("problem" in replayed) assert.fail(replayed.problem);
  return replayed.value;
};

/** Runs a rollout turn by turn; each death loses all but the journal and the world. */
function run(plan: Plan, turns: readonly Turn[]): Told {
  let now = Date.UTC(2026, 10, 24, 3);
  const entries: Entry[] = [firstEntry("enova-1", plan, "ana", now)];
  const applied: Applied[] = [];
  const percents: number[] = [0];
  const seen: Told["seen"][number][] = [];
  let state = stateOf(entries);
  const keep = (event: Event) => {
    const entry = entryOf(state, event, now);
    const after = follow(state, entry);
    if ("problem" in after) assert.fail(after.problem);
    state = after.value;
    entries.push(entry);
  };
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  for (const { dies, jump, fails, ...kinds } of turns) {
    now += jump * 1000;
    const action = next(state, now);
    if (action.kind === "finished") break;
    if (dies === "before") continue;
    switch (action.kind) {
      case "record":
        keep(action.event);
        break;
      case "apply":
      case "undo": {
        const undo = action.kind === "undo";
        const { id, percent } = action.step;
        keep({ kind: undo ? "undo begun" : "change begun", step: id });
        if (dies === "kept") break;
        pass(20);
        if (fails) {
          keep({ kind: undo ? "undo failed" : "change failed", step: id, message: "no" });
          break;
        }
        const known = (undo ? state.undos : state.changes)[id]?.kind === "done";
        applied.push({ step: id, undo, known });
        percents.push(undo ? 0 : (percent ?? percents.at(-1) ?? 0));
        if (dies !== "done") keep({ kind: undo ? "undo done" : "change done", step: id });
        break;
      }
      case "read": {
        keep({
          kind: "readings",
          step: action.step.id,
          readings: [
            { rule: errors.id, reading: READINGS[kinds.errors] },
            { rule: latency.id, reading: READINGS[kinds.latency] },
          ],
        });
        seen.push({ sequence: entries.length, kinds: [kinds.errors, kinds.latency] });
        break;
      }
      case "wait":
        pass(Math.max(0, (action.until - now) / 1000));
        break;
      case "paused":
      case "approval":
      case "stuck":
        break;
    }
  }
  return { plan, entries, applied, percents, seen };
}

const runs = (rarely: number) =>
  fc
    .record({
      ladder: weights,
      turns: fc.array(turn(rarely), { minLength: 20, maxLength: 400, size: "max" }),
    })
    .map(({ ladder: given, turns }) => run(ladder(given), turns));

const holds = (rarely: number, claim: (told: Told) => void) => {
  fc.assert(fc.property(runs(rarely), claim), { numRuns: 150 });
};

const soakOf = (plan: Plan, id: string): SoakStep | undefined =>
  plan.steps.filter((step) => step.kind === "soak").find((step) => step.id === id);

describe("a rollout, whatever happens", function () {
  this.timeout(120_000);

  it("E3 E4 never advances without a full soak of good data", () => {
    let advanced = 0;
    holds(10, ({ plan, entries, seen }) => {
      for (const { event, sequence } of entries) {
        if (event.kind !== "verdict" || event.verdict.kind !== "advance") continue;
        const soak = soakOf(plan, event.step);
        assert.ok(soak);
        advanced += 1;
        const begun = entries.findLast(
          (entry) => entry.sequence < sequence && entry.event.kind === "change done",
        );
        const since = seen.filter((one) => one.sequence < sequence && one.sequence > (begun?.sequence ?? 0));
        const bad = since.findLastIndex(({ kinds }) => kinds.some((kind) => kind !== "pass"));
        const good = since.slice(bad + 1);
        const stamps = good.map(({ sequence: at }) => Date.parse(entries[at - 1]?.at ?? ""));
        // Whatever the clock does between two looks, what is longer than a gap, or backwards, begins the soak anew.
        const gaps = stamps.map((stamp, index) => stamp - (stamps[index - 1] ?? stamp));
        const whole = gaps.slice(gaps.findLastIndex((gap) => gap < 0 || gap > 90_000) + 1);
        const lasted = whole.reduce((sum, gap) => sum + gap, 0);
        assert.ok(lasted >= soak.seconds * 1000, `it advanced after ${lasted / 1000} s`);
      }
    });
    assert.ok(advanced > 10, `only ${advanced} advanced`);
  });

  it("E4 E5 S7 K21 a breach ends in rollback within one evaluation", () => {
    let breaches = 0;
    holds(2, ({ entries, seen }) => {
      for (const { sequence, kinds } of seen) {
        if (kinds[0] !== "fail") continue;
        const [verdict, back] = entries.slice(sequence).map(({ event }) => event);
        if (verdict === undefined || back === undefined) continue;
        breaches += 1;
        assert.equal(verdict.kind === "verdict" && verdict.verdict.kind, "roll back");
        assert.equal(back.kind, "rolling back");
      }
    });
    assert.ok(breaches > 10, `only ${breaches} breaches`);
  });

  it("E3 E5 no sequence of crash and resume skips or repeats a change", () => {
    holds(10, ({ plan, entries, applied }) => {
      assert.deepEqual(
        applied.filter(({ known }) => known),
        [],
      );
      const order = applied.filter(({ undo }) => !undo).map(({ step }) => step);
      // What a death left unknown is done again, and nothing else: each step's runs stand together, in the plan's order.
      const once = order.filter((step, index) => step !== order[index - 1]);
      const due = plan.steps.filter(({ kind }) => kind === "change").map(({ id }) => id);
      assert.deepEqual(once, due.slice(0, once.length));
      const done = entries.flatMap(({ event }) => (event.kind === "change done" ? [event.step] : []));
      assert.deepEqual(done, [...new Set(done)]);
    });
  });

  it("E1 E3 the weights applied are those of the plan, each after the one before it", () => {
    holds(10, ({ plan, percents }) => {
      const ladderOf = plan.steps.flatMap((step) => (step.kind === "change" ? (step.percent ?? []) : []));
      percents.forEach((percent, index) => {
        const before = percents[index - 1] ?? 0;
        if (percent === 0 || percent === before) return;
        const place = ladderOf.indexOf(percent);
        assert.notEqual(place, -1, `${percent} is no weight of the plan`);
        assert.equal(before, ladderOf[place - 1] ?? 0, `${before} to ${percent} jumps`);
      });
    });
  });

  it("E5 what goes back ends at 0 % or at somebody who must look", () => {
    let backs = 0;
    holds(2, ({ plan, entries, percents }) => {
      const state = stateOf(entries);
      if (state.ended?.outcome !== "rolled back") return;
      backs += 1;
      const began = plan.steps.some(({ id }) => state.changes[id] !== undefined);
      assert.equal(percents.at(-1), 0);
      assert.equal(
        began,
        Object.values(state.undos).some(({ kind }) => kind === "done"),
      );
    });
    assert.ok(backs > 10, `only ${backs} went back`);
  });

  it("E3 E4 K21 readings that come and go for ever advance by a whole soak, or go back within a bound", () => {
    const health = { ...errors, failsInARow: 3 };
    const { patience, steps } = plan([change("weight 100"), soak("soak 100", 300, [health, latency])]);
    const interval = 30;
    const most = {
      broken: patience.brokenSeconds / interval + 1,
      blind: patience.insufficientSeconds / interval + 1,
      fail: 3 * health.failsInARow,
    };
    const kind = fc.constantFrom<Kind>("pass", "pass", "fail", "insufficient", "broken");
    const cycle = fc.array(fc.record({ errors: kind, latency: kind }), { minLength: 1, maxLength: 25 });
    const outcomes = { released: 0, "rolled back": 0 };
    fc.assert(
      fc.property(cycle, (kinds) => {
        const blindIn = ({ errors, latency }: (typeof kinds)[number]) =>
          [errors, latency].some((each) => each === "broken" || each === "insufficient");
        // What a person is to investigate holds for as long as it takes.
        fc.pre(kinds.some((each) => blindIn(each) || each.errors === "fail") || kinds.every(isGood));
        const journal = new Journal(plan(steps));
        const seen: (typeof kinds)[number][] = [];
        let action = journal.next();
        while (action.kind !== "finished") {
          const now = kinds[seen.length % kinds.length];
          assert.ok(now);
          if (action.kind === "read") seen.push(now);
          assert.ok(seen.length <= kinds.length * (most.blind + most.fail), "it stands for ever");
          journal.do(action, ({ id }) => READINGS[id === latency.id ? now.latency : now.errors]);
          action = journal.next();
        }
        outcomes[action.outcome] += 1;
        const isBroken = ({ errors, latency }: (typeof kinds)[number]) =>
          [errors, latency].includes("broken");
        assert.ok(seen.filter(isBroken).length <= most.broken);
        assert.ok(seen.filter(blindIn).length <= most.blind);
        assert.ok(seen.filter(({ errors }) => errors === "fail").length <= most.fail);
        const good = seen.slice(seen.findLastIndex((each) => !isGood(each)) + 1);
        assert.equal(action.outcome === "released", (good.length - 1) * interval >= 300);
      }),
      { numRuns: 300 },
    );
    assert.ok(outcomes.released > 0 && outcomes["rolled back"] > 10, JSON.stringify(outcomes));
  });
});

const isGood = ({ errors, latency }: { readonly errors: Kind; readonly latency: Kind }): boolean =>
  errors === "pass" && latency === "pass";
