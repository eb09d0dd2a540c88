/** `golive rollout status` and `history`: where a rollout stands, and how those before ended. */
import Table from "cli-table3";
import { next } from "../../rollout/engine";
import { summary } from "../../rollout/summary";
import { span } from "../../rollout/words";
import { EXIT } from "./exit-codes";
import { journalsOf, latestOf } from "./journal";
import { screen } from "./screen";
import { openSession } from "./session";
import { entryLine } from "./text";

export interface ShowOptions {
  readonly stack: string;
  readonly json?: boolean;
}

/** The latest rollout, as its journal has it now. */
export async function statusCommand(system: string, { stack, json = false }: ShowOptions): Promise<number> {
  const journal = await latestOf(await openSession(stack, system));
  if (journal === undefined) {
    console.log(json ? "null" : `there has been no rollout of ${system} on ${stack}`);
    return EXIT.done;
  }
  const { state, entries } = journal;
  const action = next(state, Date.now());
  if (json) {
    console.log(JSON.stringify({ ...summary(state), action, verdict: state.verdict }, undefined, 2));
    return EXIT.done;
  }
  console.log(screen(state, action, Date.now()).join("\n"));
  for (const entry of entries) {
    const line = entry.event.kind === "verdict" ? undefined : entryLine(entry, state);
    if (line !== undefined) console.log(`  ${line}`);
  }
  return EXIT.done;
}

/** Every rollout of the system on the stack, the latest last. */
export async function historyCommand(system: string, { stack, json = false }: ShowOptions): Promise<number> {
  const session = await openSession(stack, system);
  const records = (await journalsOf(session)).map(({ state }) => summary(state));
  if (json) {
    console.log(JSON.stringify(records, undefined, 2));
    return EXIT.done;
  }
  const table = new Table({
    head: ["rollout", "from", "to", "began", "took", "downtime", "state", "by", "detail"],
    style: { head: [], border: [] },
  });
  table.push(
    ...records.map((record) => [
      record.rollout,
      record.from,
      record.version,
      record.start,
      span(record.durationSeconds),
      span(record.downtimeSeconds),
      record.finalState,
      record.by,
      record.detail,
    ]),
  );
  console.log(`${table.toString()}\nkept in ${session.store.place}`);
  return EXIT.done;
}
