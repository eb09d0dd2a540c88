/** What the plan of any system is built from. Pure. */
import type { Parsed } from "../../settings/parsed";
import { type Approvals, backward, unknownSteps, withApprovals } from "../graph";
import type {
  Bound,
  GoBack,
  Patience,
  Plan,
  Scope,
  Setting,
  SoakStep,
  Step,
  Update,
  VerificationStep,
} from "../plan";
import type { Rule } from "../rule";

/** One part of a system whose version changes. */
export interface Move {
  /** Its key in the system's settings, e.g. `auth`; empty where the system itself is the service. */
  readonly key: string;
  /** Its service, by the name that rules have in `service`. */
  readonly service: string;
  /** The values of the stack file that make the new version, and those that made the old one. */
  readonly to: readonly Setting[];
  readonly back: readonly Setting[];
}

/** How a release is walked. */
export interface Walk {
  readonly bound: Bound;
  /** Version that runs before. */
  readonly from: string;
  readonly moves: readonly Move[];
  /** Rules of a soak while the new version answers so many percent of the requests. */
  readonly rulesAt: (percent: number) => readonly Rule[];
  /** Rules that must pass once after a change: health paths (rows K14, L8, S4). */
  readonly verify: readonly Rule[];
  /** Length of the soak at a weight, in seconds. */
  readonly soakSeconds: (percent: number) => number;
  readonly intervalSeconds: number;
  /** How long a verification is waited for, in seconds. */
  readonly verifySeconds: number;
  readonly approvals: readonly Approvals[];
  readonly goBack: GoBack;
  readonly patience: Patience;
  /** Services whose version before works with the schema of the new one. */
  readonly worksWith: readonly string[];
}

/** What a way back leaves to do where the version before cannot work with the schema (rows G14, S7). */
export const schemaStays = ({ bound: { system, stack, version } }: Walk): string =>
  "the schema stays; where the version before cannot work with it: " +
  `golive recover database ${system} --stack ${stack} --reverse ${version} (docs/recovery.md)`;

/** Seconds that a change is expected to take, for a plan with times: an `up` of pods, one of traffic alone, a request. */
export const EXPECTED = { request: 5, pods: 180, traffic: 30, migration: 300 } as const;

export const SYSTEM: Scope = { kind: "system" };
export const NOTHING: Scope = { kind: "nothing" };
export const resources = (...names: readonly string[]): Scope => ({ kind: "resources", names });

export const change = (settings: readonly Setting[], scope: Scope): Update => ({ settings, scope });

export const toNew = (moves: readonly Move[]): readonly Setting[] => moves.flatMap(({ to }) => to);
export const toOld = (moves: readonly Move[]): readonly Setting[] => moves.flatMap(({ back }) => back);

/** The soak after a change that gave the new version its share. */
export const soakAt = (walk: Walk, percent: number): SoakStep => ({
  kind: "soak",
  id: `soak ${percent}`,
  title: `readings at ${percent} %`,
  seconds: walk.soakSeconds(percent),
  intervalSeconds: walk.intervalSeconds,
  rules: walk.rulesAt(percent),
});

/** The verification after a change, of one service or of all; none where nothing can be asked. */
export function verifyAfter(walk: Walk, id: string, service?: string): readonly VerificationStep[] {
  const rules = walk.verify.filter((rule) => service === undefined || rule.service === service);
  if (rules.length === 0) return [];
  return [
    {
      kind: "verification",
      id: `verify ${id}`,
      title: `${id} answers`,
      patienceSeconds: walk.verifySeconds,
      intervalSeconds: Math.min(walk.intervalSeconds, 10),
      rules,
    },
  ];
}

/** The plan of steps in their order. A problem where it would let a release through unseen, or asks approval before no step. */
export function planOf(walk: Walk, steps: readonly Step[]): Parsed<Plan> {
  const { bound, from, goBack, patience, approvals } = walk;
  const blind = steps.find((step) => "rules" in step && step.rules.length === 0);
  if (blind !== undefined)
    return { problem: `expected at least one rule for ${blind.title}: nothing tells a good release` };
  const [unknown] = unknownSteps(steps, approvals);
  if (unknown !== undefined) {
    return {
      problem: `expected approval before one of ${steps.map(({ id }) => id).join(", ")}; found ${unknown}`,
    };
  }
  return {
    value: {
      bound,
      from,
      steps: withApprovals(steps, approvals),
      back: backward(steps),
      goBack,
      patience,
    },
  };
}
