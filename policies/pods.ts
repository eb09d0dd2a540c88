/** Rules over pod specs, wherever an object keeps one. */
import type { Field } from "./checks/field";
import type { Violation } from "./checks/violation";
import type { Context, Rule } from "./rule";
import type { Subject } from "./subject";
import { workloadsOf } from "./workloads";

/** The part of a rule that says what it applies to and how it judges. */
type Judging<Parameters> = Pick<Rule, "applies"> & {
  readonly judge: (subject: Subject, context: Context<Parameters>) => readonly Violation[];
};

/** Judges each pod spec of an object, those of custom resources with a pod template among them. */
export const onPods = <Parameters>(
  check: (pod: Field, parameters: Parameters, subject: Subject) => readonly Violation[],
): Judging<Parameters> => ({
  applies: (subject) => workloadsOf(subject).length > 0,
  judge: (subject, { parameters }) =>
    workloadsOf(subject).flatMap(({ pod }) => check(pod, parameters, subject)),
});

/** Judges the pod specs of what is meant to run on: no Job, and no pod that is not restarted. */
export const onServices = <Parameters>(
  check: (pod: Field, parameters: Parameters, subject: Subject) => readonly Violation[],
): Judging<Parameters> => ({
  applies: (subject) => workloadsOf(subject).some(({ longRunning }) => longRunning),
  judge: (subject, { parameters }) =>
    workloadsOf(subject).flatMap(({ pod, longRunning }) =>
      longRunning ? check(pod, parameters, subject) : [],
    ),
});

/** Judges the objects of some kinds of one group. */
export const onKind = (
  groups: readonly string[],
  kind: string,
  check: (object: Field, subject: Subject) => readonly Violation[],
): Judging<unknown> => ({
  applies: (subject) => groups.includes(subject.group) && subject.kind === kind,
  judge: (subject) => check(subject.object, subject),
});
