/** How many pods a workload keeps: by its own `replicas`, or by what scales it. */
import { groupOf, type Subject } from "../subject";
import { sharesNamespace, type World } from "../world";
import type { Field } from "./field";
import { every, type Match } from "./selector";

interface Scaler {
  readonly group: string;
  readonly kind: string;
  /** Where it says how few pods there may be. */
  readonly least: string;
  /** How few there may be where it does not say. */
  readonly byDefault: number;
}

/** What scales a workload: Kubernetes' own autoscaler, and KEDA's, which makes one. */
const scalers: readonly Scaler[] = [
  { group: "autoscaling", kind: "HorizontalPodAutoscaler", least: "minReplicas", byDefault: 1 },
  { group: "keda.sh", kind: "ScaledObject", least: "minReplicaCount", byDefault: 0 },
];

/** The fewest pods that a workload keeps, and the field that says so. */
export interface Least {
  readonly field: Field;
  /** Undefined where it is known only at `up`. */
  readonly pods: number | undefined;
  /** What scales the workload. @default - nothing does */
  readonly scaler?: Subject;
}

/** A whole number of a field, by default another one; undefined where it is known only at `up`, NaN where it is no number. */
export function countOf(field: Field, byDefault: number): number | undefined {
  if (field.unknown) return undefined;
  return field.absent ? byDefault : Number(field.text() ?? NaN);
}

/** The fewest pods of a workload: `minReplicas` of what scales it, else its `replicas`, by default one. */
export function leastOf(workload: Subject, world: World): Least {
  for (const scaler of scalers) {
    const found = world
      .beside(workload, scaler.group, scaler.kind)
      .map((subject) => ({ subject, matches: scales(subject, workload) }))
      .filter(({ matches }) => matches !== "no");
    const sure = found.find(({ matches }) => matches === "yes") ?? found[0];
    if (sure === undefined) continue;
    const field = sure.subject.object.at("spec", scaler.least);
    const pods = sure.matches === "yes" ? countOf(field, scaler.byDefault) : undefined;
    return { field, pods, scaler: sure.subject };
  }
  const field = workload.object.at("spec", "replicas");
  return { field, pods: countOf(field, 1) };
}

/** Whether an autoscaler's target is a workload. */
export function scales(scaler: Subject, workload: Subject): Match {
  const target = scaler.object.at("spec", "scaleTargetRef");
  const is = (key: string, byDefault: string, expected: (text: string) => boolean): Match => {
    const field = target.at(key);
    if (field.unknown) return "unknown";
    return expected(field.text() ?? byDefault) ? "yes" : "no";
  };
  return every([
    sharesNamespace(scaler, workload),
    is("kind", "Deployment", (kind) => kind === workload.kind),
    is("name", "", (name) => name === workload.name),
    is(
      "apiVersion",
      workload.group,
      (apiVersion) => groupOf(apiVersion) === workload.group || !apiVersion.includes("/"),
    ),
  ]);
}
