/**
 * One rollout of a system at a time, on whichever machine: a Lease in the system's namespace, as controllers elect their
 * leader. https://kubernetes.io/docs/concepts/architecture/leases/
 */
import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { Busy } from "./exit-codes";
import { KubectlFailed, type Kubectl } from "./kubectl";

const leaseObject = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().optional() }),
  spec: z.looseObject({
    holderIdentity: z.string().default(""),
    acquireTime: z.string().default(""),
    renewTime: z.string().default(""),
  }),
});
type LeaseObject = z.infer<typeof leaseObject>;

/** The Lease as the API server holds it. What it refuses because another was quicker is `"taken"`. */
export interface LeaseApi {
  get(): Promise<LeaseObject | undefined>;
  create(lease: object): Promise<LeaseObject | "taken">;
  /** Replaces the version that was read. */
  replace(lease: object): Promise<LeaseObject | "taken">;
}

export interface LeaseOptions {
  readonly namespace: string;
  /** Key of the system, e.g. `enova`. */
  readonly system: string;
  /** Seconds after which a holder that does not renew has lost it. @default 30 */
  readonly seconds?: number;
  /** Who asks. @default - this process on this machine */
  readonly identity?: string;
}

const SECONDS = 30;
const LOOK_AGAIN_MS = 500;

/** `user@machine:pid:nonce`: the machine's own processes can tell whether the holder is alive. */
export const identityOf = (pid = process.pid): string =>
  `${userInfo().username}@${hostname()}:${pid}:${randomBytes(4).toString("hex")}`;

export const leaseName = (system: string): string => `golive-rollout-${system}`;

/** Somebody else has taken the Lease: nothing more may be changed by this process. */
export class LeaseLost extends Busy {}

/** A Lease that this process holds, renewed until it is released. */
export class Lease {
  private timer: NodeJS.Timeout | undefined;
  private confirmedAt = performance.now();
  private renewing: Promise<void> | undefined;

  private constructor(
    private readonly api: LeaseApi,
    private object: LeaseObject,
    private readonly asked: Required<LeaseOptions>,
  ) {
    this.timer = setInterval(
      () => void this.confirm().catch(() => undefined),
      (asked.seconds * 1000) / 4,
    ).unref();
  }

  /**
   * Takes the Lease. One whose holder does not renew it is taken over once it has stood still for its time, by this
   * machine's clock alone; at once where the holder was a process of this machine that is no more.
   *
   * @throws {Busy} naming who holds it, and since when.
   */
  static async acquire(
    api: LeaseApi,
    { identity = identityOf(), seconds = SECONDS, ...rest }: LeaseOptions,
  ): Promise<Lease> {
    const asked = { identity, seconds, ...rest };
    const first = await api.get();
    if (first === undefined) {
      const made = await api.create(fresh(asked));
      return made === "taken" ? Lease.acquire(api, asked) : new Lease(api, made, asked);
    }
    const free = await untilFree(api, first, asked);
    const taken = await api.replace({ ...free, ...fresh(asked, free) });
    return taken === "taken" ? Lease.acquire(api, asked) : new Lease(api, taken, asked);
  }

  /**
   * Renews it now; to be asked before anything is changed.
   *
   * @throws {LeaseLost} where another holds it; what kubectl says where the API server does not answer.
   */
  confirm(): Promise<void> {
    return (this.renewing ??= this.renew().finally(() => (this.renewing = undefined)));
  }

  /** Whether it was renewed within its time: if not, another may hold it by now. */
  get isHeld(): boolean {
    return performance.now() - this.confirmedAt < this.asked.seconds * 1000;
  }

  /** Gives it back, where the API server answers; else it runs out by itself. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.renewing?.catch(() => undefined);
    const spec = { ...this.object.spec, holderIdentity: "" };
    await this.api.replace({ ...this.object, spec }).catch(() => undefined);
  }

  private async renew(): Promise<void> {
    const sentAt = performance.now();
    const renewed = await this.api.replace({
      ...this.object,
      spec: { ...this.object.spec, renewTime: microTime(new Date()) },
    });
    if (renewed === "taken") await this.takeStock();
    else this.object = renewed;
    this.confirmedAt = sentAt;
  }

  /** A refused renewal: an earlier one that was thought lost had arrived, or another holds the Lease. */
  private async takeStock(): Promise<void> {
    const now = await this.api.get();
    if (now?.spec.holderIdentity !== this.asked.identity) {
      clearInterval(this.timer);
      throw new LeaseLost(
        `Another rollout of ${this.asked.system} has taken over: ${who(now?.spec.holderIdentity ?? "nobody")}.`,
      );
    }
    this.object = now;
  }
}

/** Waits until nobody holds it, and gives it as it then is. */
async function untilFree(
  api: LeaseApi,
  first: LeaseObject,
  { seconds, system }: Required<LeaseOptions>,
): Promise<LeaseObject> {
  const { holderIdentity, renewTime } = first.spec;
  if (holderIdentity === "" || isDeadHere(holderIdentity)) return first;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await delay(LOOK_AGAIN_MS);
    const now = await api.get();
    if (now === undefined || now.spec.holderIdentity === "") return now ?? first;
    if (now.spec.holderIdentity !== holderIdentity || now.spec.renewTime !== renewTime) {
      throw new Busy(
        `A rollout of ${system} is run by ${who(now.spec.holderIdentity)} since ${now.spec.acquireTime}. ` +
          `\`golive rollout status ${system}\` shows it.`,
      );
    }
  }
  return first;
}

/** `root@host, process 12` */
const who = (identity: string): string => {
  const [at = identity, pid] = identity.split(":");
  return pid === undefined ? at : `${at}, process ${pid}`;
};

function isDeadHere(identity: string): boolean {
  const [at = "", pid = ""] = identity.split(":");
  if (at.slice(at.indexOf("@") + 1) !== hostname()) return false;
  return !isAlive(Number(pid));
}

/** Whether this machine has the process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** Kubernetes' MicroTime wants six digits. */
const microTime = (date: Date): string => date.toISOString().replace("Z", "000Z");

function fresh(asked: Required<LeaseOptions>, before?: LeaseObject): object {
  const now = microTime(new Date());
  const { namespace, system, identity, seconds } = asked;
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: before?.metadata ?? { name: leaseName(system), namespace },
    spec: { holderIdentity: identity, leaseDurationSeconds: seconds, acquireTime: now, renewTime: now },
  };
}

/** The Lease by kubectl. */
export function leaseApi(kubectl: Kubectl, namespace: string, system: string): LeaseApi {
  const place = ["--namespace", namespace];
  const send = async (verb: "create" | "replace", lease: object): Promise<LeaseObject | "taken"> => {
    try {
      const sent = await kubectl([verb, "-f", "-", "-o", "json", ...place], JSON.stringify(lease));
      return leaseObject.parse(JSON.parse(sent));
    } catch (error) {
      if (error instanceof KubectlFailed && TAKEN.includes(error.reason ?? "")) return "taken";
      throw error;
    }
  };
  return {
    async get() {
      const read = ["get", "lease", leaseName(system), ...place, "--ignore-not-found", "-o", "json"];
      const text = await kubectl(read);
      return text.trim() === "" ? undefined : leaseObject.parse(JSON.parse(text));
    },
    create: (lease) => send("create", lease),
    replace: (lease) => send("replace", lease),
  };
}

const TAKEN: readonly string[] = ["Conflict", "AlreadyExists", "NotFound"];
