/** What the form of a rule in CEL is: the language of the API server's ValidatingAdmissionPolicy. https://kubernetes.io/docs/reference/using-api/cel/ */
import type { Field } from "../checks/field";

/** The kinds that a form may judge beside those with a pod. */
export type JudgedKind = "Pod" | "Service" | "Ingress" | "HorizontalPodAutoscaler";

/** Which containers of a pod: `running` are the ordinary ones, `started` those and the init containers, `all` the ephemeral ones too. */
export type Containers = "running" | "started" | "all";

/** A CEL expression that is true of what the rule refuses; a function of the rule's parameters where it has some. */
type Refuses = string | ((parameters: Field) => string);

/**
 * A rule in CEL. Expressions read optional fields by `.?`, for a missing one would be an error, and read the object as the API server stores it:
 * with its defaults, and with quantities in their one spelling.
 */
export type Form =
  /** Judges each container of these, as `c`. */
  | { readonly judges: Containers; readonly refuses: Refuses; readonly longRunning?: true }
  /** Judges a pod's spec, as `variables.pod`. */
  | { readonly judges: "pod"; readonly refuses: Refuses; readonly longRunning?: true }
  /** Judges the objects of some kinds, as `variables.it`. */
  | { readonly judges: readonly JudgedKind[]; readonly refuses: Refuses };

/** Why a rule is judged in review alone. */
export interface Excuse {
  readonly excused: string;
}

/** A text as a CEL literal: JSON's escapes are CEL's too. */
export const literal = (text: string): string => JSON.stringify(text);

/** Texts as a CEL list. */
export const literals = (texts: readonly string[]): string => `[${texts.map(literal).join(", ")}]`;

/** The texts of a list among the parameters. */
export const textsOf = (list: Field): string[] => list.items().flatMap((item) => item.text() ?? []);
