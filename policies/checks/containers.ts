import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

/** The lists of a pod spec that hold containers. */
export type Position = "containers" | "initContainers" | "ephemeralContainers";

/** Every list of containers. */
export const everyPosition: readonly Position[] = ["containers", "initContainers", "ephemeralContainers"];

/** Those that a pod starts with: an ephemeral container comes into a running pod, without resources of its own. */
export const startedPositions: readonly Position[] = ["containers", "initContainers"];

/** Judges every container in the given lists; a list that is not known is a violation of its own. */
export function judgeContainers(
  pod: Field,
  positions: readonly Position[],
  judge: (container: Field, name: string) => readonly Violation[],
): Violation[] {
  return positions.flatMap((position) => {
    const list = pod.at(position);
    if (list.unknown) return [undecidable(list)];
    return list
      .items()
      .flatMap((container) =>
        container.unknown ? [undecidable(container)] : judge(container, nameOf(container)),
      );
  });
}

/** A container's name, for messages. */
export function nameOf(container: Field): string {
  return container.at("name").text() ?? "(no name)";
}
