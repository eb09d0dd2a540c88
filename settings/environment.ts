/** Environment variables of a container: plain, secret, or taken from a Secret that the cluster holds. */
import * as z from "zod";
import { mapping, secret, text } from "./fields";
import {
  DATA_KEY_PATTERN,
  type DataKey,
  LABEL_PATTERN,
  type LabelName,
  parseDataKey,
  parseLabelName,
} from "./names";
import type { Parsed } from "./parsed";
import type { Secret } from "./secret";

declare const variable: unique symbol;

/** A name that every shell and runtime reads: letters, digits and `_`, no digit first. */
export type VariableName = string & { readonly [variable]: true };

export type EnvironmentVariable =
  | { readonly name: VariableName; readonly kind: "plain"; readonly value: string }
  | { readonly name: VariableName; readonly kind: "secret"; readonly value: Secret }
  | {
      readonly name: VariableName;
      readonly kind: "reference";
      /** Name of a Kubernetes Secret of the same namespace. */
      readonly secret: LabelName;
      readonly key: DataKey;
    };

const VARIABLE_PATTERN = "^[A-Za-z_][A-Za-z0-9_]*$";
const VARIABLE = new RegExp(VARIABLE_PATTERN);

function isVariable(name: string): name is VariableName {
  return VARIABLE.test(name);
}

/** The name of an environment variable. */
export function parseVariableName(name: string): Parsed<VariableName> {
  if (isVariable(name)) return { value: name };
  const upper = name.replace(/[^A-Za-z0-9_]+/g, "_").toUpperCase();
  const mend = isVariable(upper) ? `; write ${upper}` : "";
  return { problem: `expected a name of letters, digits and "_", no digit first, such as LOG_LEVEL${mend}` };
}

const reference = mapping(
  {
    secretRef: mapping(
      {
        name: text(parseLabelName, {
          title: "Secret name",
          description: "Name of the Secret.",
          pattern: LABEL_PATTERN,
        }),
        key: text(parseDataKey, {
          title: "Secret key",
          description: "Key inside the Secret.",
          pattern: DATA_KEY_PATTERN,
        }),
      },
      "Takes the value from a Kubernetes Secret of the same namespace.",
    ),
  },
  "A value that the cluster already holds.",
);

const PLAIN_OR_SECRET = "expected a text, a secret or { secretRef: { name, key } }";

/** A plain text comes first: of a union's faults zod gives the one that came nearest. */
const value = z.union([z.string(), secret, reference], {
  error: ({ input }) =>
    typeof input === "number" || typeof input === "boolean"
      ? `${PLAIN_OR_SECRET}; put it in quotes`
      : PLAIN_OR_SECRET,
});

type Value = z.output<typeof value>;

function variableOf(name: VariableName, given: Value): EnvironmentVariable {
  if (typeof given === "string") return { name, kind: "plain", value: given };
  if ("secretRef" in given) {
    return { name, kind: "reference", secret: given.secretRef.name, key: given.secretRef.key };
  }
  return { name, kind: "secret", value: given };
}

/** `NAME: value` pairs; parsed to a list ordered by name, so that equal settings give equal manifests. Names are checked in `rules.ts`. */
export const environment = z
  .record(z.string(), value, { error: () => "expected a mapping of NAME: value" })
  .transform((pairs) =>
    Object.entries(pairs)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, given]): EnvironmentVariable[] => (isVariable(name) ? [variableOf(name, given)] : [])),
  )
  .describe(
    "Environment variables of the container. A value whose name or look says that it is secret must be one.",
  )
  .meta({ propertyNames: { pattern: VARIABLE_PATTERN } });
