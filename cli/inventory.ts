/** Every resource of a stack, with the system and the component that declare it. Without an engine or a cluster. */
import type * as pulumi from "@pulumi/pulumi";
import { findTool } from "../engine/acquire";
import { repositoryRoot } from "../engine/cache";
import { readStackFile } from "../settings";
import { declareSystems } from "../systems";
import { declareProviders } from "../systems/providers";
import { releasesOf } from "../systems/releases";
import { record, shortType, type Registration } from "./recorder";
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
  /** @default - it is in no wave: nothing but its dependencies orders it */
  readonly wave?: Wave | undefined;
}

/** The wave that a resource is of. */
export interface Wave {
  /** Counted from 1. */
  readonly order: number;
  readonly name: string;
  /** Whether the resource verifies the wave, rather than being what it brings. */
  readonly verifies: boolean;
}

/** A resource with what it is declared from. */
export interface Declared {
  readonly item: Item;
  readonly registration: Registration;
}

type Place = Pick<Item, "system" | "component" | "wave">;

const COMPONENT = /^golive:\w+:/;
const SYSTEM = "golive:systems:";

/** Every resource of the stack, ordered by system, component, type and name. */
export async function inventory(stack: string): Promise<readonly Item[]> {
  return itemsOf(await declaredResources(stack));
}

/** Every resource that the program declares for the stack, with its inputs. */
export async function declaredResources(stack: string): Promise<readonly Declared[]> {
  const settings = readStackFile(await stackFile(stack));
  // Charts are rendered on the way.
  process.env.GOLIVE_HELM ??= await findTool("helm");
  const { items, transformation } = listener();
  const releases = await releasesOf(settings, { folder: releasesFolder(repositoryRoot) });
  const registrations = await record(stack, () =>
    declareSystems(
      settings,
      () => ({ providers: declareProviders(settings), transformations: [transformation] }),
      releases,
    ),
  );
  const known = new Map(registrations.map((each) => [keyed(each), each]));
  return items.flatMap((item) => {
    const registration = known.get(keyed(item));
    return registration === undefined ? [] : [{ item, registration }];
  });
}

const keyed = ({ type, name }: { readonly type: string; readonly name: string }) => `${type} ${name}`;

/** The resources as they are shown, and the objects of their charts. */
export async function itemsOf(declared: readonly Declared[]): Promise<readonly Item[]> {
  const objects = declared.map(async ({ item, registration }) => {
    if (item.type !== RELEASE) return [];
    const manifests = await releaseObjects(registration);
    return manifests.map(({ kind, metadata }) => ({ ...item, type: kind, name: metadata.name }));
  });
  const items = declared.map(({ item }) => item);
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
    const place = { component, system, wave: waveOf(type, name) ?? above?.wave };
    places.set(resource, place);
    if (!COMPONENT.test(type)) items.push({ type, name, ...place });
    return undefined;
  };
  return { items, transformation };
}

const VERSION = /-v\d+-\d+-\d+(?=-|$)/;
const RECORD = "ReleaseRecord";
const recordName = (system: string) => `${system}-release-VERSION`;

/** The wave that a component of `Waves` groups: its name is `<table>-<order>-<wave>`. */
function waveOf(type: string, name: string): Wave | undefined {
  const kind = shortType(type);
  if (kind !== "Wave" && kind !== "WaveVerification") return undefined;
  const [, order = "", wave = ""] = /^.*?-(\d+)-(.*?)(?:-verification)?$/.exec(name) ?? [];
  return { order: Number(order), name: wave, verifies: kind === "WaveVerification" };
}

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
