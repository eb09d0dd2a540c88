import type { Field } from "./checks/field";
import type { Subject } from "./subject";

/** A pod spec found in an object. */
export interface Workload {
  readonly pod: Field;
  /** The pod's metadata, beside its spec. */
  readonly metadata: Field;
  /** False for what is meant to end: Jobs, and pods that are not restarted when they end well. */
  readonly longRunning: boolean;
}

interface Shape {
  readonly path: readonly string[];
  readonly longRunning: boolean;
}

const template: Shape = { path: ["spec", "template"], longRunning: true };

/** Where each of Kubernetes' own kinds keeps its pod's metadata and spec. */
const shapes: Readonly<Record<string, Shape>> = {
  Pod: { path: [], longRunning: true },
  PodTemplate: { path: ["template"], longRunning: true },
  Deployment: template,
  StatefulSet: template,
  DaemonSet: template,
  ReplicaSet: template,
  ReplicationController: template,
  Job: { ...template, longRunning: false },
  CronJob: { path: ["spec", "jobTemplate", "spec", "template"], longRunning: false },
};

/** Kubernetes' own groups that hold these kinds; a kind of the same name in another group has a shape of its own. */
const ownGroups = ["core", "apps", "batch", "extensions"];

/** Where an object of Kubernetes' own kinds keeps its pod's spec; undefined for any other. */
export function podPath({ group, kind }: Subject): readonly string[] | undefined {
  const shape = ownGroups.includes(group) ? shapes[kind] : undefined;
  return shape === undefined ? undefined : [...shape.path, "spec"];
}

/** The pod specs of an object: by its kind, else every pod template found in it, as a custom resource may carry. */
export function workloadsOf({ group, kind, object }: Subject): Workload[] {
  const shape = ownGroups.includes(group) ? shapes[kind] : undefined;
  const found =
    shape === undefined
      ? podTemplates(object).map((template) => ({ template, longRunning: !/job|task|workflow/i.test(kind) }))
      : [{ template: object.at(...shape.path), longRunning: shape.longRunning }];
  return found.map(({ template, longRunning }) => {
    const pod = template.at("spec");
    return { pod, metadata: template.at("metadata"), longRunning: longRunning && !ends(pod) };
  });
}

function ends(pod: Field): boolean {
  return ["Never", "OnFailure"].includes(pod.at("restartPolicy").text() ?? "");
}

function podTemplates(field: Field): Field[] {
  const below = field.keys().flatMap((key) => {
    const child = field.at(key);
    const isTemplate = /template$/i.test(key) && !child.unknown && !child.at("spec", "containers").absent;
    return isTemplate ? [child] : podTemplates(child);
  });
  return [...below, ...field.items().flatMap(podTemplates)];
}
