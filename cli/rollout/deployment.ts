/** One `pulumi up` of a part of a stack, with its policy pack, by the Automation API. */
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  CommandError,
  ConcurrentUpdateError,
  LocalWorkspace,
  PulumiCommand,
  Stack,
  StackNotFoundError,
  type EngineEvent,
} from "@pulumi/pulumi/automation";
import { buildPack } from "../../policies/build";
import { stackFileFor } from "../../engine/backend";
import { repositoryRoot } from "../../engine/cache";
import type { Engine } from "../../engine/engine";
import type { Promotion } from "../../rollout/state";
import { GOING_BACK, PROMOTE } from "../../systems/promote";
import { UserError } from "../user-error";
import { isAlive } from "./lease";
import type { Targets } from "./targets";
import { lockHolders, type LockHolder } from "./lock";

export interface UpRequest {
  readonly targets: Targets;
  /** Whether the policy pack and the gate inside the engine judge it; a way back neither does. */
  readonly judged: boolean;
  /** What Pulumi's history shows. */
  readonly message: string;
  /** Ends it in order: what is under way ends, and nothing more begins. */
  readonly signal?: AbortSignal;
  /** Who let it past its readings: the gate inside the engine then says so, and refuses nothing but a jump. */
  readonly promotion?: Promotion | undefined;
  /** Told of each resource as it is done. */
  readonly onResource?: (done: ResourceDone) => void;
}

/** What an `up` did to one resource. */
export interface ResourceDone {
  /** Such as `create`, `update`, `delete`. */
  readonly op: string;
  /** Such as `kubernetes:networking.k8s.io/v1:Ingress`. */
  readonly type: string;
  readonly name: string;
}

export type UpOutcome =
  | { readonly kind: "done"; readonly changed: readonly ResourceDone[] }
  | {
      readonly kind: "failed";
      /** What went wrong, a line each: what a policy refused, what an API answered. */
      readonly problems: readonly string[];
      readonly changed: readonly ResourceDone[];
    };

/**
 * Where resources are named, one step after the other: what serves is no longer in the program, and the engine (3.259) writes it
 * into the state beside what depends on it, in an order that nothing settles. A state in the wrong order is refused from then on.
 */
const narrowed = (targets: Targets) =>
  targets.kind === "only"
    ? {
        target: [...targets.patterns],
        targetDependents: targets.dependents,
        ...(targets.dependents ? {} : { parallel: 1 }),
      }
    : { exclude: [...targets.patterns] };

interface Locked {
  readonly kind: "locked";
  readonly holders: readonly LockHolder[];
}

/** How long somebody else's `up` of the stack is waited for. */
const LOCK_LIMIT_MS = 10 * 60_000;
const LOCK_LOOK_MS = 2_000;

/** A stack of this checkout, to be brought up. */
export class Deployment {
  private constructor(
    private readonly engine: Engine,
    private readonly stack: Stack,
  ) {}

  /** @throws {UserError} where the stack has never been brought up. */
  static async of(engine: Engine, stack: string): Promise<Deployment> {
    try {
      return new Deployment(engine, await Stack.select(stack, await workspaceOf(engine)));
    } catch (error) {
      if (!(error instanceof StackNotFoundError)) throw error;
      throw new UserError(
        `The stack ${stack} has never been brought up: \`npm run up -- ${stack}\` makes the first release.`,
      );
    }
  }

  /** Brings up what the stack file says now. A lock that a killed process has left is broken; another's is waited for. */
  async up(request: UpRequest): Promise<UpOutcome> {
    if (request.judged) buildPack();
    const end = Date.now() + LOCK_LIMIT_MS;
    for (;;) {
      const outcome = await this.attempt(request);
      if (outcome.kind !== "locked") return outcome;
      const { holders } = outcome;
      if (holders.length > 0 && holders.every(({ machine, pid }) => isOurs(machine) && !isAlive(pid))) {
        await this.stack.cancel();
      } else if (Date.now() > end || request.signal?.aborted) {
        const who = holders.map(({ user, machine, pid }) => `${user}@${machine}, process ${pid}`).join("; ");
        const problems = [`the stack is locked by ${who === "" ? "another update" : who}`];
        return { kind: "failed", problems, changed: [] };
      } else {
        await delay(LOCK_LOOK_MS);
      }
    }
  }

  private async attempt({
    targets,
    judged,
    message,
    signal,
    promotion,
    onResource,
  }: UpRequest): Promise<UpOutcome | Locked> {
    const changed: ResourceDone[] = [];
    const problems: string[] = [];
    const onEvent = (event: EngineEvent) => {
      const done = doneIn(event);
      if (done !== undefined) {
        changed.push(done);
        onResource?.(done);
      }
      problems.push(...problemsIn(event));
    };
    const { workspace } = this.stack;
    // A word that was given to golive itself is for each of its changes.
    const word =
      promotion === undefined ? (process.env[PROMOTE] ?? "") : `${promotion.by}: ${promotion.reason}`;
    const goingBack = judged ? "" : message;
    workspace.envVars = { ...workspace.envVars, [PROMOTE]: word, [GOING_BACK]: goingBack };
    try {
      await this.stack.up({
        ...narrowed(targets),
        policyPacks: judged ? ["policies"] : [],
        configFile: await stackFileFor(this.engine.backend, this.stack.name),
        suppressOutputs: true,
        message,
        onEvent,
        ...(signal === undefined ? {} : { signal }),
      });
      return { kind: "done", changed };
    } catch (error) {
      if (error instanceof ConcurrentUpdateError) {
        return { kind: "locked", holders: lockHolders(error.message) };
      }
      if (!(error instanceof CommandError)) throw error;
      const said = problems.length > 0 ? [...new Set(problems)] : [lastWords(error.message)];
      return { kind: "failed", problems: said, changed };
    }
  }
}

/** Address of the backend that Pulumi is logged in to. */
export const loggedInBackend = async (engine: Engine): Promise<string> =>
  (await (await workspaceOf(engine)).whoAmI()).url ?? "";

async function workspaceOf(engine: Engine): Promise<LocalWorkspace> {
  // The Automation API takes what PATH has.
  const search = [path.dirname(engine.pulumi), process.env.PATH ?? ""].join(path.delimiter);
  process.env.PATH = search;
  return LocalWorkspace.create({
    workDir: repositoryRoot,
    pulumiCommand: await PulumiCommand.get(),
    envVars: Object.fromEntries(Object.entries({ ...engine.env, PATH: search })),
  });
}

const isOurs = (machine: string): boolean => machine === hostname();

/** Operations that leave a resource as it is. */
const STILL: readonly string[] = ["same", "refresh", "read"];

function doneIn({ resOutputsEvent }: EngineEvent): ResourceDone | undefined {
  if (resOutputsEvent === undefined) return undefined;
  const { op, urn, type } = resOutputsEvent.metadata;
  if (STILL.includes(op) || resOutputsEvent.planning === true) return undefined;
  return { op, type, name: urn.split("::").pop() ?? urn };
}

function problemsIn({ diagnosticEvent, policyEvent }: EngineEvent): readonly string[] {
  if (policyEvent?.enforcementLevel === "mandatory") {
    const on = policyEvent.resourceUrn?.split("::").pop();
    return [
      `policy ${policyEvent.policyName}${on === undefined ? "" : ` on ${on}`}: ${oneLine(policyEvent.message)}`,
    ];
  }
  if (diagnosticEvent?.severity !== "error") return [];
  const on = diagnosticEvent.urn?.split("::").pop();
  return [`${on === undefined || on === "" ? "" : `${on}: `}${oneLine(diagnosticEvent.message)}`];
}

const COLOUR = /<\{%[^%]*%\}>|\u001b\[[0-9;]*m/g;

const oneLine = (text: string): string =>
  text
    .replace(COLOUR, "")
    .trim()
    .split(/\s*\n\s*/)
    .join("; ");

const lastWords = (text: string): string => oneLine(text).slice(-500);
