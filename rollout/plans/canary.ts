/** A canary: a ladder of weights (ENOVA, rows E1, E3–E5), or, with the one weight 100, blue and green. Pure. */
import type { Parsed } from "../../settings/parsed";
import type { Plan, Setting, Step } from "../plan";
import { change, EXPECTED, planOf, soakAt, SYSTEM, toNew, toOld, verifyAfter, type Walk } from "./walk";

export interface Canary {
  /** Phase that the stack file has. */
  readonly phase: string;
  /** Ascending, the last 100. */
  readonly ladder: readonly number[];
  /** Whether the old version goes at the end: until then it is the way back. */
  readonly retire: boolean;
}

/** A release by weights, from the phase that the stack file has already. */
export function canaryPlan(walk: Walk, { phase, ladder, retire }: Canary): Parsed<Plan> {
  const { system, version } = walk.bound;
  const at = (name: string): Setting => ({ path: `${system}.canary.phase`, value: name });
  const away = change([at("rollback")], SYSTEM);
  const reached = phase === "complete" ? Infinity : Number(phase) || 0;
  const weights = ladder.filter((weight) => weight >= reached);
  const whole = retire ? [retired(walk, away.settings)] : [];
  return planOf(walk, [
    ...beside(walk),
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
      percent: 100,
      expectedSeconds: EXPECTED.traffic,
    },
    ...verifyAfter(walk, "complete"),
    ...whole,
  ]);
}

/** The new version beside the old one, before any share of the traffic. */
const beside = ({ moves, bound: { version } }: Walk): readonly Step[] =>
  moves.length === 0
    ? []
    : [
        {
          kind: "change",
          id: "release",
          title: `${version} beside the old version, without traffic`,
          change: change(toNew(moves), SYSTEM),
          undo: change(toOld(moves), SYSTEM),
          expectedSeconds: EXPECTED.pods,
        },
      ];

function retired({ bound: { system } }: Walk, away: readonly Setting[]): Step {
  const legacy = (gone: boolean): Setting => ({ path: `${system}.legacy.retired`, value: gone });
  return {
    kind: "change",
    id: "retire",
    title: "the old version goes",
    change: change([legacy(true)], SYSTEM),
    undo: change([legacy(false), ...away], SYSTEM),
    backNeeds: "the old version's pods start before they get traffic again",
    expectedSeconds: EXPECTED.pods,
  };
}
