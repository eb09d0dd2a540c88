/** Which resources an `up` of a rollout may touch, as Pulumi's `--target` patterns. Pure. */
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
export interface Targets {
  readonly patterns: readonly string[];
  /** Whether what depends on them may be touched too. */
  readonly dependents: boolean;
}

const PROJECT = "golive";

const below = ({ stack, system }: Place, rest: string): string =>
  `urn:pulumi:${stack}::${PROJECT}::golive:systems:${classOf(system)}${rest}`;

/** A system's component and all below it; or some of its waves, and none that waits for them. */
export function targetsOf(place: Place, scope: Scope): Targets {
  if (scope.kind === "system") return { patterns: [below(place, "**")], dependents: false };
  const patterns = scope.names.flatMap((name) => [
    below(place, `**::${name}`),
    below(place, `**::${name}-*`),
  ]);
  return { patterns, dependents: false };
}

/** What carries a canary's share alone: a way back waits for nothing else. */
export const trafficTargets = (place: Place): Targets => ({
  patterns: [below(place, "$golive:components:CanaryIngress**")],
  // A test that waited for the share is no reason to keep it.
  dependents: true,
});
