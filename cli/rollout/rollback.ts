/** `golive rollback`: all traffic back to the version before, by one command, whatever else is broken. */
import path from "node:path";
import { next } from "../../rollout/engine";
import { UserError } from "../user-error";
import { askBack } from "./ask-back";
import { Busy, EXIT } from "./exit-codes";
import { latestOf, type Journal } from "./journal";
import { onceBack, unreadAfter, unreadBefore } from "./unread";
import { personOf } from "./person";
import { lineOf, reachByJournal, refusing } from "./reach";
import { openSession, type Reach } from "./session";
import { walk, type RolloutOptions } from "./start";
import { sayBeside, viewOf } from "./view";

/** Writes the way back into the journal of the latest rollout, and walks it; where another process does, follows that one. */
export async function rollbackCommand(system: string, options: RolloutOptions): Promise<number> {
  const { reach, journal, problem } = await reached(options.stack, system);
  const { state } = journal;
  if (problem !== undefined) {
    const lines = unreadBefore(problem, state);
    for (const line of lines) sayBeside(options, line);
  }
  const by = personOf(options);
  await askBack(journal, by, options.reason ?? `asked for by ${by}`);
  const code = await goBack(reach, options, journal);
  if (problem !== undefined) {
    const lines = unreadAfter(path.basename(reach.file), journal.state);
    for (const line of lines) sayBeside(options, line);
  }
  return code === EXIT.rolledBack ? EXIT.done : code;
}

interface Reached {
  readonly reach: Reach;
  readonly journal: Journal;
  /** What kept the stack from being opened, where something did. */
  readonly problem?: string;
}

/** By its stack file, else by its journal: the way back waits for nothing to be mended. */
async function reached(stack: string, system: string): Promise<Reached> {
  const opened = await openSession(stack, system).catch((error: unknown) => {
    if (error instanceof Error) return error;
    throw error;
  });
  if (opened instanceof Error) return reachByJournal(stack, system, opened);
  const journal = await latestOf(opened);
  if (journal === undefined) {
    throw new UserError(
      `there has been no rollout of ${system} on ${stack}, so none can be taken back: \`golive version\` and \`up\` do`,
    );
  }
  const deployment = () =>
    opened
      .deployment()
      .catch((error: unknown) => refusing(error instanceof Error ? lineOf(error) : String(error)));
  return { reach: { ...opened, deployment }, journal };
}

/** Whoever runs the rollout hears of the way back within a second and walks it; where it dies, this process takes over. */
async function goBack(reach: Reach, options: RolloutOptions, journal: Journal): Promise<number> {
  const decide = reach.settings === undefined ? onceBack : next;
  for (let told = false; ; told = true) {
    try {
      const choose = async (view: { say(text: string): void }) => {
        await journal.reload();
        if (journal.state.ended !== undefined) return undefined;
        view.say(`going back: ${journal.state.back?.reason ?? ""}`);
        return journal;
      };
      return await walk(reach, options, choose, decide);
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
