/** `golive rollback`: all traffic back to the version before, by one command, whatever else is broken. */
import { UserError } from "../user-error";
import { keepOrder } from "./control";
import { Busy, EXIT } from "./exit-codes";
import { latestOf, type Journal } from "./journal";
import { personOf } from "./person";
import { openSession, type Session } from "./session";
import { walk, type RolloutOptions } from "./start";
import { viewOf } from "./view";

/** Writes the way back into the journal of the latest rollout, and walks it; where another process does, follows that one. */
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
  const code = await goBack(session, options, journal);
  return code === EXIT.rolledBack ? EXIT.done : code;
}

/** Whoever runs the rollout hears of the way back within a second and walks it; where it dies, this process takes over. */
async function goBack(session: Session, options: RolloutOptions, journal: Journal): Promise<number> {
  for (let told = false; ; told = true) {
    try {
      return await walk(session, options, async (view) => {
        await journal.reload();
        if (journal.state.ended !== undefined) return undefined;
        view.say(`going back: ${journal.state.back?.reason ?? ""}`);
        return journal;
      });
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
      await showNews(journal, options, told ? undefined : `${error.message} It goes back; this follows it.`);
      if (journal.state.ended !== undefined) return EXIT.rolledBack;
    }
  }
}

/** What another process has kept since this was last asked. */
async function showNews(journal: Journal, options: RolloutOptions, first: string | undefined): Promise<void> {
  const known = journal.entries.length;
  await journal.reload();
  const view = viewOf(options);
  if (first !== undefined) view.say(first);
  for (const entry of journal.entries.slice(known)) view.kept(entry, journal.state);
  view.end();
}
