/** A system's own rules as a release is judged by them, by `golive rollout` and by the gate inside the engine alike. Pure. */
import type { Watched } from "../observability/watched";
import type { Rule } from "../rollout/rule";
import type { Parsed } from "../settings/parsed";
import { ownRules } from "./own-rules";
import type { Addresses } from "./sources";
import { vacuousSet } from "./vacuous";

/** How a system's stack file wants to be judged: of its `rollout`. */
export interface Judging {
  /** Fewest samples of which a reading counts. */
  readonly minimumSamples: number;
  /** Readings in a row that must be wrong. */
  readonly failsInARow: number;
}

/** The stable side, by which a share is compared: at the last weight nobody is on it. */
const COMPARED = "/canary-error-excess";

const NOBODY =
  "nobody is asked: golive:observability needs alertmanager.url or loki.url where no objective has a verdict";

/**
 * The rules that the system's alerts have too. A problem where there are none, or where they would pass with no data: what asks
 * nothing would let everything through.
 *
 * @param watched Absent: the stack watches no such system.
 * @param percent of the requests that the new version answers.
 */
export function releaseRules(
  watched: Watched | undefined,
  { minimumSamples, failsInARow }: Judging,
  { loki, alertmanager }: Addresses,
  percent = 100,
): Parsed<readonly Rule[]> {
  const asked = { loki: loki !== undefined, alertmanager: alertmanager !== undefined };
  const rules = watched === undefined ? [] : ownRules(watched, asked);
  const problem = rules.length === 0 ? NOBODY : vacuousSet(rules);
  if (problem !== undefined) return { problem };
  return {
    value: rules
      .filter(({ objective }) => percent < 100 || objective?.endsWith(COMPARED) !== true)
      .map((rule) => ({
        ...rule,
        minimumSamples: fewest(rule, minimumSamples),
        failsInARow,
      })),
  };
}

/** The settings' are requests: lines of a log are no such samples, and a quiet service is well. */
const fewest = ({ minimumSamples, emptyIsZero = false }: Rule, requests: number): number =>
  minimumSamples === 0 || emptyIsZero ? minimumSamples : Math.max(minimumSamples, requests);
