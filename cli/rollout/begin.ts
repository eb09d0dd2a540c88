/** Whether a rollout may begin: its window, what is known of its images, and its records. A way back asks nothing of this. */
import { repositoryRoot } from "../../engine/cache";
import type { Deployed } from "../../evidence/deployed";
import { gatedSystems } from "../../evidence/gated-systems";
import { refusalsOf, stackVerdict } from "../../evidence/release-verdict";
import type { Refusal } from "../../evidence/verdict";
import { isWithin, momentOf, windowsText, type Window } from "../../evidence/window";
import { refusals } from "../../rollout/begin";
import type { Plan } from "../../rollout/plan";
import type { State } from "../../rollout/state";
import { API_NAMES, type Addresses } from "../../readings/sources";
import { releasesFolder } from "../release/checkout";
import { UserError } from "../user-error";
import { Refused } from "./exit-codes";
import { deployedAfter } from "./plan-of";
import type { Session } from "./session";

type Of = Pick<Session, "stack" | "system" | "settings">;

/** A rollout that is to begin. */
export interface Begin {
  readonly plan: Plan;
  /** Those that there were of the system. */
  readonly rollouts: readonly State[];
  readonly now: Date;
  /** Version to release. @default - the stack file's */
  readonly to?: string | undefined;
  /** Why it begins although the window is shut; it opens nothing else. */
  readonly reason?: string | undefined;
  /** Folder of the release records. @default - the checkout's */
  readonly releases?: string;
}

/** @throws {Refused} with everything that speaks against it. */
export async function mayBegin(of: Of, begin: Begin): Promise<void> {
  const problems = await beginProblems(of, begin);
  if (problems.length > 0) throw new Refused(problems.join("\n"));
}

/** Everything that speaks against it, a line each; of its records with the command that supplies what is missing. */
export async function beginProblems(
  of: Of,
  { plan, rollouts, now, to, reason, releases = releasesFolder(repositoryRoot) }: Begin,
): Promise<readonly string[]> {
  const shut = reason === undefined ? windowProblems(windowsOf(of), now) : [];
  const unmet = await recordRefusals(of, deployedAfter(of, to), { now, folder: releases });
  return [
    ...shut,
    ...refusals(plan, rollouts),
    ...unmet
      // The window is told already.
      .filter(({ policy }) => shut.length === 0 || policy !== "release-window")
      .map(({ policy, message }) => `[${policy}] ${message}`),
  ];
}

/**
 * What the release records lack for the system as it will be deployed: the program's own check, which would refuse the rollout's
 * first `up` for the same. Where the stack asks for no record, nothing.
 */
async function recordRefusals(
  { stack, system, settings }: Of,
  deployed: readonly Deployed[],
  { now, folder }: { readonly now: Date; readonly folder: string },
): Promise<readonly Refusal[]> {
  const own = settings.systems[system];
  // A rollout goes forward, whatever phase a way back has left in the stack file.
  const systems = gatedSystems({ [system]: own }).map((gated) => ({ ...gated, deployed, goesBack: false }));
  return refusalsOf(await stackVerdict({ stack, systems, folder, now }));
}

/**
 * What nobody can be asked would hold the release once it is there, and then take it back.
 *
 * @throws {UserError} naming each source without an address, and what is asked of it.
 */
export function refuseUnasked({ steps, bound: { system } }: Plan, addresses: Addresses): void {
  const rules = steps.flatMap((step) => ("rules" in step ? step.rules : []));
  const lines = API_NAMES.flatMap((source) => {
    const titles = rules.filter((rule) => rule.source === source).map(({ title }) => title);
    if (addresses[source] !== undefined || titles.length === 0) return [];
    const asked = [...new Set(titles)].join(", ");
    return [
      `${source} is asked for ${asked}: set golive:observability.${source}.url, or give --${source} URL`,
    ];
  });
  if (lines.length === 0) return;
  throw new UserError([`the rollout of ${system} asks what has no address`, ...lines].join("\n  "));
}

function windowsOf({ settings, system }: Of): readonly Window[] {
  const { evidence, alerting } = settings.systems[system] ?? {};
  return evidence?.windows ?? alerting?.releaseWindows ?? [];
}

export function windowProblems(windows: readonly Window[], now: Date): readonly string[] {
  if (windows.length === 0 || isWithin(windows, now)) return [];
  return [
    `it is ${momentOf(now)}, and a release may begin ${windowsText(windows)}: wait, or say by --reason why not`,
  ];
}
