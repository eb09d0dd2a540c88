/** The traffic of objects in sight of each other: who fell into which trap. Pure. */
import { TRAPS, type TrapId } from "./checks/traps";
import { judge, objectName } from "./judgement";
import { trafficRules } from "./rules/traffic";
import type { Subject } from "./subject";
import { describe } from "./subject";
import { World } from "./world";

/** One trap that somebody fell into, or what nobody can know before `up`. */
export interface TrafficFinding {
  /** `Kind/namespace/name`. */
  readonly object: string;
  /** Absent: the value is known only at `up`. */
  readonly trap?: TrapId;
  readonly path: string;
  /** What then happens. Absent where nobody knows. */
  readonly happens?: string;
  /** What is there, what may be, and how to mend it. */
  readonly message: string;
}

/** The rules of weights, by which a release's traffic moves. */
const RULES = trafficRules.filter(({ name }) => name === "canary-ingress" || name === "http-route");

/** Every finding about `subjects`, each judged with all of `world` in sight. @default world: `subjects` alone */
export function lintTraffic(
  subjects: readonly Subject[],
  world: World = new World(subjects),
): readonly TrafficFinding[] {
  return subjects.flatMap((subject) =>
    RULES.flatMap((rule) => judge(rule, subject, { parameters: {}, world })?.violations ?? []).map(
      (violation) => ({
        object: objectName(subject),
        ...(violation.trap === undefined
          ? {}
          : { trap: violation.trap, happens: TRAPS[violation.trap].happens }),
        path: violation.path,
        message: describe(subject, violation),
      }),
    ),
  );
}

/** What the linter reads, as the API server names it. */
export const READ_KINDS = [
  "ingresses.networking.k8s.io",
  "services",
  "endpointslices.discovery.k8s.io",
  "httproutes.gateway.networking.k8s.io",
  "referencegrants.gateway.networking.k8s.io",
] as const;
