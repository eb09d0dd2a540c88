/** What people tell a rollout while it goes on: each order is kept in its journal, which its runner hears within a second. */
import type { Event } from "../../rollout/journal";
import { follow, type Order } from "../../rollout/orders";
import { UserError } from "../user-error";
import { approveOrder } from "./approval";
import { EXIT } from "./exit-codes";
import { latestOf, type Journal } from "./journal";
import { type Journaled, openSession } from "./session";
import { personOf } from "./person";

export interface ControlOptions {
  readonly stack: string;
  readonly by?: string;
  readonly reason?: string;
  readonly role?: string;
  /** File of the private key that signs an approval. */
  readonly key?: string;
}

export type Word = Exclude<Order["kind"], "roll back">;

function orderOf(word: Exclude<Word, "approve">, options: ControlOptions): Order {
  const by = personOf(options);
  const reason = options.reason ?? "";
  switch (word) {
    case "resume":
      return { kind: word, by };
    case "pause":
    case "promote":
    case "abort":
      return { kind: word, by, reason };
  }
}

/** Writes the order into the journal of the latest rollout, or recovery. */
export async function controlCommand(
  word: Word,
  system: string,
  options: ControlOptions,
  journaled: Journaled = "rollouts",
): Promise<number> {
  const session = await openSession(options.stack, system, journaled);
  const journal = await latestOf(session);
  if (journal === undefined) {
    const what = { rollouts: "rollout", recoveries: "recovery" }[journaled];
    throw new UserError(`there has been no ${what} of ${system} on ${options.stack}`);
  }
  const by = personOf(options);
  const { role = "", key } = options;
  const order =
    word === "approve"
      ? await approveOrder(journal.state, { by, role, key }, session)
      : orderOf(word, options);
  await keepOrder(journal, order);
  console.log(`${journal.rollout}: ${word}, by ${by}${howSigned(order)}`);
  return EXIT.done;
}

const howSigned = (order: Order): string =>
  order.kind !== "approve" ? "" : order.signed === undefined ? ", unsigned" : ", signed";

/** @throws {UserError} where the order means nothing as the rollout stands. */
export async function keepOrder(journal: Journal, order: Order): Promise<void> {
  let events: readonly Event[] = [];
  await journal.tell((state) => {
    const followed = follow(state, order, Date.now());
    if ("problem" in followed) throw new UserError(`${journal.rollout}: ${followed.problem}`);
    events = followed.value;
    return events[0];
  });
  for (const event of events.slice(1)) await journal.tell(() => event);
}
