/** Walks a rollout: asks the engine what is next, does it, keeps it. What the world is, its caller says. */
import type { Action } from "../../rollout/engine";
import type { Entry, Event } from "../../rollout/journal";
import type { Undoable } from "../../rollout/back";
import type { ChangeStep } from "../../rollout/plan";
import type { RuleReading } from "../../rollout/reading";
import type { Rule } from "../../rollout/rule";
import type { Promotion, State } from "../../rollout/state";
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
  /** `promotion`: who let it past its readings, where somebody did. */
  apply(step: ChangeStep, signal: AbortSignal, promotion?: Promotion): Promise<Changed>;
  undo(step: Undoable): Promise<Changed>;
  read(rules: readonly Rule[], elapsedSeconds: number): Promise<readonly RuleReading[]>;
  /** Told of each entry once it is kept; must not throw, and nothing waits for it. */
  kept(entry: Entry, state: State): void;
  /** Told of each action before it is done. */
  doing(action: Action, state: State): void;
}

/** What is next: the engine's own `next`. */
export type Next = (state: State, now: number) => Action;

export type Outcome = "released" | "rolled back" | "stuck" | "interrupted";

/** How often another process's words in the journal are looked for. */
const LISTEN_MS = 1000;

/**
 * Runs a rollout until it has ended, until a person must look, or until `interrupt` is given: then it stays where it is, and
 * another run takes it up.
 */
export async function run(
  journal: Journal,
  next: Next,
  world: World,
  interrupt: AbortSignal,
): Promise<Outcome> {
  const walk = new Walk(journal, world, interrupt);
  for (;;) {
    walk.show();
    if (interrupt.aborted) return "interrupted";
    const action = next(journal.state, world.now());
    world.doing(action, journal.state);
    if (action.kind === "finished") return action.outcome;
    if (action.kind === "stuck") return "stuck";
    try {
      await walk.take(action);
    } catch (error) {
      // Somebody else has written meanwhile: what to do next is asked anew.
      if (!(error instanceof JournalMoved)) throw error;
    }
  }
}

type Ongoing = Exclude<Action, { kind: "finished" | "stuck" }>;

class Walk {
  /** How many entries were shown; of one that is taken up the past is known. */
  private shown: number;

  constructor(
    private readonly journal: Journal,
    private readonly world: World,
    private readonly interrupt: AbortSignal,
  ) {
    const { length } = journal.entries;
    this.shown = length === 1 ? 0 : length;
  }

  /** Shows what was kept meanwhile, by whomever. */
  show(): void {
    const { entries, state } = this.journal;
    for (const entry of entries.slice(this.shown)) this.world.kept(entry, state);
    this.shown = entries.length;
  }

  async take(action: Ongoing): Promise<void> {
    switch (action.kind) {
      case "record":
        return this.decide(action.event);
      case "apply":
        return this.apply(action);
      case "undo":
        return this.undo(action);
      case "read": {
        const { step, elapsedSeconds } = action;
        const readings = await this.world.read(step.rules, elapsedSeconds);
        return this.decide({ kind: "readings", step: step.id, readings });
      }
      case "wait":
        return this.listen(action.until);
      case "paused":
      case "approval":
        return this.listen(action.until ?? Infinity);
    }
  }

  private async apply({ step, again }: Extract<Action, { kind: "apply" }>): Promise<void> {
    await this.world.mayChange();
    if (!again) await this.decide({ kind: "change begun", step: step.id });
    const changed = await this.applied(step);
    if (this.interrupt.aborted && changed.kind === "failed") return;
    // Once the way back has been asked for, how the way there ended changes nothing.
    await this.tell(({ back }) => (back === undefined ? ended("change", step.id, changed) : undefined));
  }

  private async applied(step: ChangeStep): Promise<Changed> {
    const stop = new AbortController();
    const heard = this.hearOfWayBack(stop);
    try {
      return await this.world.apply(step, stop.signal, this.journal.state.promoted);
    } finally {
      await heard.end();
    }
  }

  private async undo({ step, again }: Extract<Action, { kind: "undo" }>): Promise<void> {
    await this.world.mayChange();
    const also = step.also.length === 0 ? {} : { also: step.also };
    if (!again) await this.decide({ kind: "undo begun", step: step.id, ...also });
    const undone = await this.world.undo(step);
    await this.tell(() => ({ ...ended("undo", step.id, undone), ...also }));
  }

  /** Ends a change that is under way once somebody asks for the way back, or the run is interrupted. */
  private hearOfWayBack(stop: AbortController): { end(): Promise<void> } {
    let looking: Promise<void> = Promise.resolve();
    const look = async () => {
      if ((await this.journal.reload()) && this.journal.state.back !== undefined) stop.abort();
    };
    const timer = setInterval(() => {
      looking = look().catch(() => undefined);
    }, LISTEN_MS);
    const end = () => stop.abort();
    this.interrupt.addEventListener("abort", end, { once: true });
    return {
      end: () => {
        clearInterval(timer);
        this.interrupt.removeEventListener("abort", end);
        return looking;
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

  private async decide(event: Event): Promise<void> {
    await this.journal.decide(event, this.world.now());
    this.show();
  }

  private async tell(event: (state: State) => Event | undefined): Promise<void> {
    await this.journal.tell(event, this.world.now());
    this.show();
  }
}

const ended = (what: "change" | "undo", step: string, changed: Changed): Event =>
  changed.kind === "done"
    ? { kind: `${what} done`, step }
    : { kind: `${what} failed`, step, message: changed.message };
