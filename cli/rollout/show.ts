/** `golive rollout status` and `history`: where a rollout stands, and how those before ended. */
import Table from "cli-table3";
import { next } from "../../rollout/engine";
import { stateOf, type State } from "../../rollout/state";
import { span } from "../../rollout/words";
import { parseEntry } from "./entry";
import { EXIT } from "./exit-codes";
import { Journal } from "./journal";
import { screen } from "./screen";
import { openSession } from "./session";
import { latestOf } from "./start";
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
  const state = stateOf(journal.entries);
  const action = next(state, Date.now());
  if (json) {
    console.log(JSON.stringify({ ...state, action }, undefined, 2));
  } else {
    console.log(screen(state, action, Date.now()).join("\n"));
    for (const entry of journal.entries) {
      const line = entry.event.kind === "verdict" ? undefined : entryLine(entry, state.plan);
      if (line !== undefined) console.log(`  ${line}`);
    }
  }
  return EXIT.done;
}

/** A rollout as a record: start, end, duration, downtime, incidents, final state (row G17). */
export interface RolloutRecord {
  readonly rollout: string;
  readonly from: string;
  readonly version: string;
  readonly images: readonly string[];
  readonly by: string;
  readonly start: string;
  /** Absent while it is under way. */
  readonly end?: string;
  readonly seconds: number;
  /** Seconds for which users were not served, by the plan's own steps. */
  readonly downtimeSeconds: number;
  readonly incidents: readonly string[];
  readonly state: "under way" | "released" | "rolled back";
  readonly reason?: string;
}

export function recordOf(state: State, now: number): RolloutRecord {
  const { ended, bound, plan, back } = state;
  const end = ended?.at ?? now;
  return {
    rollout: state.rollout,
    from: plan.from,
    version: bound.version,
    images: bound.images,
    by: state.by,
    start: new Date(state.startedAt).toISOString(),
    ...(ended === undefined ? {} : { end: new Date(ended.at).toISOString() }),
    seconds: Math.round((end - state.startedAt) / 1000),
    downtimeSeconds: downtimeOf(state, end),
    incidents: state.incidents.map(({ title, severity }) => `${severity}: ${title}`),
    state: ended?.outcome ?? "under way",
    ...(back === undefined ? {} : { reason: back.reason }),
  };
}

/** From when a step began by which users are not served, to when the one that ends it was done. */
function downtimeOf({ plan, changes }: State, end: number): number {
  let since: number | undefined;
  let seconds = 0;
  for (const step of plan.steps) {
    const at = changes[step.id]?.at;
    if (step.kind !== "change" || at === undefined) continue;
    if (step.downtime === "begins") since ??= at;
    if (step.downtime === "ends" && since !== undefined) {
      seconds += (at - since) / 1000;
      since = undefined;
    }
  }
  return Math.round(since === undefined ? seconds : seconds + (end - since) / 1000);
}

/** Every rollout of the system on the stack, the latest last. */
export async function historyCommand(system: string, { stack, json = false }: ShowOptions): Promise<number> {
  const { store } = await openSession(stack, system);
  const records: RolloutRecord[] = [];
  for (const rollout of await store.rollouts()) {
    const { entries } = await Journal.open(store, rollout, parseEntry);
    if (entries.length > 0) records.push(recordOf(stateOf(entries), Date.now()));
  }
  if (json) {
    console.log(JSON.stringify(records, undefined, 2));
    return EXIT.done;
  }
  const table = new Table({
    head: ["rollout", "from", "to", "began", "took", "downtime", "ended", "by", "because"],
    style: { head: [], border: [] },
  });
  table.push(
    ...records.map((record) => [
      record.rollout,
      record.from,
      record.version,
      record.start,
      span(record.seconds),
      span(record.downtimeSeconds),
      record.state,
      record.by,
      record.reason ?? "",
    ]),
  );
  console.log(`${table.toString()}\nkept in ${store.place}`);
  return EXIT.done;
}
