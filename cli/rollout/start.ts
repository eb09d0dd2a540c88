/** `golive rollout SYSTEM`: begins a rollout, or takes up the one that is under way, and walks it to its end. */
import { userInfo } from "node:os";
import { next } from "../../rollout/engine";
import type { Entry } from "../../rollout/journal";
import type { Plan } from "../../rollout/plan";
import { stateOf, type State } from "../../rollout/state";
import { sourcesAt, type Addresses } from "../../readings/sources";
import { UserError } from "../user-error";
import { mayBegin } from "./begin";
import { Deployment } from "./deployment";
import { EXIT } from "./exit-codes";
import { Journal, rolloutId } from "./journal";
import { Lease, leaseApi } from "./lease";
import { parseEntry } from "./entry";
import { planOf } from "./plan-of";
import { Teller } from "./tell";
import { run, type Outcome, type World } from "./run";
import { openSession, type Session } from "./session";
import { planLines } from "./text";
import { viewOf, type View } from "./view";
import { worldOf } from "./world";

export interface RolloutOptions extends Addresses {
  readonly stack: string;
  /** Version to release. @default - the one that the stack file has */
  readonly to?: string;
  /** Prints the plan and changes nothing. */
  readonly dryRun?: boolean;
  readonly json?: boolean;
  /** Why it begins outside the release window. */
  readonly reason?: string;
  /** Who runs it. @default - the user of this machine */
  readonly by?: string;
}

export const personOf = ({ by }: { readonly by?: string | undefined }): string => by ?? userInfo().username;

/** Runs it, and gives the exit code. */
export async function rolloutCommand(system: string, options: RolloutOptions): Promise<number> {
  const session = await openSession(options.stack, system);
  const latest = await latestOf(session);
  const isUnderWay = latest !== undefined && stateOf(latest.entries).ended === undefined;
  if (options.dryRun === true) {
    const plan = isUnderWay ? stateOf(latest.entries).plan : planOf(session, options.to);
    printPlan(plan, options);
    return EXIT.done;
  }
  return walk(session, options, async (view) => {
    const again = await latestOf(session);
    const state = again === undefined ? undefined : stateOf(again.entries);
    if (again === undefined || state === undefined || state.ended !== undefined) {
      return begin(session, options);
    }
    view.say(`taking up ${again.rollout}, ${state.plan.from} → ${state.bound.version}`);
    sameVersion(state, options.to);
    return again;
  });
}

function printPlan(plan: Plan, { json = false }: RolloutOptions): void {
  console.log(json ? JSON.stringify(plan, undefined, 2) : planLines(plan, new Date()).join("\n"));
}

function sameVersion({ bound, rollout }: State, to: string | undefined): void {
  if (to === undefined || to === bound.version) return;
  throw new UserError(
    `${rollout} of ${bound.version} is under way: end it first, by \`golive rollout abort ${bound.system}\` or by letting it finish.`,
  );
}

/** The latest rollout of a system on a stack. */
export async function latestOf({ store }: Session): Promise<Journal | undefined> {
  const rollout = (await store.rollouts()).at(-1);
  if (rollout === undefined) return undefined;
  const journal = await Journal.open(store, rollout, parseEntry);
  return journal.entries.length === 0 ? undefined : journal;
}

async function begin(session: Session, options: RolloutOptions): Promise<Journal> {
  const now = new Date();
  const plan = planOf(session, options.to);
  await mayBegin(session, plan, now, options.reason);
  const journal = await Journal.open(session.store, rolloutId(session.system, now), parseEntry);
  const override = options.reason === undefined ? {} : { override: options.reason };
  await journal.decide(plan.bound, { kind: "started", plan, by: personOf(options), ...override });
  return journal;
}

/** Holds the Lease, and walks the rollout that `choose` gives. */
export async function walk(
  session: Session,
  options: RolloutOptions,
  choose: (view: View) => Promise<Journal>,
): Promise<number> {
  const { kubectl, namespace, system, engine, stack } = session;
  const sources = sourcesAt(options);
  const deployment = await Deployment.of(engine, stack);
  const lease = await Lease.acquire(leaseApi(kubectl, namespace, system), { namespace, system });
  const view = viewOf(options);
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const teller = new Teller(session, view);
  try {
    const journal = await choose(view);
    const acting = worldOf({
      session,
      rollout: journal.rollout,
      deployment,
      lease,
      sources,
      decidedAt: () => stateOf(journal.entries).back?.at ?? Date.now(),
      say: (text) => view.say(text),
      safe: (report) => teller.safe(report),
    });
    const world: World = {
      ...acting,
      doing: (action, state) => view.doing(action, state),
      kept(entry, state) {
        view.kept(entry, state);
        teller.kept(entry, state);
      },
    };
    showBeginning(view, journal.entries);
    const outcome = await run(journal, { stateOf, next }, world, interrupt.signal);
    await teller.ended(stateOf(journal.entries));
    return CODES[outcome];
  } finally {
    view.end();
    process.off("SIGINT", stop).off("SIGTERM", stop);
    await lease.release();
  }
}

const CODES: Readonly<Record<Outcome, number>> = {
  released: EXIT.done,
  "rolled back": EXIT.rolledBack,
  stuck: EXIT.stuck,
  interrupted: EXIT.interrupted,
};

/** A rollout that begins shows its first entry; of one that is taken up its past is known. */
function showBeginning(view: View, entries: readonly Entry[]): void {
  const [first, second] = entries;
  if (first !== undefined && second === undefined) view.kept(first, stateOf(entries));
}
