/** Resources out of what Pulumi prints: `preview --json`, `stack export`, and the AWS files of `golive render`. */
import { isFields } from "../../charts/manifest";
import type { Resource } from "../../policies/resource";

type Fields = Readonly<Record<string, unknown>>;

/** Steps of a preview after which the resource is no longer there. */
const GONE = ["delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"];

/** The resources of a document of Pulumi's, each once; undefined for any other document. */
export function pulumiResources(document: Fields): Resource[] | undefined {
  const { steps, deployment, type } = document;
  if (Array.isArray(steps)) return unique(steps.filter(isFields).flatMap(stepState));
  if (isFields(deployment) && Array.isArray(deployment.resources))
    return unique(deployment.resources.filter(isFields).filter((state) => state.delete !== true));
  if (typeof type === "string" && /^[\w-]+:[\w./-]+:\w+$/.test(type)) return [rendered(document, type)];
  return undefined;
}

function stepState({ op, newState }: Fields): Fields[] {
  return GONE.includes(String(op)) || !isFields(newState) ? [] : [newState];
}

/** A replacement has a step for each half, with one URN. */
function unique(states: readonly Fields[]): Resource[] {
  return [...new Map(states.map((state) => [state.urn, state])).values()].flatMap(resourceOf);
}

function resourceOf({ urn, type, inputs, propertyDependencies }: Fields): Resource[] {
  if (typeof urn !== "string" || typeof type !== "string") return [];
  const dependsOn = isFields(propertyDependencies) ? { dependsOn: urnsOf(propertyDependencies) } : {};
  return [
    { type, urn, name: urn.slice(urn.lastIndexOf("::") + 2), props: shown(inputs ?? {}), ...dependsOn },
  ];
}

function urnsOf(dependencies: Fields): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(dependencies).map(([input, urns]) => [input, Array.isArray(urns) ? urns.map(String) : []]),
  );
}

/** A file of `golive render`: the inputs beside the type. */
function rendered(fields: Fields, type: string): Resource {
  const props = Object.fromEntries(Object.entries(fields).filter(([key]) => key !== "type"));
  const name = [props.name, props.bucket, props.repository].find((value) => typeof value === "string");
  return { type, name: typeof name === "string" ? name : "(no name)", props };
}

/** What marks a value that is no plain one, and the sort of it that is a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Inputs without the wrapping of secrets: a secret that is shown by its value, one that is not by `[secret]`. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (!isFields(value)) return value;
  if (value[SIGNATURE] === SECRET) return secretOf(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]));
}

function secretOf({ plaintext }: Fields): unknown {
  if (typeof plaintext !== "string") return "[secret]";
  try {
    return shown(JSON.parse(plaintext));
  } catch {
    return "[secret]";
  }
}
