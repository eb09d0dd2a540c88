/** Which resources an `up` of a rollout may touch, as patterns of Pulumi's `--target` and `--exclude`. Pure. */
import { SYSTEMS } from "../../settings/systems";
import type { Scope } from "../../rollout/plan";

/** Classes of the systems that are not their key with a capital letter. */
const CLASSES: Readonly<Record<string, string>> = { listacompra: "ListaCompra" };

const classOf = (system: string): string =>
  CLASSES[system] ?? `${system.slice(0, 1).toUpperCase()}${system.slice(1)}`;

interface Place {
  readonly stack: string;
  readonly system: string;
}

/** What an `up` is narrowed to. */
export type Targets =
  | {
      readonly kind: "only";
      readonly patterns: readonly string[];
      /** Whether what depends on them may be touched too. */
      readonly dependents: boolean;
    }
  | { readonly kind: "without"; readonly patterns: readonly string[] };

const PROJECT = "golive";

const below = ({ stack, system }: Place, rest: string): string =>
  `urn:pulumi:${stack}::${PROJECT}::golive:systems:${classOf(system)}${rest}`;

/**
 * All but the other systems: under `--target` the policy pack would see what is about to be deleted as if it stayed, and the
 * record of the release, which is of no system, would be left out. Or some resources, and none that waits for them: a component's
 * children are no part of it for the engine, so that each is named.
 */
export function targetsOf(place: Place, scope: Exclude<Scope, { kind: "nothing" }>): Targets {
  if (scope.kind === "system") {
    const others = Object.keys(SYSTEMS).filter((system) => system !== place.system);
    return { kind: "without", patterns: others.map((system) => below({ ...place, system }, "**")) };
  }
  return {
    kind: "only",
    patterns: scope.names.map((name) => below(place, `**::${name}`)),
    dependents: false,
  };
}

/** What carries a canary's share alone: a way back waits for nothing else. */
export const trafficTargets = (place: Place): Targets => ({
  kind: "only",
  patterns: [below(place, "$golive:components:CanaryIngress**")],
  // A test that waited for the share is no reason to keep it.
  dependents: true,
});
