/** Policies of AWS: JSON texts in an input of a resource, or the same as an object. */
import * as z from "zod";
import { Field } from "./field";

const document = z.looseObject({ Statement: z.unknown() });

/** A policy's statements; `problem` where the text is no policy. */
export type Statements =
  { readonly statements: readonly Field[] } | { readonly problem: "unknown" | "absent" | "no policy's JSON" };

/** Reads the policy of an input; the paths of its statements go on from the input's. */
export function statementsOf(policy: Field): Statements {
  if (policy.unknown) return { problem: "unknown" };
  if (policy.absent) return { problem: "absent" };
  const text = policy.text();
  if (text === undefined) return { statements: listed(policy.at("Statement")) };
  try {
    const { Statement } = document.parse(JSON.parse(text));
    return { statements: listed(Field.of(Statement, `${policy.path}.Statement`)) };
  } catch {
    return { problem: "no policy's JSON" };
  }
}

/** The values of a field that holds one or a list of them, as IAM's grammar lets it. */
export function listed(field: Field): Field[] {
  if (field.absent) return [];
  return field.items().length > 0 || field.shown() === "a list of 0" ? field.items() : [field];
}
