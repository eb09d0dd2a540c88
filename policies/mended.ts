/** Remedies of pods: the object with their security contexts mended. */
import { isRecord } from "./checks/field";
import { everyPosition } from "./checks/containers";
import type { Rule } from "./rule";
import type { Subject } from "./subject";
import { podPath } from "./workloads";

type Plain = Readonly<Record<string, unknown>>;
type Mend = (context: Plain) => Plain;

/** Mends the security context of every container. */
export const mendContainers = (mend: Mend): NonNullable<Rule["remedy"]> =>
  mendPods((pod) => {
    const lists = everyPosition.flatMap((position): [string, unknown][] => {
      const list = pod[position];
      if (!Array.isArray(list)) return [];
      const mended = list.map((container: unknown) =>
        isRecord(container) ? withContext(container, mend) : container,
      );
      return [[position, mended]];
    });
    return { ...pod, ...Object.fromEntries(lists) };
  });

/** Mends the security context of the pod. */
export const mendPod = (mend: Mend): NonNullable<Rule["remedy"]> => mendPods((pod) => withContext(pod, mend));

function withContext(of: Plain, mend: Mend): Plain {
  const { securityContext = {} } = of;
  return isRecord(securityContext) ? { ...of, securityContext: mend(securityContext) } : of;
}

/** Of Kubernetes' own kinds alone, declared by the program itself: what a chart or a list holds is not the resource's own. */
const mendPods =
  (mend: (pod: Plain) => Plain) =>
  (object: Plain, subject: Subject): object | undefined => {
    const path = podPath(subject);
    const itself = subject.release === undefined && object.kind === subject.kind;
    return path === undefined || !itself ? undefined : changedAt(object, path, mend);
  };

function changedAt(object: Plain, path: readonly string[], change: (pod: Plain) => Plain): Plain | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return change(object);
  const below = object[key];
  const changed = isRecord(below) ? changedAt(below, rest, change) : undefined;
  return changed === undefined ? undefined : { ...object, [key]: changed };
}
