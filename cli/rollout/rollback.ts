/** `golive rollback`: all traffic back to the version before, by one command, whatever else is broken. */
import { stateOf } from "../../rollout/state";
import { UserError } from "../user-error";
import { EXIT } from "./exit-codes";
import { openSession } from "./session";
import { latestOf, personOf, walk, type RolloutOptions } from "./start";

/**
 * Writes the way back into the journal of the latest rollout, and walks it; a runner that is alive walks it itself, since it
 * hears of it within a second, and is watched until it has.
 */
export async function rollbackCommand(system: string, options: RolloutOptions): Promise<number> {
  const session = await openSession(options.stack, system);
  const journal = await latestOf(session);
  if (journal === undefined) {
    throw new UserError(
      `there has been no rollout of ${system} on ${options.stack}, so none can be taken back: \`golive version\` and \`up\` do.`,
    );
  }
  const state = stateOf(journal.entries);
  if (state.ended?.outcome === "rolled back") {
    throw new UserError(`${journal.rollout} has gone back already, to ${state.plan.from}`);
  }
  const by = personOf(options);
  const reason = options.reason ?? `asked for by ${by}`;
  if (state.back === undefined) {
    await journal.tell(state.bound, { kind: "rolling back", cause: { kind: "asked", by }, reason });
  }
  const code = await walk(session, options, () => Promise.resolve(journal));
  return code === EXIT.rolledBack ? EXIT.done : code;
}
