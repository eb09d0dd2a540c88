/** No secret stands where everybody who may look at an object reads it. What is found is told, never the text. */
import type { Subject } from "../subject";
import { workloadsOf } from "../workloads";
import { everyPosition, judgeContainers } from "./containers";
import type { Field } from "./field";
import { sortOf } from "./secret-formats";
import { secretText, secretValue } from "./secret-text";
import { undecidable, type Violation } from "./violation";

/** No variable and no argument of a container holds a secret. */
export function checkEnvironmentSecrets(pod: Field): Violation[] {
  return judgeContainers(pod, everyPosition, (container, name) => [
    ...checkVariables(container.at("env"), name),
    ...["command", "args"].flatMap((key) => checkWords(container.at(key), name)),
  ]);
}

function checkVariables(env: Field, container: string): Violation[] {
  if (env.unknown) return [undecidable(env, container)];
  return env.items().flatMap((variable) => {
    const value = variable.at("value");
    return checkValue(variable.at("name").text() ?? "", value, container);
  });
}

/** Of a value that is not known the name decides whether it has to be: at `up` it is judged again. */
function checkValue(name: string, value: Field, container?: string): Violation[] {
  const text = value.textWithUnknowns();
  const what = text === undefined ? undefined : (secretValue(name, text) ?? secretText(text));
  if (what !== undefined) return [found(value, what, container)];
  const isSecret = ["password", "secret"].includes(sortOf(name));
  return isSecret && value.unknown ? [undecidable(value, container)] : [];
}

function checkWords(words: Field, container: string): Violation[] {
  const items = words.items();
  return items.flatMap((word, index) => {
    const flag = /^--?([A-Za-z][\w.-]*)$/.exec(items[index - 1]?.text() ?? "")?.[1];
    const [, own, value] = /^--?([A-Za-z][\w.-]*)=([^]*)$/.exec(word.text() ?? "") ?? [];
    const text = word.textWithUnknowns() ?? "";
    const what =
      secretText(text) ??
      (own === undefined || value === undefined ? undefined : secretValue(own, value)) ??
      (flag === undefined || text.startsWith("-") ? undefined : secretOfFlag(flag, text));
    return what === undefined ? [] : [found(word, what, container)];
  });
}

/** `-u user:password`, as curl takes it, and the word after any flag of a secret's name. */
const secretOfFlag = (flag: string, text: string): string | undefined =>
  ["u", "user"].includes(flag) && /^[^\s:$/]+:[^\s:$/{][^\s/]*$/.test(text)
    ? "a user with a password"
    : secretValue(flag, text);

/** No entry of a ConfigMap holds a secret, nor any annotation of an object or of its pods. */
export function checkObjectSecrets(subject: Subject): Violation[] {
  const { object, group, kind } = subject;
  const isConfigMap = group === "core" && kind === "ConfigMap";
  const annotated = [object.at("metadata"), ...workloadsOf(subject).map(({ metadata }) => metadata)]
    .map((metadata) => metadata.at("annotations"))
    .filter((field, index, all) => all.findIndex(({ path }) => path === field.path) === index);
  return [
    ...(isConfigMap ? checkEntries(object) : []),
    ...annotated.flatMap((annotations) => checkAnnotations(annotations)),
  ];
}

function checkEntries(object: Field): Violation[] {
  const [data, binary] = [object.at("data"), object.at("binaryData")];
  if (data.unknown) return [undecidable(data)];
  return [
    ...data.keys().flatMap((key) => checkValue(key, data.at(key))),
    ...binary.keys().flatMap((key) => {
      const text = Buffer.from(binary.at(key).text() ?? "", "base64").toString("latin1");
      const what = secretText(text);
      return what === undefined ? [] : [found(binary.at(key), what)];
    }),
  ];
}

/** An annotation's key names what it is about: only the text itself tells. */
function checkAnnotations(annotations: Field): Violation[] {
  if (annotations.unknown) return [undecidable(annotations)];
  return annotations.keys().flatMap((key) => {
    const text = annotations.at(key).textWithUnknowns() ?? "";
    const what = secretText(text) ?? secretValue("", text);
    return what === undefined ? [] : [found(annotations.at(key), what)];
  });
}

function found({ path }: Field, what: string, container?: string): Violation {
  return {
    path,
    ...(container === undefined ? {} : { container }),
    found: `a text that holds ${what}`,
    allowed: "no secret",
    mend: "keep it in a Secret that the pod refers to by secretKeyRef, and change what was readable here",
  };
}
