/** A canary: a ladder of weights (ENOVA, rows E1, E3–E5), or, with the one weight 100, blue and green. Pure. */
import type { Parsed } from "../../settings/parsed";
import type { Plan, Setting, Step } from "../plan";
import { change, EXPECTED, planOf, soakAt, SYSTEM, toNew, toOld, verifyAfter, type Walk } from "./walk";

export interface Canary {
  /** Phase that the stack file has. */
  readonly phase: string;
  /** Ascending, the last 100. */
  readonly ladder: readonly number[];
}

const WHOLE = 100;

/** A release by weights, from the phase that the stack file has already; of a canary that is complete in its place. */
export function canaryPlan(walk: Walk, { phase, ladder }: Canary): Parsed<Plan> {
  if (phase === "complete") {
    return planOf(walk, [...released(walk, WHOLE), ...verifyAfter(walk, "release"), soakAt(walk, WHOLE)]);
  }
  const { system, version } = walk.bound;
  const at = (name: string): Setting => ({ path: `${system}.canary.phase`, value: name });
  // Retired by hand meanwhile, the old versions come back with their traffic (row E5).
  const away = change([at("rollback"), { path: `${system}.legacy.retired`, value: false }], SYSTEM);
  const reached = Number(phase) || 0;
  const weights = ladder.filter((weight) => weight >= reached);
  return planOf(walk, [
    ...released(walk, reached),
    ...weights.flatMap((weight): Step[] => [
      {
        kind: "change",
        id: `weight ${weight}`,
        title: `${weight} % of the requests to ${version}`,
        change: change([at(String(weight))], SYSTEM),
        undo: away,
        percent: weight,
        expectedSeconds: EXPECTED.traffic,
      },
      soakAt(walk, weight),
    ]),
    {
      kind: "change",
      id: "complete",
      title: `${version} behind the main Ingress`,
      change: change([at("complete")], SYSTEM),
      undo: away,
      percent: WHOLE,
      expectedSeconds: EXPECTED.traffic,
    },
    ...verifyAfter(walk, "complete"),
  ]);
}

/** The new version where it has so many percent of the requests: none of them beside the old one. */
function released({ moves, bound: { version } }: Walk, percent: number): readonly Step[] {
  if (moves.length === 0) return [];
  const title =
    percent === 0
      ? `${version} beside the old version, without traffic`
      : `${version} in place of what has ${percent} % of the requests`;
  return [
    {
      kind: "change",
      id: "release",
      title,
      change: change(toNew(moves), SYSTEM),
      undo: change(toOld(moves), SYSTEM),
      ...(percent === 0 ? {} : { percent }),
      expectedSeconds: EXPECTED.pods,
    },
  ];
}
