/** What people tell a rollout while it goes on: each order is kept in its journal, which its runner hears within a second. */
import type { Event } from "../../rollout/journal";
import { follow, type Order } from "../../rollout/orders";
import { UserError } from "../user-error";
import { EXIT } from "./exit-codes";
import { latestOf, type Journal } from "./journal";
import { openSession } from "./session";
import { personOf } from "./person";

export interface ControlOptions {
  readonly stack: string;
  readonly by?: string;
  readonly reason?: string;
  readonly role?: string;
}

export type Word = Exclude<Order["kind"], "roll back">;

function orderOf(word: Word, options: ControlOptions): Order {
  const by = personOf(options);
  const reason = options.reason ?? "";
  switch (word) {
    case "resume":
      return { kind: word, by };
    case "approve":
      return { kind: word, by, role: options.role ?? "" };
    case "pause":
    case "promote":
    case "abort":
      return { kind: word, by, reason };
  }
}

/** Writes the order into the journal of the latest rollout. */
export async function controlCommand(word: Word, system: string, options: ControlOptions): Promise<number> {
  const { store } = await openSession(options.stack, system);
  const journal = await latestOf(store);
  if (journal === undefined)
    throw new UserError(`there has been no rollout of ${system} on ${options.stack}`);
  await keepOrder(journal, orderOf(word, options));
  console.log(`${journal.rollout}: ${word}, by ${personOf(options)}`);
  return EXIT.done;
}

/** @throws {UserError} where the order means nothing as the rollout stands. */
export async function keepOrder(journal: Journal, order: Order): Promise<void> {
  let events: readonly Event[] = [];
  await journal.tell((state) => {
    const followed = follow(state, order);
    if ("problem" in followed) throw new UserError(`${journal.rollout}: ${followed.problem}`);
    events = followed.value;
    return events[0];
  });
  for (const event of events.slice(1)) await journal.tell(() => event);
}
