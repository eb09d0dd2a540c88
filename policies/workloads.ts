import type { Field } from "./checks/field";
import type { Subject } from "./subject";

/** A pod spec found in an object. */
export interface Workload {
  readonly pod: Field;
  /** False for what is meant to end: Jobs, and pods that are not restarted when they end well. */
  readonly longRunning: boolean;
}

interface Shape {
  readonly path: readonly string[];
  readonly longRunning: boolean;
}

const template: Shape = { path: ["spec", "template", "spec"], longRunning: true };

/** Where each of Kubernetes' own kinds keeps its pod spec. */
const shapes: Readonly<Record<string, Shape>> = {
  Pod: { path: ["spec"], longRunning: true },
  PodTemplate: { path: ["template", "spec"], longRunning: true },
  Deployment: template,
  StatefulSet: template,
  DaemonSet: template,
  ReplicaSet: template,
  ReplicationController: template,
  Job: { ...template, longRunning: false },
  CronJob: { path: ["spec", "jobTemplate", "spec", "template", "spec"], longRunning: false },
};

/** Kubernetes' own groups that hold these kinds; a kind of the same name in another group has a shape of its own. */
const ownGroups = ["core", "apps", "batch", "extensions"];

/** The pod specs of an object: by its kind, else every pod template found in it, as a custom resource may carry. */
export function workloadsOf({ group, kind, object }: Subject): Workload[] {
  const shape = ownGroups.includes(group) ? shapes[kind] : undefined;
  const found =
    shape === undefined
      ? podTemplates(object).map((pod) => ({ pod, longRunning: !/job|task|workflow/i.test(kind) }))
      : [{ pod: object.at(...shape.path), longRunning: shape.longRunning }];
  return found.map(({ pod, longRunning }) => ({ pod, longRunning: longRunning && !ends(pod) }));
}

function ends(pod: Field): boolean {
  return ["Never", "OnFailure"].includes(pod.at("restartPolicy").text() ?? "");
}

function podTemplates(field: Field): Field[] {
  const below = field.keys().flatMap((key) => {
    const child = field.at(key);
    const pod = child.at("spec");
    const isTemplate = /template$/i.test(key) && !child.unknown && !pod.at("containers").absent;
    return isTemplate ? [pod] : podTemplates(child);
  });
  return [...below, ...field.items().flatMap(podTemplates)];
}
