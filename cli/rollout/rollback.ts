/** `golive rollback`: all traffic back to the version before, by one command, whatever else is broken. */
import { UserError } from "../user-error";
import { keepOrder } from "./control";
import { EXIT } from "./exit-codes";
import { latestOf } from "./journal";
import { personOf } from "./person";
import { openSession } from "./session";
import { walk, type RolloutOptions } from "./start";

/** Writes the way back into the journal of the latest rollout, and walks it unless another process does. */
export async function rollbackCommand(system: string, options: RolloutOptions): Promise<number> {
  const session = await openSession(options.stack, system);
  const journal = await latestOf(session.store);
  if (journal === undefined) {
    throw new UserError(
      `there has been no rollout of ${system} on ${options.stack}, so none can be taken back: \`golive version\` and \`up\` do`,
    );
  }
  const { state } = journal;
  if (state.back === undefined || state.ended !== undefined) {
    const by = personOf(options);
    await keepOrder(journal, { kind: "roll back", by, reason: options.reason ?? `asked for by ${by}` });
  }
  const code = await walk(session, options, (view) => {
    view.say(`going back: ${journal.state.back?.reason ?? ""}`);
    return Promise.resolve(journal);
  });
  return code === EXIT.rolledBack ? EXIT.done : code;
}
