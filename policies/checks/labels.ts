import type { Subject } from "../subject";
import { workloadsOf } from "../workloads";
import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const value = /^$|^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const key = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** An object's labels are as Kubernetes takes them, and its pods carry `required`, each with a value. */
export function checkLabels(subject: Subject, required: readonly string[]): Violation[] {
  const own = subject.object.at("metadata", "labels");
  const pods = workloadsOf(subject).map(({ metadata }) => metadata.at("labels"));
  const asked = subject.patch === true ? [] : pods;
  const all = [own, ...pods.filter(({ path }) => path !== own.path)];
  return [
    ...all.flatMap((labels) => labels.keys().flatMap((name) => checkLabel(name, labels.at(name)))),
    ...asked.flatMap((labels) => required.flatMap((name) => checkRequired(labels.at(name)))),
  ];
}

function checkLabel(name: string, label: Field): Violation[] {
  if (label.unknown) return [];
  const text = label.text() ?? "";
  if (key.test(name) && value.test(text)) return [];
  return [
    {
      path: label.path,
      found: label.shown(),
      allowed:
        "a key and a value of at most 63 letters, digits, -, _ and ., that begin and end with a letter or digit",
      mend: "correct the label; what is longer belongs into an annotation",
    },
  ];
}

function checkRequired(label: Field): Violation[] {
  if (label.unknown) return label.unknownAt === label.path ? [] : [undecidable(label)];
  if ((label.text() ?? "") !== "") return [];
  return [{ path: label.path, found: label.shown(), allowed: "a value", mend: "label the pods" }];
}
