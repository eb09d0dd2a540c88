import assert from "node:assert/strict";
import { soak } from "../../../evidence/reports/soak";
import { soakReportOf } from "../../../cli/rollout/soak-report";
import { planLines, sparkline } from "../../../cli/rollout/text";
import { screen } from "../../../cli/rollout/screen";
import { next } from "../../../rollout/engine";
import type { Entry, Event } from "../../../rollout/journal";
import type { Plan } from "../../../rollout/plan";
import { entryOf, firstEntry, replay } from "../../../rollout/replay";
import type { Rule } from "../../../rollout/rule";
import type { State } from "../../../rollout/state";

const DIGEST = `sha256:${"a".repeat(64)}`;
const START = Date.parse("2026-11-24T03:00:00Z");

const RULE: Rule = {
  id: "errors",
  title: "errors of frontend",
  source: "prometheus",
  query: "errors",
  minimumSamples: 0,
  limit: { above: 0.01 },
  unit: "ratio",
  windowSeconds: 60,
  onFail: "roll back",
  failsInARow: 1,
};

const planOf = (image: string): Plan => ({
  bound: { stack: "staging", system: "enova", version: "v2.1.0", images: [image] },
  from: "v2.0.0",
  steps: [
    {
      kind: "change",
      id: "weight 10",
      title: "10 % of the requests",
      change: { settings: [{ path: "enova.canary.phase", value: "10" }], scope: { kind: "system" } },
      undo: { settings: [{ path: "enova.canary.phase", value: "rollback" }], scope: { kind: "system" } },
      percent: 10,
      expectedSeconds: 30,
    },
    {
      kind: "soak",
      id: "soak 10",
      title: "readings at 10 %",
      seconds: 60,
      intervalSeconds: 30,
      rules: [RULE],
    },
  ],
  back: ["weight 10"],
  goBack: "all",
  patience: { insufficientSeconds: 600, brokenSeconds: 600 },
});

/** A rollout whose readings have these values, one each half minute. */
function walked(image: string, values: readonly number[]): { state: State; entries: readonly Entry[] } {
  const entries = [firstEntry("enova-1", planOf(image), "ana", START)];
  let at = START;
  const stateNow = () => {
    const replayed = replay(entries);
    assert.ok("value" in replayed, JSON.stringify(replayed));
    return replayed.value;
  };
  const keep = (event: Event) => entries.push(entryOf(stateNow(), event, at));
  const left = [...values];
  for (let turn = 0; turn < 100; turn += 1) {
    const action = next(stateNow(), at);
    if (action.kind === "finished") break;
    if (action.kind === "record") keep(action.event);
    else if (action.kind === "apply") {
      keep({ kind: "change begun", step: action.step.id });
      keep({ kind: "change done", step: action.step.id });
    } else if (action.kind === "read") {
      const value = left.shift();
      if (value === undefined) break;
      const kind = value > 0.01 ? "fail" : "pass";
      keep({
        kind: "readings",
        step: action.step.id,
        readings: [{ rule: RULE.id, reading: { kind, value } }],
      });
    } else if (action.kind === "wait") at = action.until;
    else break;
  }
  return { state: stateNow(), entries };
}

describe("what a rollout leaves", () => {
  it("G9 a release's soak is a report that the evidence believes, with every value that was read", () => {
    const { state, entries } = walked(`enova/frontend:v2.1.0@${DIGEST}`, [0, 0.001, 0.002, 0.001]);
    assert.equal(state.ended?.outcome, "released");
    const json = soakReportOf(state, entries);
    const content = { file: "soak.json", text: "", json };
    assert.ok(soak.recognise(content));
    const release = {
      system: "enova",
      version: "v2.1.0",
      commit: "c".repeat(40),
      at: "2026-11-23T00:00:00Z",
    };
    const { finding } = soak.read(content, release);
    assert.deepEqual(finding.images, [DIGEST]);
    assert.deepEqual(
      finding.readings.map(({ name, ok }) => [name, ok]),
      [["errors of frontend", true]],
    );
    assert.ok(finding.duration >= 60, String(finding.duration));
  });

  it("G9 nothing vouches for images without a digest, nor for what did not release", () => {
    const tagged = walked("enova/frontend:v2.1.0", [0, 0, 0, 0]);
    assert.equal(soakReportOf(tagged.state, tagged.entries), undefined);
    const bad = walked(`enova/frontend:v2.1.0@${DIGEST}`, [0, 0.5]);
    assert.equal(soakReportOf(bad.state, bad.entries), undefined);
  });
});

const BUILD = `enova/frontend:v2.1.0@${DIGEST}`;

describe("a rollout in words", () => {
  it("E3 a plan tells each step with its time, its id and what is asked", () => {
    assert.deepEqual(planLines(planOf(BUILD), new Date(START)), [
      "enova on staging: v2.0.0 → v2.1.0, in 1 min 30 s where nothing goes wrong (times in UTC)",
      " 1. 03:00  10 % of the requests [weight 10]",
      " 2. 03:00  readings at 10 % [soak 10]: 1 min, a reading every 30 s\n" +
        "             errors of frontend at most 1 %, else roll back",
      "done at about 2026-11-24 03:01",
    ]);
  });

  it("E3 the screen shows the step, the time left, and the reading against its threshold with its plot", () => {
    const { state } = walked(BUILD, [0, 0.005]);
    const text = screen(state, next(state, state.at), state.at)
      .join("\n")
      // Without the terminal's colours.
      .replace(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g"), "");
    assert.match(text, /^enova v2\.0\.0 → v2\.1\.0 on staging {2}enova-1, /);
    assert.match(text, /✔ 10 % of the requests/);
    assert.match(text, /▶ readings at 10 % {2}30 s left/);
    assert.match(text, /errors of frontend +0\.5 % at most 1 % +▁▄ pass/);
  });

  it("E4 a plot's bar reaches the top where the value has reached its threshold", () => {
    assert.equal(sparkline([0, 0.005, 0.01, 0.5, undefined, NaN], { above: 0.01 }), "▁▄██··");
    assert.equal(sparkline([0, 5], { above: 0 }), "▁█");
  });
});
