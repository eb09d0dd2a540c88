/** Walks a rollout: asks the engine what is next, does it, keeps it. What the world is, its caller says. */
import type { Action } from "../../rollout/engine";
import type { Entry, Event } from "../../rollout/journal";
import type { Change, ChangeStep } from "../../rollout/plan";
import type { RuleReading } from "../../rollout/reading";
import type { Rule } from "../../rollout/rule";
import type { State } from "../../rollout/state";
import type { Journal } from "./journal";
import { JournalMoved } from "./journal-store";

/** How a change ended. */
export type Changed = { readonly kind: "done" } | { readonly kind: "failed"; readonly message: string };

/** What a rollout is run with. */
export interface World {
  now(): number;
  /** Comes back at that time, or sooner once the signal is given. */
  sleep(until: number, signal: AbortSignal): Promise<void>;
  /** Before anything is changed: comes back once nobody else may change the system, and throws where somebody else does. */
  mayChange(): Promise<void>;
  apply(step: ChangeStep, change: Change, signal: AbortSignal): Promise<Changed>;
  undo(step: ChangeStep, change: Change): Promise<Changed>;
  read(rules: readonly Rule[], elapsedSeconds: number): Promise<readonly RuleReading[]>;
  /** Told of each entry once it is kept; must not throw, and nothing waits for it. */
  kept(entry: Entry, state: State): void;
  /** Told of each action before it is done. */
  doing(action: Action, state: State): void;
}

/** The pure engine. */
export interface Engine {
  stateOf(entries: readonly Entry[]): State;
  next(state: State, now: number): Action;
}

export type Outcome = "released" | "rolled back" | "stuck" | "interrupted";

/** How often another process's words in the journal are looked for. */
const LISTEN_MS = 1000;

/**
 * Runs a rollout until it has ended, until a person must look, or until `interrupt` is given: then it stays where it is, and
 * another run takes it up.
 */
export async function run(
  journal: Journal,
  engine: Engine,
  world: World,
  interrupt: AbortSignal,
): Promise<Outcome> {
  const walk = new Walk(journal, engine, world, interrupt);
  for (;;) {
    if (interrupt.aborted) return "interrupted";
    const state = engine.stateOf(journal.entries);
    const action = engine.next(state, world.now());
    world.doing(action, state);
    if (action.kind === "finished") return action.outcome;
    if (action.kind === "stuck") return "stuck";
    try {
      await walk.take(action, state);
    } catch (error) {
      // Somebody else has written meanwhile: what to do next is asked anew.
      if (!(error instanceof JournalMoved)) throw error;
    }
  }
}

type Ongoing = Exclude<Action, { kind: "finished" | "stuck" }>;

class Walk {
  constructor(
    private readonly journal: Journal,
    private readonly engine: Engine,
    private readonly world: World,
    private readonly interrupt: AbortSignal,
  ) {}

  async take(action: Ongoing, state: State): Promise<void> {
    switch (action.kind) {
      case "record":
        return this.decide(state, action.event);
      case "apply":
        return this.apply(action, state);
      case "undo":
        return this.undo(action, state);
      case "read": {
        const { step, elapsedSeconds } = action;
        const readings = await this.world.read(step.rules, elapsedSeconds);
        return this.decide(state, { kind: "readings", step: step.id, readings });
      }
      case "wait":
        return this.listen(action.until);
      case "paused":
      case "approval":
        return this.listen(Infinity);
    }
  }

  private async apply({ step, again }: Extract<Action, { kind: "apply" }>, state: State): Promise<void> {
    await this.world.mayChange();
    if (!again) await this.decide(state, { kind: "change begun", step: step.id });
    const stop = new AbortController();
    const heard = this.hearOfWayBack(stop);
    const changed = await this.world.apply(step, step.change, stop.signal).finally(() => {
      heard.end();
    });
    if (this.interrupt.aborted && changed.kind === "failed") return;
    await this.tell(
      state,
      changed.kind === "done"
        ? { kind: "change done", step: step.id }
        : { kind: "change failed", step: step.id, message: changed.message },
    );
  }

  private async undo({ step, again }: Extract<Action, { kind: "undo" }>, state: State): Promise<void> {
    if (step.undo === undefined) throw new Error(`step ${step.id} has no way back`);
    await this.world.mayChange();
    if (!again) await this.decide(state, { kind: "undo begun", step: step.id });
    const undone = await this.world.undo(step, step.undo);
    await this.tell(
      state,
      undone.kind === "done"
        ? { kind: "undo done", step: step.id }
        : { kind: "undo failed", step: step.id, message: undone.message },
    );
  }

  /** Ends a change that is under way once somebody asks for the way back, or the run is interrupted. */
  private hearOfWayBack(stop: AbortController): { end(): void } {
    let last = this.journal.entries.length;
    const look = async () => {
      if (!(await this.journal.reload())) return;
      const heard = this.journal.entries.slice(last).map(({ event }) => event.kind);
      last = this.journal.entries.length;
      if (heard.some((kind) => kind === "aborted" || kind === "rolling back")) stop.abort();
    };
    const timer = setInterval(() => void look().catch(() => undefined), LISTEN_MS);
    const end = () => stop.abort();
    this.interrupt.addEventListener("abort", end, { once: true });
    return {
      end: () => {
        clearInterval(timer);
        this.interrupt.removeEventListener("abort", end);
      },
    };
  }

  /** Waits until that time, or until somebody has written to the journal. */
  private async listen(until: number): Promise<void> {
    while (this.world.now() < until && !this.interrupt.aborted) {
      await this.world.sleep(Math.min(until, this.world.now() + LISTEN_MS), this.interrupt);
      if (await this.journal.reload().catch(() => false)) return;
    }
  }

  private async decide({ bound }: State, event: Event): Promise<void> {
    this.world.kept(await this.journal.decide(bound, event), this.engine.stateOf(this.journal.entries));
  }

  private async tell({ bound }: State, event: Event): Promise<void> {
    this.world.kept(await this.journal.tell(bound, event), this.engine.stateOf(this.journal.entries));
  }
}
