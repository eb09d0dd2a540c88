/** The word by which a rollout goes back. */
import { next } from "../../rollout/engine";
import type { State } from "../../rollout/state";
import { keepOrder } from "./control";
import type { Journal } from "./journal";

/** Whether a way back that goes on would be walked without another word: one that has ended or stands still would not. */
function mustBeAsked(state: State): boolean {
  return state.back === undefined || !["undo", "record"].includes(next(state, Date.now()).kind);
}

/** Writes it into the journal, where it is not there. */
export async function askBack(journal: Journal, by: string, reason: string): Promise<void> {
  if (mustBeAsked(journal.state)) await keepOrder(journal, { kind: "roll back", by, reason });
}
