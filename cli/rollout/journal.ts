/** The journal of one rollout: what is kept of it, in order, and what it says of where the rollout stands. */
import type { Entry, Event } from "../../rollout/journal";
import type { Bound } from "../../rollout/plan";
import { JournalMoved, type JournalStore } from "./journal-store";

export class Journal {
  private constructor(
    readonly rollout: string,
    private readonly store: JournalStore,
    private kept: readonly Entry[],
    private readonly parse: (line: string) => Entry,
  ) {}

  static async open(store: JournalStore, rollout: string, parse: (line: string) => Entry): Promise<Journal> {
    const journal = new Journal(rollout, store, [], parse);
    await journal.reload();
    return journal;
  }

  get entries(): readonly Entry[] {
    return this.kept;
  }

  /** Reads what others have written; says whether there was something. */
  async reload(): Promise<boolean> {
    const entries = (await this.store.read(this.rollout)).map(this.parse);
    const isNew = entries.length > this.kept.length;
    this.kept = entries;
    return isNew;
  }

  /**
   * Keeps what was decided from the entries as they are known here.
   *
   * @throws {JournalMoved} where somebody has written meanwhile: the decision is void, and the entries are read anew.
   */
  async decide(bound: Bound, event: Event): Promise<Entry> {
    const sequence = this.kept.length + 1;
    const entry = { sequence, at: new Date().toISOString(), rollout: this.rollout, bound, event };
    try {
      await this.store.append(this.rollout, sequence, JSON.stringify(entry));
    } catch (error) {
      if (error instanceof JournalMoved) await this.reload();
      throw error;
    }
    this.kept = [...this.kept, entry];
    return entry;
  }

  /** Keeps what has happened, after whatever others have written meanwhile. */
  async tell(bound: Bound, event: Event): Promise<Entry> {
    for (;;) {
      try {
        return await this.decide(bound, event);
      } catch (error) {
        if (!(error instanceof JournalMoved)) throw error;
      }
    }
  }
}

/** Id of a rollout that begins now: `enova-20261128T211921Z`. */
export const rolloutId = (system: string, now: Date): string =>
  `${system}-${now.toISOString().replace(/[-:]|\.\d+/g, "")}`;
