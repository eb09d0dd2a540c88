import type { PolicyName } from "../../policies/names";
import type { Resource } from "../../policies/resource";

/** One resource, and what the pack has to say of it: nothing, or violations of one policy and of no other. */
export interface Case {
  /** What differs from a good resource. */
  readonly title: string;
  readonly resource: Resource;
  /** @default - the pack lets the resource through. */
  readonly refused?: { readonly policy: PolicyName; readonly says: RegExp };
}

/** A resource that the pack lets through. */
export function passes(title: string, resource: Resource): Case {
  return { title, resource };
}

/** A resource that one policy refuses, with a message that `says` matches. */
export function refuses(title: string, resource: Resource, policy: PolicyName, says: RegExp): Case {
  return { title, resource, refused: { policy, says } };
}

export type Path = readonly (string | number)[];

/** A copy of a tree with one place changed; `undefined` takes the place away. */
export function changed(tree: unknown, path: Path, to: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return to;
  if (Array.isArray(tree))
    return tree.map((item: unknown, index) => (index === head ? changed(item, rest, to) : item));
  const record = typeof tree === "object" && tree !== null ? tree : {};
  const below: unknown = Reflect.get(record, head);
  const others = Object.entries(record).filter(([key]) => key !== head);
  const value = changed(below, rest, to);
  return Object.fromEntries(value === undefined ? others : [...others, [head, value]]);
}
