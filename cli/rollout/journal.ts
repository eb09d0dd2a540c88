/** The journal of one rollout: what is kept of it, in order, and what it says of where the rollout stands. */
import type { Entry, Event } from "../../rollout/journal";
import type { Place } from "../../rollout/place";
import type { Plan } from "../../rollout/plan";
import { entryOf, firstEntry, follow, replay } from "../../rollout/replay";
import type { State } from "../../rollout/state";
import type { Signers } from "../../evidence/signatures";
import { UserError } from "../user-error";
import { Signatures } from "./approval";
import { entryText, parseEntry } from "./entry";
import { JournalMoved, type JournalStore } from "./journal-store";

/** What is known of a rollout as it begins, beside its plan. */
export interface Beginning {
  readonly by: string;
  readonly now: Date;
  /** Why it begins although its release window is shut. */
  readonly override?: string | undefined;
  readonly place?: Place;
}

/** Where a system's journals are, and who must have signed the approvals in them. */
export interface Journals {
  readonly store: JournalStore;
  readonly signers: Signers;
}

export class Journal {
  private constructor(
    readonly rollout: string,
    readonly store: JournalStore,
    private readonly signatures: Signatures,
    private kept: readonly Entry[],
    private known: State,
  ) {}

  /** Undefined where nothing is kept of such a rollout. */
  static async open({ store, signers }: Journals, rollout: string): Promise<Journal | undefined> {
    const entries = (await store.read(rollout)).map(parseEntry);
    if (entries.length === 0) return undefined;
    const signatures = new Signatures(signers);
    return new Journal(rollout, store, signatures, entries, await stateOf(rollout, entries, signatures));
  }

  /** Begins one, by its first entry. */
  static async begin(
    { store, signers }: Journals,
    plan: Plan,
    { by, now, ...more }: Beginning,
  ): Promise<Journal> {
    const rollout = rolloutId(plan.bound.system, now);
    const first = firstEntry(rollout, plan, by, now.getTime());
    const entry = { ...first, event: { ...first.event, ...more } };
    await store.append(rollout, 1, entryText(entry));
    const signatures = new Signatures(signers);
    return new Journal(rollout, store, signatures, [entry], await stateOf(rollout, [entry], signatures));
  }

  get entries(): readonly Entry[] {
    return this.kept;
  }

  get state(): State {
    return this.known;
  }

  /** Reads what others have written; says whether there was something. */
  async reload(): Promise<boolean> {
    const entries = (await this.store.read(this.rollout)).map(parseEntry);
    const isNew = entries.length > this.kept.length;
    this.kept = entries;
    this.known = await stateOf(this.rollout, entries, this.signatures);
    return isNew;
  }

  /**
   * Keeps what was decided from the entries as they are known here.
   *
   * @throws {JournalMoved} where somebody has written meanwhile: the decision is void, and the entries are read anew.
   */
  async decide(event: Event, now = Date.now()): Promise<Entry> {
    const entry = entryOf(this.known, event, now);
    // What could not be read back is never written.
    const signatureOf = await this.signatures.of([entry]);
    const after = follow(this.known, entry, signatureOf(entry));
    if ("problem" in after) throw new Error(`${this.rollout}: ${after.problem}`);
    try {
      await this.store.append(this.rollout, entry.sequence, entryText(entry));
    } catch (error) {
      if (error instanceof JournalMoved) await this.reload();
      throw error;
    }
    this.kept = [...this.kept, entry];
    this.known = after.value;
    return entry;
  }

  /** Keeps what `event` gives for the entries as they then are, whoever else writes meanwhile; nothing for undefined. */
  async tell(event: (state: State) => Event | undefined, now = Date.now()): Promise<Entry | undefined> {
    for (;;) {
      const told = event(this.known);
      if (told === undefined) return undefined;
      try {
        return await this.decide(told, now);
      } catch (error) {
        if (!(error instanceof JournalMoved)) throw error;
      }
    }
  }
}

/** @throws {UserError} where the entries are no journal of one rollout. */
async function stateOf(rollout: string, entries: readonly Entry[], signatures: Signatures): Promise<State> {
  const replayed = replay(entries, await signatures.of(entries));
  if ("value" in replayed) return replayed.value;
  throw new UserError(`the journal of ${rollout} cannot be read: ${replayed.problem}`);
}

/** Id of a rollout that begins now: `enova-20261128T211921Z`. */
const rolloutId = (system: string, now: Date): string =>
  `${system}-${now.toISOString().replace(/[-:]|\.\d+/g, "")}`;

/** The latest rollout of a system on a stack. */
export async function latestOf(journals: Journals): Promise<Journal | undefined> {
  const rollout = (await journals.store.rollouts()).at(-1);
  return rollout === undefined ? undefined : Journal.open(journals, rollout);
}

/** All of them, from the first to the latest. */
export async function journalsOf(journals: Journals): Promise<readonly Journal[]> {
  const rollouts = await journals.store.rollouts();
  const opened = await Promise.all(rollouts.map((rollout) => Journal.open(journals, rollout)));
  return opened.flatMap((journal) => journal ?? []);
}
