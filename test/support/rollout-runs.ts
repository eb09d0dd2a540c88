/** Runs of `golive rollout` on a stage: started, waited for, and read by what they print. */
import assert from "node:assert/strict";
import { z } from "zod";
import { waitUntil } from "./cluster";
import type { Stage, Started } from "./stage";

const entry = z.looseObject({
  at: z.string(),
  event: z.looseObject({
    kind: z.string(),
    step: z.string().optional(),
    reason: z.string().optional(),
    message: z.string().optional(),
    verdict: z.looseObject({ kind: z.string(), by: z.string(), reason: z.string() }).optional(),
    cause: z.looseObject({ kind: z.string() }).optional(),
  }),
});
export type Entry = z.infer<typeof entry>;

/** The journal in what `golive --json` printed. */
export const entriesIn = (output: string): readonly Entry[] =>
  output.split("\n").flatMap((line) => {
    if (!line.startsWith('{"sequence"')) return [];
    const parsed = entry.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  });

/** Steps of events of a kind, in order. */
export const stepsOf = (kind: string, entries: readonly Entry[]): readonly string[] =>
  entries.flatMap(({ event }) => (event.kind === kind ? (event.step ?? []) : []));

/** Verdicts in order, one that is repeated once, and what else took it back: `hold (soak), roll back (fail)`. */
export function verdictsOf(entries: readonly Entry[]): string {
  const all = entries.flatMap(({ event: { verdict, cause } }) => {
    if (verdict !== undefined) return [`${verdict.kind} (${verdict.by})`];
    return cause === undefined || cause.kind === "verdict" ? [] : [cause.kind];
  });
  return all.filter((one, index) => one !== all[index - 1]).join(", ");
}

/** Seconds from the decision to go back to its end, or to the safe weights where a canary says when. */
export function safeIn(output: string): string {
  const said = /safe after ([\d.]+ s)/.exec(output)?.[1];
  if (said !== undefined) return said;
  const entries = entriesIn(output);
  const at = (...kinds: readonly string[]) => entries.find(({ event }) => kinds.includes(event.kind))?.at;
  // Of an order in the journal of a rollout that has ended, what follows it is printed.
  const [from, to] = [at("rolling back", "undo begun"), at("rolled back")];
  if (from === undefined || to === undefined) return "";
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`;
}

export interface Ended {
  readonly code: number | null;
  readonly entries: readonly Entry[];
  readonly output: string;
}

const LIMIT_SECONDS = 420;

/** The rollouts of one system on a stage. */
export class Runs {
  private started: Started[] = [];

  /** `sources`: options that say who is asked for readings. */
  constructor(
    private readonly stage: Stage,
    private readonly system: string,
    private readonly sources: readonly string[],
  ) {}

  private get shared(): readonly string[] {
    return ["--stack", this.stage.stack, "--json", ...this.sources];
  }

  start(...args: readonly string[]): Started {
    return this.keep(this.stage.golive(["rollout", this.system, ...this.shared, ...args]));
  }

  /** To its end. */
  rollout(...args: readonly string[]): Promise<Ended> {
    return this.finish(this.start(...args));
  }

  /** Waits for the end of what was started. */
  finish(process: Started): Promise<Ended> {
    return ended(process);
  }

  rollback(...args: readonly string[]): Promise<Ended> {
    return ended(this.keep(this.stage.golive(["rollback", this.system, ...this.shared, ...args])));
  }

  /** `golive recover`; one that has a journal prints it. */
  recover(what: "database" | "secrets" | "worker", ...args: readonly string[]): Promise<Ended> {
    const words = ["recover", what, this.system, "--stack", this.stage.stack, ...args];
    return ended(this.keep(this.stage.golive(what === "database" ? [...words, "--json"] : words)));
  }

  /** A subcommand that only looks or orders. */
  async say(word: string, ...args: readonly string[]): Promise<string> {
    const words = ["rollout", word, this.system, "--stack", this.stage.stack, ...args];
    const { code, output } = await ended(this.keep(this.stage.golive(words)));
    assert.equal(code, 0, output);
    return output;
  }

  /** Waits until the journal of a running rollout has such entries. */
  async until(process: Started, what: string, test: (entries: readonly Entry[]) => boolean): Promise<void> {
    await waitUntil(
      what,
      () => {
        const found = test(entriesIn(process.output()));
        if (process.child.exitCode === null || found) return found;
        throw new Error(`golive ended (${process.child.exitCode}) before ${what}:\n${process.output()}`);
      },
      LIMIT_SECONDS,
    );
  }

  /** Ends what a test has left running. */
  async end(): Promise<void> {
    for (const { child, ended: gone } of this.started) {
      child.kill("SIGTERM");
      await gone;
    }
    this.started = [];
  }

  private keep(process: Started): Started {
    this.started.push(process);
    return process;
  }
}

async function ended(process: Started): Promise<Ended> {
  const code = await process.ended;
  const output = process.output();
  return { code, entries: entriesIn(output), output };
}
