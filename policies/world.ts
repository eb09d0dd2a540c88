/** The objects that are judged together: what a rule asks of others beside the object at hand. */
import type { Match } from "./checks/selector";
import type { Subject } from "./subject";

/** The namespace of an object that names none. */
const defaultNamespace = "default";

export class World {
  private readonly kinds = new Map<string, Subject[]>();
  private readonly urns = new Map<string, Subject>();

  /** @param now the time at which is judged */
  constructor(
    readonly subjects: readonly Subject[],
    readonly now = new Date(),
  ) {
    for (const subject of subjects) {
      const key = `${subject.group}/${subject.kind}`;
      const others = this.kinds.get(key);
      if (others === undefined) this.kinds.set(key, [subject]);
      else others.push(subject);
      if (subject.urn !== undefined) this.urns.set(subject.urn, subject);
    }
  }

  /** The objects of a kind, whatever their namespace. */
  ofKind(group: string, kind: string): readonly Subject[] {
    return this.kinds.get(`${group}/${kind}`) ?? [];
  }

  /** The objects of a kind in an object's namespace, and those of which it is not known (`sharesNamespace`). */
  beside(subject: Subject, group: string, kind: string): readonly Subject[] {
    return this.ofKind(group, kind).filter((other) => sharesNamespace(subject, other) !== "no");
  }

  /** The resources that an input takes its value from; none where that is not known. */
  sources(subject: Subject, input: string): readonly Subject[] {
    const urns = subject.dependsOn?.[input] ?? [];
    return urns.flatMap((urn) => this.urns.get(urn) ?? []);
  }
}

/** The namespace of an object; undefined where it is known only at `up`. */
export function namespaceOf({ namespace, object }: Subject): string | undefined {
  return object.at("metadata", "namespace").unknown ? undefined : (namespace ?? defaultNamespace);
}

/** Whether two objects are in one namespace. */
export function sharesNamespace(one: Subject, other: Subject): Match {
  const [here, there] = [namespaceOf(one), namespaceOf(other)];
  if (here === undefined || there === undefined) return "unknown";
  return here === there ? "yes" : "no";
}

/** What is computed of a world once, however many rules and objects ask for it. */
export function perWorld<Value>(compute: (world: World) => Value): (world: World) => Value {
  const known = new WeakMap<World, { readonly value: Value }>();
  return (world) => {
    const held = known.get(world) ?? { value: compute(world) };
    known.set(world, held);
    return held.value;
  };
}
