/** `golive rollout SYSTEM`: begins a rollout, or takes up the one that is under way, and walks it to its end. */
import { next } from "../../rollout/engine";
import type { Plan } from "../../rollout/plan";
import type { State } from "../../rollout/state";
import { sourcesAt, type Addresses } from "../../readings/sources";
import { UserError } from "../user-error";
import { askBack } from "./ask-back";
import { beginProblems, mayBegin, refuseUnasked } from "./begin";
import { EXIT } from "./exit-codes";
import { Journal, journalsOf, latestOf } from "./journal";
import { Lease, leaseApi } from "./lease";
import { personOf } from "./person";
import { planOf } from "./plan-of";
import { Teller } from "./tell";
import { type Changed, type Next, type Outcome, run, type World } from "./run";
import { openSession, type Reach, type Session } from "./session";
import { planLines, refusedLines } from "./text";
import { sayBeside, viewOf, type View } from "./view";
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

/** Runs it, and gives the exit code. */
export async function rolloutCommand(system: string, options: RolloutOptions): Promise<number> {
  const session = await openSession(options.stack, system);
  if (options.dryRun === true) {
    await dryRun(session, options);
    return EXIT.done;
  }
  return walk(session, options, async (view) => {
    const latest = await latestOf(session);
    if (latest === undefined || latest.state.ended !== undefined) return begin(session, options);
    sameVersion(latest.state, options.to);
    view.say(`taking up ${latest.rollout}, ${latest.state.plan.from} → ${latest.state.bound.version}`);
    for (const line of refusedLines(latest.state)) view.say(line);
    return latest;
  });
}

/** Who is asked: by the command line, else as the stack file has it. */
export function addressesOf({ settings }: Pick<Reach, "settings">, given: Addresses): Addresses {
  const { prometheus, alertmanager, loki } = settings?.observability ?? {};
  return {
    prometheus: given.prometheus ?? prometheus?.url,
    loki: given.loki ?? loki?.url,
    alertmanager: given.alertmanager ?? alertmanager?.url,
  };
}

/** Prints the plan, and what would keep it from beginning now. */
async function dryRun(session: Session, options: RolloutOptions): Promise<void> {
  const state = (await latestOf(session))?.state;
  if (state !== undefined && state.ended === undefined) {
    printPlan(state.plan, options);
    return;
  }
  const plan = planOf(session, addressesOf(session, options), options.to);
  printPlan(plan, options);
  const { to, reason } = options;
  const rollouts = await statesOf(session);
  const problems = await beginProblems(session, { plan, rollouts, now: new Date(), to, reason });
  if (problems.length === 0) return;
  for (const line of ["it would not begin now:", ...problems.map((problem) => `  ${problem}`)]) {
    sayBeside(options, line);
  }
}

const statesOf = async (session: Session): Promise<readonly State[]> =>
  (await journalsOf(session)).map(({ state }) => state);

function printPlan(plan: Plan, { json = false }: RolloutOptions): void {
  console.log(json ? JSON.stringify(plan, undefined, 2) : planLines(plan, new Date()).join("\n"));
}

function sameVersion({ bound, rollout }: State, to: string | undefined): void {
  if (to === undefined || to === bound.version) return;
  throw new UserError(
    `${rollout} of ${bound.version} is under way: end it first, by \`golive rollout abort ${bound.system}\` or by letting it finish.`,
  );
}

async function begin(session: Session, options: RolloutOptions): Promise<Journal> {
  const now = new Date();
  const addresses = addressesOf(session, options);
  const plan = planOf(session, addresses, options.to);
  refuseUnasked(plan, addresses);
  const { to, reason } = options;
  await mayBegin(session, { plan, rollouts: await statesOf(session), now, to, reason });
  const { namespace, traffic, settings } = session;
  const place = { namespace, traffic, kubernetes: settings.kubernetes };
  return Journal.begin(session, plan, { by: personOf(options), override: options.reason, place, now });
}

/** Holds the Lease, and walks the rollout that `choose` gives; undefined: it has ended, and nothing is left to do. */
export async function walk(
  reach: Reach,
  options: RolloutOptions,
  choose: (view: View) => Promise<Journal | undefined>,
  decide: Next = next,
): Promise<number> {
  const { kubectl, namespace, system } = reach;
  const sources = sourcesAt(addressesOf(reach, options));
  const deployment = await reach.deployment();
  const lease = await Lease.acquire(leaseApi(kubectl, namespace, system), { namespace, system });
  const view = viewOf(options);
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const journal = await choose(view);
    if (journal === undefined) return EXIT.done;
    const walked = async (one: Journal, by: Next): Promise<Outcome> => {
      const teller = new Teller(reach, view);
      const acting = worldOf({
        reach,
        rollout: one.rollout,
        deployment,
        lease,
        sources,
        decidedAt: () => one.state.back?.at ?? Date.now(),
        say: (text) => view.say(text),
        safe: (report) => teller.safe(report),
        rollBack: async (rollout) =>
          takenBack(await rolloutOf(reach, rollout), options, (of) => walked(of, next)),
      });
      const world: World = {
        ...acting,
        doing: (action, state) => view.doing(action, state),
        kept(entry, state) {
          view.kept(entry, state);
          teller.kept(entry, state);
        },
      };
      const outcome = await run(one, by, world, interrupt.signal);
      await teller.ended(one);
      return outcome;
    };
    return CODES[await walked(journal, decide)];
  } finally {
    view.end();
    process.off("SIGINT", stop).off("SIGTERM", stop);
    await lease.release();
  }
}

async function rolloutOf({ rollouts, system }: Reach, rollout: string): Promise<Journal> {
  const journal = rollouts && (await Journal.open(rollouts, rollout));
  if (journal !== undefined) return journal;
  throw new UserError(`there is no journal of ${rollout} among the rollouts of ${system}`);
}

/** Once it has gone back, it is not taken back again. */
async function takenBack(
  journal: Journal,
  options: RolloutOptions,
  walked: (journal: Journal) => Promise<Outcome>,
): Promise<Changed> {
  if (journal.state.ended?.outcome === "rolled back") return { kind: "done" };
  const by = personOf(options);
  await askBack(journal, by, options.reason ?? `asked for by ${by}`);
  const outcome = await walked(journal);
  return outcome === "rolled back"
    ? { kind: "done" }
    : { kind: "failed", message: `${journal.rollout}: ${outcome}` };
}

const CODES: Readonly<Record<Outcome, number>> = {
  released: EXIT.done,
  "rolled back": EXIT.rolledBack,
  stuck: EXIT.stuck,
  interrupted: EXIT.interrupted,
};
