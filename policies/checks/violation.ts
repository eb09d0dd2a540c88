import type { Field } from "./field";
import type { TrapId } from "./traps";

/** One thing that a rule refuses, ready to be told: no text of a secret field is ever put in here. */
export interface Violation {
  /** The field that is wrong, from the object's root: `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** The container's name, where the field belongs to one. */
  readonly container?: string;
  /** What is there, as a phrase after "is": `"1Gi"`, `absent`. */
  readonly found: string;
  /** What may be there instead. */
  readonly allowed: string;
  /** What to do about it. */
  readonly mend: string;
  /** True where the rule has to read what is known only at `up`. @default - the rule is broken, knowing all that it reads */
  readonly undecidable?: true;
  /** The trap of progressive delivery that it is. @default - it is none of them */
  readonly trap?: TrapId;
}

/** A field that the rule has to read and that is known only at `up`: the rule does not let it through unread. */
export function undecidable(field: Field, container?: string): Violation {
  return {
    path: field.unknownAt,
    ...(container === undefined ? {} : { container }),
    found: "known only at up, so that preview cannot judge it",
    allowed: "a value that preview knows",
    mend: "compute it from the stack's settings, not from another resource's output",
    undecidable: true,
  };
}

/** What a rule accepts in one field. */
export interface Expectation {
  readonly allowed: string;
  readonly mend: string;
  /** @default - the field's own value */
  readonly found?: string;
}

/** A field that is not as it may be; undecidable where it is not known. */
export function refused(field: Field, { found, ...expected }: Expectation, container?: string): Violation {
  if (field.unknown) return undecidable(field, container);
  return {
    path: field.path,
    ...(container === undefined ? {} : { container }),
    found: found ?? field.shown(),
    ...expected,
  };
}
