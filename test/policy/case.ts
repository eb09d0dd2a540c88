import type { PolicyName } from "../../policies/names";
import type { Resource } from "../../policies/resource";

/** Parameters by rule. */
export type RuleParameters = Readonly<Partial<Record<PolicyName, object>>>;

/** One resource, and what the pack has to say of it: nothing, or violations of one policy and of no other. */
export interface Case {
  /** What differs from a good resource. */
  readonly title: string;
  readonly resource: Resource;
  /** Rules that are turned on for the case, with their parameters. @default - the rules' own, as on develop */
  readonly parameters?: RuleParameters;
  /** @default - the pack lets the resource through. */
  readonly refused?: {
    readonly policy: PolicyName;
    readonly says: RegExp;
    /** Rules that cannot but refuse it as well. @default - none */
    readonly also?: readonly PolicyName[];
  };
}

/** A resource that the pack lets through. */
export function passes(title: string, resource: Resource): Case {
  return { title, resource };
}

/** A resource that one policy refuses, with a message that `says` matches. */
export function refuses(
  title: string,
  resource: Resource,
  policy: PolicyName,
  says: RegExp,
  also: readonly PolicyName[] = [],
): Case {
  return { title, resource, refused: { policy, says, also } };
}

/** The case with rules turned on. */
export const under = (parameters: RuleParameters, each: Case): Case => ({ ...each, parameters });

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
