/**
 * `golive recover worker`: what a command can do where a worker's jobs fail: starts its pods anew, so that jobs which nobody
 * confirmed go back to the queue; gives it more pods where that is asked; and watches the queue. Row L19, "Fallo de worker IA".
 */
import { setTimeout as delay } from "node:timers/promises";
import { APPLICATION } from "../../observability/metrics/application";
import { max, now, select } from "../../observability/promql/expression";
import { askQuery } from "../../readings/prometheus";
import { sourcesAt, type Addresses } from "../../readings/sources";
import { LISTACOMPRA, releaseResources } from "../../systems/names";
import { EXIT } from "../rollout/exit-codes";
import { openSession, type Session } from "../rollout/session";
import { addressesOf } from "../rollout/start";
import { UserError } from "../user-error";
import { whileHeld } from "./while-held";
import { writeAndUp } from "./write-and-up";

export interface WorkerOptions extends Addresses {
  readonly stack: string;
  /** Pods that it gets, for good. @default - as many as the stack file has */
  readonly replicas?: string;
}

/** Seconds for which the new pods may take to be ready, and the queue to begin to fall. */
const READY_SECONDS = 300;
const QUEUE_SECONDS = 120;
const LOOK_AGAIN_MS = 5000;

/** Does it; the exit code is that of what stands still where the queue does not fall, or nobody can say. */
export async function recoverWorker(system: string, options: WorkerOptions): Promise<number> {
  const session = await openSession(options.stack, system);
  const { listacompra } = session.settings.systems;
  if (session.system !== "listacompra" || listacompra === undefined) {
    throw new UserError(`${system} has no worker; listacompra has one`);
  }
  const replicas = podsOf(options.replicas);
  const deployment = LISTACOMPRA.worker;
  return whileHeld(session, async () => {
    const before = await queued(session, options);
    console.log(`queue: ${said(before)}`);
    await restarted(session, deployment);
    if (replicas !== undefined) await scaled(session, listacompra.worker.release, replicas);
    return watched(session, options, before);
  });
}

function podsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const pods = Number(text);
  if (Number.isInteger(pods) && pods > 0) return pods;
  throw new UserError(`--replicas ${text}: expected a number of pods such as 4`);
}

async function restarted({ kubectl, namespace }: Session, deployment: string): Promise<void> {
  await kubectl(["rollout", "restart", "deployment", deployment, "--namespace", namespace]);
  console.log(`${deployment} starts anew: jobs that nobody confirmed go back to the queue`);
  const wait = ["rollout", "status", "deployment", deployment, "--namespace", namespace];
  await kubectl([...wait, `--timeout=${READY_SECONDS}s`, "--request-timeout=0"]);
  console.log(`${deployment}: its new pods are ready`);
}

async function scaled(session: Session, release: string, replicas: number): Promise<void> {
  const path = `${session.system}.worker.replicas`;
  await writeAndUp(session, [{ path, value: replicas }], {
    scope: { kind: "resources", names: releaseResources(release) },
    message: `golive recover worker: ${replicas} pods`,
    does: `gives it ${replicas} pods`,
  });
  console.log(`${replicas} pods are there`);
}

/** Jobs that wait, all queues together; a text where nobody can say. */
async function queued(session: Session, options: WorkerOptions): Promise<number | string> {
  const { prometheus } = sourcesAt(addressesOf(session, options));
  if (prometheus === undefined)
    return "golive:observability.prometheus.url is not set, and --prometheus not given";
  const { namespace } = session;
  const depth = max(now(select(APPLICATION.queueDepth, { namespace }))).by("queue");
  const answer = await askQuery(prometheus, "promql", depth.text);
  if (answer.kind !== "values") return answer.message;
  return answer.values.length === 0 ? "no series tells it" : answer.values.reduce((sum, one) => sum + one, 0);
}

const said = (depth: number | string): string =>
  typeof depth === "number" ? `${depth} jobs wait` : `nobody can say (${depth})`;

async function watched(session: Session, options: WorkerOptions, before: number | string): Promise<number> {
  const end = performance.now() + QUEUE_SECONDS * 1000;
  for (;;) {
    const after = await queued(session, options);
    const falls =
      typeof after === "number" && (after === 0 || (typeof before === "number" && after < before));
    if (falls || typeof after === "string" || performance.now() > end) {
      console.log(`queue: ${said(after)}${falls ? ", and it falls" : ""}`);
      return falls ? EXIT.done : EXIT.stuck;
    }
    await delay(LOOK_AGAIN_MS);
  }
}
