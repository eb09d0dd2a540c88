/** The objects in a document: Kubernetes' own, lists of them, and the resources of a Pulumi preview or state. */
import { isFields } from "../../charts/manifest";
import { kubernetesSubjects } from "../../policies/kubernetes";
import { isJudged, type Resource, type Subjects } from "../../policies/resource";
import type { Subject } from "../../policies/subject";
import { pulumiResources } from "./pulumi-document";

/** What a document holds: objects to judge, and what in it is none. */
export interface Held {
  readonly subjects: readonly Subject[];
  /** One sentence each. */
  readonly broken: readonly string[];
  /** True for a document that is about something else altogether, as a values file is. */
  readonly foreign?: boolean;
}

const FOREIGN: Held = {
  subjects: [],
  broken: [
    "holds no Kubernetes object (apiVersion and kind), no Pulumi preview and no Pulumi state: name a file that does",
  ],
  foreign: true,
};

/** The objects of one document. */
export async function objectsOf(value: unknown, subjects: Subjects): Promise<Held> {
  if (Array.isArray(value))
    return together(await Promise.all(value.map((item) => objectsOf(item, subjects))));
  if (!isFields(value)) return FOREIGN;
  const resources = pulumiResources(value);
  if (resources !== undefined) return judged(resources, subjects);
  const { apiVersion, kind } = value;
  if (apiVersion === undefined && kind === undefined) return FOREIGN;
  const lacks = lacking(value);
  if (lacks !== undefined) return { subjects: [], broken: [lacks] };
  return kind === "List" ? listed(value, subjects) : written(value);
}

async function judged(resources: readonly Resource[], subjects: Subjects): Promise<Held> {
  const found = await Promise.all(
    resources.filter(({ type }) => isJudged(type)).map((one) => subjects.of(one)),
  );
  return { subjects: found.flat(), broken: [] };
}

/** `kind: List` names no kind of its own: each item has to say what it is. */
async function listed({ items }: Readonly<Record<string, unknown>>, subjects: Subjects): Promise<Held> {
  if (!Array.isArray(items)) return { subjects: [], broken: ["is a List without a list of items"] };
  return together(await Promise.all(items.map((item) => objectsOf(item, subjects))));
}

function written(value: Readonly<Record<string, unknown>>): Held {
  const metadata = isFields(value.metadata) ? value.metadata : {};
  return {
    subjects: kubernetesSubjects(value, {
      apiVersion: String(value.apiVersion),
      kind: String(value.kind),
      name: typeof metadata.generateName === "string" ? `${metadata.generateName}*` : "(no name)",
    }),
    broken: [],
  };
}

function lacking({ apiVersion, kind }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof kind !== "string" || kind === "")
    return `has apiVersion ${String(apiVersion)} and no kind: add it`;
  if (typeof apiVersion !== "string" || apiVersion === "")
    return `has kind ${kind} and no apiVersion: add it`;
  return undefined;
}

/** What several hold; one that is foreign beside others is broken, not skipped. */
function together(held: readonly Held[]): Held {
  return {
    subjects: held.flatMap(({ subjects }) => subjects),
    broken: held.flatMap(({ broken }) => broken),
    foreign: held.length > 0 && held.every(({ foreign }) => foreign === true),
  };
}
