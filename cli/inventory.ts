/** Every resource of a stack, with the system and the component that declare it. Without an engine or a cluster. */
import type * as pulumi from "@pulumi/pulumi";
import { repositoryRoot } from "../engine/cache";
import { readStackFile } from "../settings";
import { declareSystems } from "../systems";
import { declareProviders } from "../systems/providers";
import { releasesOf } from "../systems/releases";
import { record, shortType } from "./recorder";
import { releasesFolder } from "./release/checkout";
import { RELEASE, releaseObjects } from "./render";
import { stackFile } from "./stacks";

/** One resource, or one object of a release's chart. */
export interface Item {
  /** As a preview shows it, e.g. `aws:ecr:Repository`; a chart's object has its kind alone. */
  readonly type: string;
  readonly name: string;
  /** Key of the system, e.g. `kometa`. */
  readonly system: string;
  /** Class of the nearest component above it, e.g. `Namespace`. */
  readonly component: string;
}

interface Place {
  readonly system: string;
  readonly component: string;
}

const COMPONENT = /^golive:\w+:/;
const SYSTEM = "golive:systems:";

/** Every resource of the stack, ordered by system, component, type and name. */
export async function inventory(stack: string): Promise<readonly Item[]> {
  const settings = readStackFile(await stackFile(stack));
  const { items, transformation } = listener();
  const releases = await releasesOf(settings, { folder: releasesFolder(repositoryRoot) });
  const registrations = await record(stack, () =>
    declareSystems(
      settings,
      () => ({ providers: declareProviders(settings), transformations: [transformation] }),
      releases,
    ),
  );
  const objects = items.map(async (item) => {
    const release = registrations.find(({ type, name }) => type === RELEASE && name === item.name);
    if (item.type !== RELEASE || release === undefined) return [];
    const manifests = await releaseObjects(release);
    return manifests.map(({ kind, metadata }) => ({ ...item, type: kind, name: metadata.name }));
  });
  return [...items, ...(await Promise.all(objects)).flat()].map(shown).sort(byPlace);
}

/** The SDK tells a transformation of every resource below a component, and of its parent, which the recorder is not told. */
function listener() {
  const items: Item[] = [];
  const places = new Map<pulumi.Resource, Place>();
  const transformation: pulumi.ResourceTransformation = ({ resource, type, name, opts: { parent } }) => {
    const above = parent === undefined ? undefined : places.get(parent);
    const component = COMPONENT.test(type) ? shortType(type) : above?.component;
    const system = type.startsWith(SYSTEM) ? name : above?.system;
    if (component === undefined || system === undefined) throw new Error(`${type} ${name} is of no system`);
    places.set(resource, { component, system });
    if (!COMPONENT.test(type)) items.push({ type, name, component, system });
    return undefined;
  };
  return { items, transformation };
}

const VERSION = /-v\d+-\d+-\d+(?=-|$)/;
const RECORD = "ReleaseRecord";
const recordName = (system: string) => `${system}-release-VERSION`;

/**
 * `aws:ecr/repository:Repository` → `aws:ecr:Repository`, `kubernetes:core/v1:Namespace` → `Namespace`. A version in a name
 * is `vX-Y-Z`: what a stack holds is the same from release to release.
 */
function shown({ type, name, ...place }: Item): Item {
  return {
    ...place,
    type: type.startsWith("kubernetes:") ? shortType(type) : type.replace(/\/\w+:/, ":"),
    name: place.component === RECORD ? recordName(place.system) : name.replace(VERSION, "-vX-Y-Z"),
  };
}

const byPlace = (a: Item, b: Item) => (keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b)));

const keyOf = ({ system, component, type, name }: Item) => [system, component, type, name].join(" ");
