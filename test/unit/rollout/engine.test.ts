import assert from "node:assert/strict";
import { badImages, refusals } from "../../../rollout/begin";
import { follow } from "../../../rollout/orders";
import { missingApprovals } from "../../../rollout/approvals";
import { replay } from "../../../rollout/replay";
import { summary } from "../../../rollout/summary";
import type { Reading } from "../../../rollout/reading";
import type { Plan } from "../../../rollout/plan";
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

const LADDER = [10, 50, 100];

/** A rollout in the middle of its first soak. */
const soaking = (given: Plan = ladder(LADDER)): Journal => {
  const journal = new Journal(given);
  journal.until(["wait"]);
  return journal;
};

/** The next verdict with every rule read alike, or one of them. */
function verdictOn(journal: Journal, reading: Reading, only?: string) {
  const before = journal.entries.length;
  for (let turns = 0; turns < 50; turns++) {
    const found = journal.entries.slice(before).find(({ event }) => event.kind === "verdict");
    if (found?.event.kind === "verdict") return found.event.verdict;
    journal.do(journal.next(), ({ id }) => (only === undefined || only === id ? reading : pass));
  }
  throw new Error("no verdict");
}

const order = (journal: Journal, given: Parameters<typeof follow>[1]) => {
  const outcome = follow(journal.state, given, journal.now);
  if ("problem" in outcome) return outcome.problem;
  journal.add(...outcome.value);
  return "";
};

describe("a rollout", () => {
  it("E3 walks 10 → 50 → 100 → complete, each after its soak", () => {
    const journal = new Journal(ladder(LADDER));
    assert.deepEqual(journal.until(["finished"]), { kind: "finished", outcome: "released" });
    const done = journal.entries.flatMap(({ event }) => (event.kind === "change done" ? [event.step] : []));
    assert.deepEqual(done, ["weight 10", "weight 50", "weight 100", "complete"]);
    assert.ok(summary(journal.state).durationSeconds >= 3 * 300);
  });

  it("E4 errors roll back, and say which, by how much and of how many", () => {
    const verdict = verdictOn(soaking(), fail, errors.id);
    assert.equal(verdict.kind, "roll back");
    assert.equal(verdict.reason, "errors of frontend: 3.4 % (at most 1 %), n = 5 200");
  });

  it("E4 latency holds, is investigated, and begins the soak anew", () => {
    const journal = soaking();
    const slow: Reading = { kind: "fail", value: 0.9, samples: 5200 };
    const verdict = verdictOn(journal, slow, latency.id);
    assert.deepEqual([verdict.kind, verdict.by], ["hold", "fail"]);
    assert.match(
      verdict.reason,
      /^latency of frontend: 900 ms \(at most 500 ms\), n = 5 200: to be investigated$/,
    );
    assert.equal(verdictOn(journal, pass).secondsLeft, 300);
  });

  it("E3 E4 what is insufficient or broken holds, and goes back after its limit", () => {
    for (const [reading, limit, by] of [
      [insufficient, 1800, "insufficient"],
      [broken, 600, "broken"],
    ] as const) {
      const journal = soaking();
      const from = journal.now;
      for (;;) {
        const verdict = verdictOn(journal, reading, errors.id);
        assert.equal(verdict.by, by);
        if (verdict.kind === "roll back") break;
        assert.equal(verdict.kind, "hold");
      }
      assert.ok(Math.abs((journal.now - from) / 1000 - limit) <= 60, `${(journal.now - from) / 1000} s`);
    }
  });

  it("E3 E4 what comes and goes is held against the rollout until a whole soak has been good", () => {
    /** How many readings it takes until it goes back; 0: it does not. */
    const count = (readings: readonly Reading[], journal = soaking()) =>
      readings.findIndex((reading) => verdictOn(journal, reading, errors.id).kind === "roll back") + 1;
    const inTurns = (times: number, ...readings: readonly Reading[]) =>
      Array.from({ length: times }, () => readings).flat();
    // Ten minutes in all of readings that cannot be had, of which a pass ends each.
    assert.equal(count(inTurns(21, pass, broken)), 2 * 21);
    assert.equal(count(inTurns(61, pass, insufficient)), 2 * 61);
    // Nine good readings are 30 seconds less than a soak.
    assert.equal(count(inTurns(21, ...inTurns(9, pass), broken)), 10 * 21);
    // A paused rollout does not advance: after a whole soak what was before it is forgotten.
    const paused = soaking();
    order(paused, { kind: "pause", by: "ana", reason: "lunch" });
    assert.equal(count(inTurns(22, ...inTurns(11, pass), broken), paused), 0);
    const health = { ...errors, source: "health" as const, failsInARow: 3 };
    const watched = soaking(plan([change("release"), soak("watch", 300, [health])]));
    assert.equal(count(inTurns(9, fail, pass), watched), 17);
    assert.match(watched.state.verdict?.reason ?? "", /: it comes and goes$/);
  });

  it("E4 a failure that holds does not hide that the rollout cannot see", () => {
    const journal = soaking();
    const slow: Reading = { kind: "fail", value: 0.9, samples: 5200 };
    for (;;) {
      journal.do(journal.until(["read"]), ({ id }) => (id === latency.id ? slow : broken));
      const action = journal.next();
      assert.ok(action.kind === "record" && action.event.kind === "verdict");
      const { kind, by, reason } = action.event.verdict;
      journal.do(action, () => pass);
      if (kind === "hold") continue;
      assert.deepEqual([kind, by], ["roll back", "broken"]);
      assert.match(reason, /: for 10 min in all, of 10 min at most$/);
      return;
    }
  });

  it("K21 health that fails in a row goes back, once it does", () => {
    const health = { ...errors, id: "health", source: "health" as const, failsInARow: 3 };
    const journal = soaking(plan([change("release"), soak("watch", 300, [health])]));
    const kinds = [fail, fail, pass, fail, fail, fail].map((reading) => verdictOn(journal, reading).kind);
    assert.deepEqual(kinds, ["hold", "hold", "hold", "hold", "hold", "roll back"]);
  });

  it("K14 L8 a verification is waited for, and goes back when its patience ends", () => {
    const steps = [
      change("release"),
      {
        kind: "verification" as const,
        id: "verify",
        title: "verify",
        patienceSeconds: 60,
        intervalSeconds: 10,
        rules: [errors],
      },
    ];
    const slow = new Journal(plan(steps));
    slow.until(["wait"], fail);
    assert.equal(slow.state.verdict?.kind, "hold");
    assert.deepEqual(slow.until(["finished"]), { kind: "finished", outcome: "released" });
    const never = new Journal(plan(steps));
    assert.deepEqual(never.until(["finished"], broken), { kind: "finished", outcome: "rolled back" });
    assert.match(never.state.back?.reason ?? "", /not verified within 1 min$/);
    const waited = ((never.state.back?.at ?? 0) - never.state.passedAt) / 1000;
    assert.ok(waited >= 60 && waited <= 70, `${waited} s`);
  });

  it("E3 a paused rollout does not advance, and still goes back", () => {
    const journal = soaking();
    assert.equal(order(journal, { kind: "pause", by: "ana", reason: "lunch" }), "");
    for (let looks = 0; looks < 30; looks++) assert.equal(verdictOn(journal, pass).kind, "hold");
    assert.equal(journal.state.verdict?.by, "paused");
    assert.equal(verdictOn(journal, fail, errors.id).kind, "roll back");
  });

  it("E3 a promotion past a hold needs a hold, a name and a reason", () => {
    const journal = new Journal(ladder(LADDER));
    assert.match(
      order(journal, { kind: "promote", by: "ana", reason: "now" }),
      /expected a rollout at a hold/,
    );
    journal.until(["wait"], insufficient);
    assert.match(order(journal, { kind: "promote", by: "ana", reason: " " }), /expected a reason/);
    assert.equal(order(journal, { kind: "promote", by: "ana", reason: "idle at night" }), "");
    const action = journal.next();
    assert.equal(action.kind === "apply" && action.step.id, "weight 50");
  });

  it("L9 G16 an approval needs its quorum of roles and people, and what serves is watched meanwhile", () => {
    const steps = [
      change("weight 10", { percent: 10 }),
      soak("soak 10", 300),
      { kind: "approval" as const, id: "yes", title: "approval", roles: ["qa", "product-owner"], quorum: 2 },
      change("weight 100", { percent: 100 }),
    ];
    const journal = new Journal(plan(steps));
    const asked = journal.until(["approval"]);
    assert.equal(asked.kind === "approval" && asked.missing, 2);
    assert.match(
      order(journal, { kind: "approve", by: "bo", role: "devops" }),
      /expected one of qa, product-owner/,
    );
    assert.equal(order(journal, { kind: "approve", by: "bo", role: "qa" }), "");
    assert.match(order(journal, { kind: "approve", by: "bo", role: "product-owner" }), /another person/);
    const [, , yes] = steps;
    assert.ok(yes?.kind === "approval");
    const unsigned = { sequence: 0, signature: { kind: "none" } } as const;
    const twice = [
      { by: "bo", role: "qa", ...unsigned },
      { by: "Bo ", role: "product-owner", ...unsigned },
    ];
    assert.equal(missingApprovals(yes, twice, 0), 1);
    const other = new Journal(plan(steps));
    other.until(["approval"]);
    assert.equal(verdictOn(other, fail, errors.id).kind, "roll back");
    assert.equal(order(journal, { kind: "approve", by: "cy", role: "product-owner" }), "");
    assert.deepEqual(journal.until(["finished"]), { kind: "finished", outcome: "released" });
  });

  it("E5 an emergency rollback is never refused", () => {
    const back = { kind: "roll back", by: "ana", reason: "customers call" } as const;
    const states = [new Journal(ladder(LADDER)), soaking(), soaking(), soaking(), soaking()] as const;
    const [, , released, gone, paused] = states;
    released.until(["finished"]);
    gone.until(["finished"], fail);
    order(paused, { kind: "pause", by: "bo", reason: "lunch" });
    for (const journal of states) {
      assert.equal(order(journal, back), "");
      assert.deepEqual(journal.until(["finished"]), { kind: "finished", outcome: "rolled back" });
    }
  });

  it("E5 an undo that fails is tried again, then a person must look", () => {
    const journal = soaking();
    order(journal, { kind: "abort", by: "ana", reason: "no" });
    const tries = [1, 2, 3, 4, 5].map(() => {
      const action = journal.until(["undo", "stuck"]);
      assert.equal(action.kind, "undo");
      journal.add(
        { kind: "undo begun", step: "weight 10" },
        { kind: "undo failed", step: "weight 10", message: "API" },
      );
      return journal.now;
    });
    assert.ok(tries.every((at, index) => at > (tries[index - 1] ?? 0)));
    assert.equal(journal.next().kind, "stuck");
    order(journal, { kind: "roll back", by: "ana", reason: "again" });
    assert.equal(journal.next().kind, "undo");
  });

  it("G9 an image that failing readings took back may not begin again", () => {
    const bad = soaking();
    bad.until(["finished"], fail);
    assert.deepEqual(
      badImages([bad.state]).map(({ image }) => image),
      ["frontend:v2@sha256:2"],
    );
    const retagged = ladder(LADDER);
    const bound = { ...retagged.bound, version: "v3", images: ["frontend:v3@sha256:2"] };
    assert.match(
      refusals({ ...retagged, bound }, [bad.state])[0] ?? "",
      /expected another image than frontend:v2/,
    );
    const unseen = soaking();
    unseen.until(["finished"], broken);
    assert.deepEqual(refusals(ladder(LADDER), [unseen.state]), []);
  });

  it("E3 two rollouts of one system on one stack are refused, on two stacks not", () => {
    const one = soaking();
    assert.match(
      refusals(ladder(LADDER), [one.state])[0] ?? "",
      /enova-1 is at soak 10: resume it, or abort it/,
    );
    const elsewhere = ladder(LADDER);
    assert.deepEqual(
      refusals({ ...elsewhere, bound: { ...elsewhere.bound, stack: "production" } }, [one.state]),
      [],
    );
  });

  it("G17 the record has start, end, duration, downtime, incidents and final state", () => {
    const journal = new Journal(
      plan([
        change("migration", { downtime: "begins" }),
        change("release", { downtime: "ends" }),
        soak("watch", 60),
      ]),
    );
    journal.until(["wait"]);
    journal.add({ kind: "incident", title: "HighErrorRate", severity: "critical" });
    journal.until(["finished"]);
    const { start, end, durationSeconds, downtimeSeconds, incidents, finalState } = summary(journal.state);
    assert.deepEqual(
      { start, end, durationSeconds, downtimeSeconds, finalState },
      {
        start: "2026-11-24T03:00:00.000Z",
        end: "2026-11-24T03:01:40.000Z",
        durationSeconds: 100,
        downtimeSeconds: 40,
        finalState: "released",
      },
    );
    assert.equal(incidents[0]?.title, "HighErrorRate");
  });

  it("E3 a journal that is not one rollout's is refused", () => {
    const { entries } = soaking();
    const [first, second, ...rest] = entries;
    assert.ok(first && second);
    const problems = [
      rest,
      [first, ...rest],
      [first, { ...second, rollout: "another" }],
      [first, { ...second, bound: { ...second.bound, images: [] } }],
      [first, { ...second, event: { kind: "change begun" as const, step: "weight 50" } }],
      [first, { ...second, event: { kind: "change done" as const, step: "weight 10" } }],
      [first, { ...second, event: { kind: "finished" as const } }],
    ].map((given) => {
      const replayed = replay(given);
      return "problem" in replayed ? replayed.problem : "";
    });
    assert.ok(
      problems.every((problem) => problem !== ""),
      problems.join("\n"),
    );
  });
});
