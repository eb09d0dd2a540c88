import { Field } from "./checks/field";
import { groupOf, type Subject } from "./subject";

/** What is known of an object from elsewhere than itself. */
interface Known {
  readonly apiVersion: string;
  readonly kind: string;
  /** The name where the object gives itself none. */
  readonly name: string;
  /** @default - only the object can say. */
  readonly namespace?: string;
  readonly release?: string;
}

/** The objects to judge in one Kubernetes object: itself, or the items of a list. A patch is judged as the part of the object that it sets. */
export function kubernetesSubjects(value: unknown, known: Known): Subject[] {
  const object = Field.of(value);
  if (known.kind.endsWith("List") && !object.at("items").absent) return listSubjects(object, value, known);
  const namespace = object.at("metadata", "namespace").text() ?? known.namespace;
  return [
    {
      group: groupOf(known.apiVersion),
      kind: known.kind.replace(/Patch$/, ""),
      name: object.at("metadata", "name").text() ?? known.name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(known.release === undefined ? {} : { release: known.release }),
      object,
    },
  ];
}

/** The items of a list; one subject with nothing known where the items are not known, so that the rules of their kind refuse it. */
function listSubjects(list: Field, value: unknown, known: Known): Subject[] {
  const itemKind = known.kind.replace(/List$/, "");
  const items = list.at("items");
  if (items.unknown) return kubernetesSubjects(items.textWithUnknowns(), { ...known, kind: itemKind });
  return valuesOf(value).flatMap((item) => {
    const itself = Field.of(item);
    return kubernetesSubjects(item, {
      ...known,
      apiVersion: itself.at("apiVersion").text() ?? known.apiVersion,
      kind: itself.at("kind").text() ?? itemKind,
    });
  });
}

function valuesOf(list: unknown): unknown[] {
  return typeof list === "object" && list !== null && "items" in list && Array.isArray(list.items)
    ? list.items
    : [];
}

/** The objects to judge in one that a chart renders. */
export function renderedSubjects(value: unknown, release: string, namespace: string | undefined): Subject[] {
  const object = Field.of(value);
  return kubernetesSubjects(value, {
    apiVersion: object.at("apiVersion").text() ?? "",
    kind: object.at("kind").text() ?? "",
    name: "(no name)",
    release,
    ...(namespace === undefined ? {} : { namespace }),
  });
}
