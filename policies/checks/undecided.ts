import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

/** A field whose verdict hangs on another object, of which what decides is known only at `up`. */
export function undecidedBy(field: Field, other: string): Violation {
  return {
    ...undecidable(field),
    path: field.path,
    found: `not to be judged at preview, for what ${other} says is known only at up`,
  };
}
