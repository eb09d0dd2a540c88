/**
 * A rollout as a list of steps, each with its way back. Pure data: it is kept in the journal as it was begun, so that a change
 * of settings in the middle changes nothing of it.
 */
import type { Rule } from "./rule";

/** One value of the stack file. */
export interface Setting {
  /** Below `golive:`, e.g. `enova.canary.phase`. */
  readonly path: string;
  readonly value: string | number | boolean;
}

/** Which resources an `up` may touch. */
export type Scope =
  /** All of the rollout's system, and nothing of another. */
  | { readonly kind: "system" }
  /** Resources of the system by their names, each as Pulumi's `--target` has it: `*` stands for any characters. */
  | { readonly kind: "resources"; readonly names: readonly string[] }
  /** None: the lines of the stack file alone. */
  | { readonly kind: "nothing" };

/** A change of desired state: these values are written into the stack file, then one `pulumi up` of the scope. */
export interface Update {
  /** None: an `up` of what the file says already. */
  readonly settings: readonly Setting[];
  readonly scope: Scope;
}

/** A request that changes what the stack does not hold, such as maintenance: it is sent by POST, without a body, and may be again. */
export interface Post {
  /** URL; any answer of 2xx is success. */
  readonly post: string;
}

/** How many pods Deployments have for the time being, such as none while their database is restored. The stack file is not asked. */
export interface Scale {
  readonly namespace: string;
  /** Pods, by the name of the Deployment. */
  readonly scale: Readonly<Record<string, number>>;
}

/** A Job that runs to its end once, whose success is the change: what changes a database, and is in no stack. */
export interface Run {
  readonly namespace: string;
  readonly run: {
    /** Its name before the hash of rollout and step: at most 40 characters. */
    readonly name: string;
    /** Spec of a Job of Kubernetes, without secret values. */
    readonly spec: Readonly<Record<string, unknown>>;
  };
}

/** A rollout that is taken back, as `golive rollback` does it: a recovery's code and traffic, before its schema and data. */
export interface CodeBack {
  /** Id of the rollout. */
  readonly rollback: string;
}

/** A change of what the stack does not hold, or of what another journal does. */
export type Beside = Post | Scale | Run | CodeBack;

export type Change = Update | Beside;

interface Named {
  /** Unique within the plan, e.g. `weight 10`, `auth`. */
  readonly id: string;
  /** For people, e.g. `10 % of the requests to v2.1.0`. */
  readonly title: string;
}

/** A change, by one `up`. */
export interface ChangeStep extends Named {
  readonly kind: "change";
  readonly change: Change;
  /** What it takes at most, for a plan with times, in seconds. */
  readonly expectedSeconds: number;
  /** What takes it back; absent where nothing has to be, as of a test. Of a migration: what takes back one that has failed. */
  readonly undo?: Change;
  /** Percent of the requests that the new version answers after it; absent where it moves no traffic. */
  readonly percent?: number;
  /** Service that it releases, by the name that rules have in `service`. */
  readonly service?: string;
  /** Users are not served from when one `begins` until one `ends` is done; or `within` it, at most from its begin to its end. */
  readonly downtime?: "begins" | "ends" | "within";
  /** It changes the schema, which is reversed only where a service goes back whose version before does not work with it. */
  readonly schema?: {
    readonly worksWith: readonly string[];
    /** @default - a person reverses it */
    readonly reverse?: Change;
  };
  /** What a way back after it needs beside `undo`, e.g. that the old pods start first. */
  readonly backNeeds?: string;
}

/** Readings that must all pass, without a gap, for so long. */
export interface SoakStep extends Named {
  readonly kind: "soak";
  readonly seconds: number;
  readonly intervalSeconds: number;
  readonly rules: readonly Rule[];
}

/** Readings that must all pass once, before the patience ends; until then a failure is waited out. */
export interface VerificationStep extends Named {
  readonly kind: "verification";
  readonly patienceSeconds: number;
  readonly intervalSeconds: number;
  readonly rules: readonly Rule[];
}

/** Named people say yes before the next step. */
export interface ApprovalStep extends Named {
  readonly kind: "approval";
  /** Roles that may approve, e.g. `qa`. */
  readonly roles: readonly string[];
  /** How many of the roles must have approved; each by another person. */
  readonly quorum: number;
}

export type Step = ChangeStep | SoakStep | VerificationStep | ApprovalStep;

/** How long what does not pass may go on before the rollout goes back, in seconds. */
export interface Patience {
  readonly insufficientSeconds: number;
  readonly brokenSeconds: number;
}

/** What a rollout is of; every entry of its journal says it. */
export interface Bound {
  readonly stack: string;
  /** Its key in the stack file. */
  readonly system: string;
  readonly version: string;
  /**
   * What the rollout brings, each `<repository>:<tag>@<digest>`, without the digest where the stack file has none, without the tag where it is
   * no image's.
   */
  readonly images: readonly string[];
}

/** What goes back when something fails: what failed and what came after it, or all that the rollout has changed. */
export type GoBack = "failed" | "all";

export interface Plan {
  readonly bound: Bound;
  /** What runs before, e.g. `v2.0.0`; where rollback leads. */
  readonly from: string;
  readonly steps: readonly Step[];
  /** In the order in which they are taken back: ids of the steps with an `undo`. */
  readonly back: readonly string[];
  readonly goBack: GoBack;
  readonly patience: Patience;
  /**
   * `hold`: a change that fails stands still for a person, as of a recovery, whose way back would let users in to what is broken.
   * @default - it takes the rollout back
   */
  readonly onFailure?: "hold";
}

/** It mends what is broken: its end is no release, and a failure of it stands still. */
export const isRecovery = ({ onFailure }: Plan): boolean => onFailure === "hold";
