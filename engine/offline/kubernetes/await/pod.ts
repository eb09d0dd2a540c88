// A Pod is ready when it succeeded or its Ready condition holds.
// Facts: pulumi-kubernetes provider/pkg/await/checker/pod/check.go.
import type { Values } from "../../values";
import { at, bagsAt, nameOf, textAt } from "../object";
import { condition, isTrue, READY, type Readiness } from "./check";

/** Whether a Pod runs. */
export function podReady(pod: Values): Readiness {
  if (textAt(pod, "status", "phase") === "Succeeded" || isTrue(condition(pod, "Ready"))) return READY;
  return { ready: false, reasons: podErrors(pod), progress: `Waiting for Pod "${nameOf(pod)}" to be ready` };
}

/** What keeps a Pod from being ready. */
export function podErrors(pod: Values): string[] {
  const prefix = `[Pod ${textAt(pod, "metadata", "namespace")}/${nameOf(pod)}]: `;
  const scheduled = condition(pod, "PodScheduled");
  if (textAt(scheduled, "status") === "False") return [`${prefix}${reasonAndMessage(scheduled)}`];
  const ready = condition(pod, "ContainersReady") ?? condition(pod, "Ready");
  if (textAt(ready, "status") !== "False") return [];
  const details = ["initContainerStatuses", "containerStatuses"].flatMap((key) =>
    bagsAt(pod, "status", key).flatMap(containerErrors),
  );
  return [`${prefix}${[textAt(ready, "message"), ...details].filter((part) => part !== "").join(" -- ")}`];
}

const reasonAndMessage = (state: Values | undefined): string =>
  `[${textAt(state, "reason")}] ${textAt(state, "message")}`;

function containerErrors(status: Values): string[] {
  if (at(status, "ready") === true) return [];
  const states = [
    bag(status, "state", "waiting"),
    bag(status, "state", "terminated"),
    bag(status, "lastState", "terminated"),
  ];
  return states.flatMap((state) => (textAt(state, "message") === "" ? [] : [reasonAndMessage(state)]));
}

function bag(status: Values, ...path: string[]): Values {
  const found = at(status, ...path);
  return typeof found === "object" && found !== null && "reason" in found ? { ...found } : {};
}
