/** Rules, plans and a driver of the engine that stands in for `golive rollout`: it applies changes to a number, and dies when told to. */
import { firstEntry, entryOf, replay } from "../../../rollout/replay";
import { next, type Action } from "../../../rollout/engine";
import type { Entry, Event } from "../../../rollout/journal";
import type { ChangeStep, Plan, SoakStep, Step } from "../../../rollout/plan";
import type { Reading } from "../../../rollout/reading";
import type { Rule } from "../../../rollout/rule";
import type { State } from "../../../rollout/state";

export const errors: Rule = {
  id: "errors",
  title: "errors of frontend",
  source: "prometheus",
  query: "errors",
  samples: "requests",
  minimumSamples: 100,
  limit: { above: 0.01 },
  unit: "ratio",
  windowSeconds: 300,
  onFail: "roll back",
  failsInARow: 1,
};

export const latency: Rule = {
  ...errors,
  id: "latency",
  title: "latency of frontend",
  limit: { above: 0.5 },
  unit: "seconds",
  onFail: "hold",
};

export const pass: Reading = { kind: "pass", value: 0.0003, samples: 18_240 };
export const fail: Reading = { kind: "fail", value: 0.034, samples: 5200 };
export const insufficient: Reading = { kind: "insufficient", side: "new", samples: 7, needed: 100 };
export const broken: Reading = { kind: "broken", cause: "no series", message: "value: no series" };

export const change = (id: string, more: Partial<ChangeStep> = {}): ChangeStep => ({
  kind: "change",
  id,
  title: id,
  change: { settings: [{ path: "enova.canary.phase", value: id }], scope: { kind: "system" } },
  undo: { settings: [{ path: "enova.canary.phase", value: "rollback" }], scope: { kind: "system" } },
  expectedSeconds: 60,
  ...more,
});

export const soak = (id: string, seconds: number, rules: readonly Rule[] = [errors, latency]): SoakStep => ({
  kind: "soak",
  id,
  title: id,
  seconds,
  intervalSeconds: 30,
  rules,
});

const undoable = (steps: readonly Step[]): readonly string[] =>
  steps
    .filter((step) => step.kind === "change" && step.undo !== undefined)
    .map(({ id }) => id)
    .reverse();

export const plan = (steps: readonly Step[], more: Partial<Plan> = {}): Plan => ({
  bound: { stack: "staging", system: "enova", version: "v2", images: ["frontend:v2@sha256:2"] },
  from: "v1",
  steps,
  back: undoable(steps),
  goBack: "all",
  patience: { insufficientSeconds: 1800, brokenSeconds: 600 },
  ...more,
});

/** A ladder as ENOVA has it. */
export const ladder = (weights: readonly number[], seconds = 300): Plan =>
  plan([
    ...weights.flatMap((weight): Step[] => [
      change(`weight ${weight}`, {
        percent: weight,
        change: {
          settings: [{ path: "enova.canary.phase", value: String(weight) }],
          scope: { kind: "system" },
        },
      }),
      soak(`soak ${weight}`, seconds),
    ]),
    change("complete", { percent: 100 }),
  ]);

/** A journal with a clock, to which events are added. */
export class Journal {
  readonly entries: Entry[];
  /** Milliseconds since 1970. */
  now = Date.UTC(2026, 10, 24, 3);

  constructor(plan: Plan) {
    this.entries = [firstEntry("enova-1", plan, "ana", this.now)];
  }

  get state(): State {
    const replayed = replay(this.entries);
    if ("problem" in replayed) throw new Error(replayed.problem);
    return replayed.value;
  }

  add(...events: readonly Event[]): this {
    for (const event of events) this.entries.push(entryOf(this.state, event, this.now));
    return this;
  }

  later(seconds: number): this {
    this.now += seconds * 1000;
    return this;
  }

  next(): Action {
    return next(this.state, this.now);
  }

  /** Does what is next until it is of one of the kinds, answering every reading alike. */
  until(kinds: readonly Action["kind"][], reading: Reading = pass): Action {
    for (let turns = 0; turns < 10_000; turns++) {
      const action = this.next();
      if (kinds.includes(action.kind)) return action;
      this.do(action, () => reading);
    }
    throw new Error(`no ${kinds.join(" or ")} in 10 000 turns`);
  }

  /** Does one action as `golive rollout` would. */
  do(action: Action, reading: (rule: Rule) => Reading): void {
    switch (action.kind) {
      case "record":
        this.add(action.event);
        return;
      case "apply":
        this.add({ kind: "change begun", step: action.step.id }).later(20);
        this.add({ kind: "change done", step: action.step.id });
        return;
      case "undo":
        this.add({ kind: "undo begun", step: action.step.id, also: action.step.also }).later(5);
        this.add({ kind: "undo done", step: action.step.id, also: action.step.also });
        return;
      case "read":
        this.add({
          kind: "readings",
          step: action.step.id,
          readings: action.step.rules.map((rule) => ({ rule: rule.id, reading: reading(rule) })),
        });
        return;
      case "wait":
        this.now = action.until;
        return;
      case "paused":
      case "approval":
        this.now = action.until ?? this.now + 30_000;
        return;
      case "stuck":
      case "finished":
        return;
    }
  }
}
