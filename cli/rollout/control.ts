/** What people say to a rollout while it goes on: each is an entry of its journal, which its runner hears within a second. */
import type { Event } from "../../rollout/journal";
import { stateOf, type State } from "../../rollout/state";
import { UserError } from "../user-error";
import { EXIT } from "./exit-codes";
import type { Journal } from "./journal";
import { openSession } from "./session";
import { latestOf, personOf } from "./start";

export interface ControlOptions {
  readonly stack: string;
  readonly by?: string;
  readonly reason?: string;
  readonly role?: string;
}

type Say = (state: State, options: ControlOptions) => Event;

/** The step that is judged or waited at. */
function current({ plan, passed, rollout }: State): string {
  const step = plan.steps.find(({ id }) => !passed.includes(id));
  if (step === undefined) throw new UserError(`${rollout} has no step left`);
  return step.id;
}

const why = ({ reason }: ControlOptions): string => reason ?? "no reason given";

const WORDS = {
  pause: (_, options) => ({ kind: "paused", by: personOf(options), reason: why(options) }),
  resume: (_, options) => ({ kind: "resumed", by: personOf(options) }),
  promote: (state, options) => ({
    kind: "promoted",
    step: current(state),
    by: personOf(options),
    reason: why(options),
  }),
  approve: (state, options) => ({
    kind: "approved",
    step: current(state),
    by: personOf(options),
    role: options.role ?? "",
  }),
  abort: (_, options) => ({ kind: "aborted", by: personOf(options), reason: why(options) }),
} as const satisfies Readonly<Record<string, Say>>;

export type Word = keyof typeof WORDS;

/** Writes it into the journal of the rollout that is under way. */
export async function controlCommand(word: Word, system: string, options: ControlOptions): Promise<number> {
  const session = await openSession(options.stack, system);
  const journal = await underWay(await latestOf(session), system, options.stack);
  const state = stateOf(journal.entries);
  const say: Say = WORDS[word];
  const event = say(state, options);
  fits(word, state);
  await journal.tell(state.bound, event);
  console.log(`${journal.rollout}: ${event.kind} by ${personOf(options)}`);
  return EXIT.done;
}

async function underWay(journal: Journal | undefined, system: string, stack: string): Promise<Journal> {
  if (journal !== undefined && stateOf(journal.entries).ended === undefined) return Promise.resolve(journal);
  throw new UserError(`no rollout of ${system} is under way on ${stack}; \`golive rollout history ${system}\` lists those before`);
}

/** What would mean nothing where the rollout stands is a mistake, and no entry. */
function fits(word: Word, { back, paused, plan, passed, rollout }: State): void {
  const step = plan.steps.find(({ id }) => !passed.includes(id));
  if (back !== undefined) throw new UserError(`${rollout} is going back already: ${back.reason}`);
  if (word === "resume" && paused === undefined) throw new UserError(`${rollout} is not paused`);
  if (word === "promote" && step?.kind !== "soak" && step?.kind !== "verification") {
    throw new UserError(`${rollout} is at "${step?.title ?? ""}", which no reading holds`);
  }
  if (word === "approve" && step?.kind !== "approval") {
    throw new UserError(`${rollout} is at "${step?.title ?? ""}", which asks for no approval`);
  }
}
