/**
 * `golive recover database`: schema and data back, in the documents' order, each step kept before it is done and none done twice
 * (rows G14, L19, S7). It stands still where a step fails, and goes on where it is asked again.
 */
import type { Run } from "../../rollout/plan";
import { next } from "../../rollout/engine";
import { recoveryPlan, type Recovery } from "../../rollout/plans/recovery";
import type { Plan } from "../../rollout/plan";
import { databaseOf, type SystemDatabase } from "../../systems/databases";
import { deployedBy, nameOf } from "../../evidence/deployed";
import { EXIT } from "../rollout/exit-codes";
import { jobName } from "../rollout/job";
import { Journal, latestOf } from "../rollout/journal";
import { personOf } from "../rollout/person";
import { openSession, type Session } from "../rollout/session";
import { walk } from "../rollout/start";
import { planLines } from "../rollout/text";
import { UserError } from "../user-error";

export interface DatabaseOptions {
  readonly stack: string;
  /** Version whose migrations are taken back. @default - the schema stays */
  readonly reverse?: string;
  /** Backup that is put back: a dump, or the version before whose migration it was made. @default - the data stay */
  readonly restore?: string;
  /** Whether the code goes back first, as `golive rollback` takes it. */
  readonly code?: boolean;
  /** Whether the Deployments that write have no pods meanwhile. */
  readonly stop?: boolean;
  readonly reason: string;
  readonly by?: string;
  /** Prints the plan and changes nothing. */
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Begins it, or takes up the one that is under way. */
export async function recoverDatabase(system: string, options: DatabaseOptions): Promise<number> {
  const session = await openSession(options.stack, system, "recoveries");
  if (options.dryRun === true) {
    const latest = (await latestOf(session))?.state;
    const plan =
      latest !== undefined && latest.ended === undefined ? latest.plan : await planOf(session, options);
    console.log(
      options.json === true ? JSON.stringify(plan, undefined, 2) : planLines(plan, new Date()).join("\n"),
    );
    return EXIT.done;
  }
  const code = await walk(session, options, async (view) => {
    const latest = await latestOf(session);
    if (latest === undefined || latest.state.ended !== undefined) {
      const { namespace, settings } = session;
      const place = { namespace, kubernetes: settings.kubernetes };
      return Journal.begin(session, await planOf(session, options), {
        ...{ by: personOf(options), now: new Date(), override: options.reason, place },
      });
    }
    view.say(`taking up ${latest.rollout}`);
    await again(latest);
    return latest;
  });
  if (code === EXIT.done) await tidy(session);
  return code;
}

/** Its Jobs go once its journal has their ends: a pod that is there keeps the volume of the backups from being deleted. */
async function tidy(session: Session): Promise<void> {
  const state = (await latestOf(session))?.state;
  if (state === undefined) return;
  for (const { id, ...step } of state.plan.steps) {
    if (!("change" in step && "run" in step.change)) continue;
    const name = jobName(step.change, { rollout: state.rollout, step: id });
    const own = ["--namespace", step.change.namespace, "--ignore-not-found"];
    await session.kubectl(["delete", "job", name, ...own]);
  }
}

/** What failed is begun anew: each Job does its work whole or not at all. */
async function again(journal: Journal): Promise<void> {
  await journal.tell((state) => {
    const action = next(state, Date.now());
    return action.kind === "stuck" && state.back === undefined
      ? { kind: "change begun", step: action.step.id }
      : undefined;
  });
}

/** @throws {UserError} for a system without a database, and for what its database has not. */
async function planOf(session: Session, options: DatabaseOptions): Promise<Plan> {
  const { settings, system, stack } = session;
  const database = databaseOf(settings, system);
  const own = settings.systems[system];
  if (database === undefined || own === undefined) {
    throw new UserError(`${system} has no database of its own; guelaguetza, listacompra and s5 have one`);
  }
  const images = deployedBy(system, own).map(nameOf);
  const version = [...new Set(deployedBy(system, own).map(({ tag }) => tag))].join(", ");
  const bound = { stack, system, version, images };
  return recoveryPlan({ bound, ...recoveryOf(database, options), ...(await codeBack(session, options)) });
}

/** The latest rollout, where it has not gone back already. */
async function codeBack(
  { rollouts, system, stack }: Session,
  { code = false }: DatabaseOptions,
): Promise<Pick<Recovery, "code">> {
  if (!code || rollouts === undefined) return {};
  const state = (await latestOf(rollouts))?.state;
  if (state === undefined)
    throw new UserError(`there has been no rollout of ${system} on ${stack} whose code could go back`);
  return state.ended?.outcome === "rolled back" ? {} : { code: { rollback: state.rollout } };
}

/** The parts that were asked for. */
export function recoveryOf(
  { namespace, job, writers, maintenance, reverse, verify, restore }: SystemDatabase,
  { reverse: version, restore: dump, stop = false }: Pick<DatabaseOptions, "reverse" | "restore" | "stop">,
): Omit<Recovery, "bound"> {
  if (version === undefined && dump === undefined) {
    throw new UserError(
      "expected --reverse VERSION, which takes the version's migrations back, or --restore DUMP or VERSION, which puts a backup back; or both",
    );
  }
  if (dump !== undefined && restore === undefined) {
    throw new UserError(
      "--restore: this database has no backups in the stack file; --reverse VERSION is what there is",
    );
  }
  const run = (name: string, spec: Run["run"]["spec"]): Run => ({
    namespace,
    run: { name: `${job}-${name}`, spec },
  });
  const isByHand = restore !== undefined && "byHand" in restore;
  return {
    maintenance,
    ...(stop || isByHand ? { stop: { namespace, scale: writers } } : {}),
    ...(version === undefined ? {} : { schema: run("back", reverse(version)) }),
    ...(version === undefined || dump !== undefined || verify === undefined
      ? {}
      : { verify: run("verify", verify(version)) }),
    ...(dump === undefined || restore === undefined
      ? {}
      : isByHand
        ? { data: { title: restore.byHand, roles: ["devops"] }, migrate: run("again", restore.migrate) }
        : { data: run("restore", restore(dump)) }),
  };
}
