/** What differs between a release as golive declares it and as the cluster holds it. Pure. */
import { isFields, type KubernetesObject, manifestKey, ordered } from "../charts/manifest";

/** One field of one object that is not as declared. */
export interface Difference {
  /** The object, e.g. `Deployment/kometa-marketplace`. */
  readonly object: string;
  /** The field, e.g. `spec.template.spec.containers[web].image`; empty where the whole object is meant. */
  readonly field: string;
  /** What the cluster holds, as shown to people; a Secret's values are never shown. */
  readonly found: string;
  readonly declared: string;
}

/** A release as the cluster holds it: its newest revision, and its objects beside what they would be if put right. */
export interface LiveRelease {
  readonly revision: number;
  /** Helm's word, e.g. `deployed`, `failed`. */
  readonly status: string;
  readonly description: string;
  readonly values: unknown;
  readonly manifests: readonly KubernetesObject[];
  readonly objects: readonly LiveObject[];
}

/** An object that a revision declares: what is there, and what a forced server-side apply of the manifest would make of it. */
export interface LiveObject {
  readonly found: KubernetesObject | undefined;
  readonly restored: KubernetesObject;
}

/** The release as golive declares it. */
export interface DeclaredRelease {
  readonly values: unknown;
  readonly manifests: readonly KubernetesObject[];
}

/** Whether a release is as declared, and what an `up` does about it. */
export type Verdict =
  /** Nothing but what the stack file changed is to be done; `description` is right as it is. */
  | { readonly kind: "in-sync" }
  /** The stack file changed the release, and the description speaks of an older `up`. */
  | { readonly kind: "changed"; readonly description: string }
  /** Somebody changed the release: the description is the change that makes the plugin put it right. */
  | {
      readonly kind: "drift";
      readonly description: string;
      /** Who or what did it, e.g. `revision 4 ("Rollback to 2")`. */
      readonly cause: string;
      readonly differences: readonly Difference[];
    };

/** How golive signs the revisions that it makes, for `helm history` and for the next look. */
export const DESCRIPTION = "golive: as declared";
const SIGNATURE = /^golive: /;

/** Fields that the API server writes, and that no manifest declares. */
const SERVER_FIELDS = new Set([
  "status",
  "metadata.creationTimestamp",
  "metadata.generation",
  "metadata.managedFields",
  "metadata.resourceVersion",
  "metadata.selfLink",
  "metadata.uid",
]);

const HIDDEN = "[secret]";
const ABSENT = "nothing";

/** Judges a live release against the declared one. Whatever the stack file did not change and is not as declared is drift. */
export function judge(declared: DeclaredRelease, live: LiveRelease): Verdict {
  const revision = `revision ${live.revision}`;
  const edits = live.objects.flatMap(({ found, restored }) => differences(found, restored));
  const signed = SIGNATURE.test(live.description);
  const planned = signed && !same(live.values, declared.values);
  const changes = planned ? [] : manifestDifferences(live.manifests, declared.manifests);
  if (!signed && changes.length > 0) {
    return drift(`${revision} ("${live.description}")`, [...changes, ...edits]);
  }
  if (edits.length > 0) return drift(`hand edits after ${revision}`, edits);
  if (changes.length > 0) return drift(`a chart other than that of ${revision}`, changes);
  if (live.status !== "deployed") return drift(`${revision}, which is ${live.status}`, []);
  return planned && live.description !== DESCRIPTION
    ? { kind: "changed", description: DESCRIPTION }
    : { kind: "in-sync" };
}

const drift = (cause: string, found: readonly Difference[]): Verdict => ({
  kind: "drift",
  description: `golive: undoes ${cause}`,
  cause,
  differences: found,
});

function manifestDifferences(
  live: readonly KubernetesObject[],
  declared: readonly KubernetesObject[],
): Difference[] {
  const found = new Map(live.map((object) => [manifestKey(object), object]));
  const wanted = new Map(declared.map((object) => [manifestKey(object), object]));
  return [...new Set([...wanted.keys(), ...found.keys()])]
    .sort()
    .flatMap((key) => differences(found.get(key), wanted.get(key)));
}

/** Every field in which two states of one object differ; those that the server writes are left out. */
export function differences(
  found: KubernetesObject | undefined,
  declared: KubernetesObject | undefined,
): Difference[] {
  const either = declared ?? found;
  if (either === undefined) return [];
  const object = `${either.kind}/${either.metadata.name}`;
  if (found === undefined) return [{ object, field: "", found: ABSENT, declared: "the object" }];
  if (declared === undefined) return [{ object, field: "", found: "the object", declared: ABSENT }];
  const show = either.kind === "Secret" ? () => HIDDEN : shown;
  return unequalFields(found, declared, "").map(({ field, left, right }) => ({
    object,
    field,
    found: show(left),
    declared: show(right),
  }));
}

interface Unequal {
  readonly field: string;
  readonly left: unknown;
  readonly right: unknown;
}

function unequalFields(left: unknown, right: unknown, field: string): Unequal[] {
  if (SERVER_FIELDS.has(field) || same(left, right)) return [];
  const [a, b] = [named(left), named(right)];
  if (a === undefined || b === undefined) return [{ field, left, right }];
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .flatMap((key) => unequalFields(a.get(key), b.get(key), join(field, key)));
}

/** The parts of a value by name; a list's parts have the names that they carry themselves, else their numbers. */
function named(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value)) {
    return new Map(value.map((item: unknown, index) => [`[${itemName(item) ?? String(index)}]`, item]));
  }
  return isFields(value) ? new Map(Object.entries(value)) : undefined;
}

const itemName = (item: unknown) => (isFields(item) && typeof item.name === "string" ? item.name : undefined);

const join = (field: string, key: string) => {
  if (field === "" || key.startsWith("[")) return `${field}${key}`;
  return `${field}.${key}`;
};

function shown(value: unknown): string {
  if (value === undefined) return ABSENT;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Whether two values say the same, whatever the order of their fields. */
function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));
}

/** What a person is told of drift: who did it, and every field with what is found and what is declared. */
export function describeDrift(
  release: string,
  { cause, differences: found }: Extract<Verdict, { kind: "drift" }>,
): string {
  const lines = found.map(
    ({ object, field, found: is, declared }) =>
      `  ${object}${field === "" ? "" : ` ${field}`}: found ${is}, declared ${declared}`,
  );
  return [`release ${release} is not as declared, by ${cause}; up puts it right:`, ...lines].join("\n");
}
