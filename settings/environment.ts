/** Environment variables of a container: plain, or secret from one of several sources. */
import * as z from "zod";
import { exactlyOne, filled, mapping, secret, text, whole } from "./fields";
import {
  DATA_KEY_PATTERN,
  type DataKey,
  LABEL_PATTERN,
  type LabelName,
  parseDataKey,
  parseLabelName,
} from "./names";
import type { Parsed } from "./parsed";
import { parseSealed, SEALED_PATTERN, type SealedText } from "./sealed";
import type { Secret } from "./secret";

declare const variable: unique symbol;

/** A name that every shell and runtime reads: letters, digits and `_`, no digit first. */
export type VariableName = string & { readonly [variable]: true };

/** A secret value, by where it comes from. */
export type SecretValue =
  /** Encrypted in the stack file. */
  | { readonly kind: "secret"; readonly value: Secret }
  /** Held by a Kubernetes Secret of the same namespace. */
  | { readonly kind: "reference"; readonly secret: LabelName; readonly key: DataKey }
  /** Made by golive: another version is another value. */
  | { readonly kind: "generated"; readonly length: number; readonly version: number }
  /** Held by the stack's secret store. */
  | {
      readonly kind: "external";
      readonly key: string;
      readonly property?: string | undefined;
      readonly version?: string | undefined;
    }
  /** Sealed for the cluster. */
  | { readonly kind: "sealed"; readonly text: SealedText };

export type EnvironmentVariable = { readonly name: VariableName } & (
  { readonly kind: "plain"; readonly value: string } | SecretValue
);

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

const SOURCES = ["secretRef", "generate", "external", "sealed"] as const;

const source = mapping(
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
      "Takes the value from a Kubernetes Secret of the same namespace, which somebody else looks after.",
    ).optional(),
    generate: mapping(
      {
        length: whole(16, 128, "Letters and digits of the value.").default(32),
        version: whole(1, 1_000_000, "Another number makes another value.").default(1),
      },
      "Makes the value; it is kept in the state alone, encrypted.",
    ).optional(),
    external: mapping(
      {
        key: filled("Name of the secret in the store."),
        property: filled("Field of the secret. Not set: the whole of it.").optional(),
        version: filled(
          "Version of the secret, as the store names its versions. Not set: the newest, read every hour.",
        ).optional(),
      },
      "Takes the value from the stack's secret store (golive:secretStore) by External Secrets.",
    ).optional(),
    sealed: text(parseSealed, {
      title: "sealed value",
      description: "The value as `kubeseal --raw --scope namespace-wide --namespace NAMESPACE` prints it.",
      pattern: SEALED_PATTERN,
    }).optional(),
  },
  `A value from elsewhere: exactly one of ${SOURCES.join(", ")}.`,
)
  .transform((given, context): SecretValue => {
    exactlyOne(given, SOURCES, context);
    if (given.secretRef) return { kind: "reference", secret: given.secretRef.name, key: given.secretRef.key };
    if (given.generate) return { kind: "generated", ...given.generate };
    if (given.external) return { kind: "external", ...given.external };
    return given.sealed === undefined ? z.NEVER : { kind: "sealed", text: given.sealed };
  })
  .meta({ oneOf: SOURCES.map((key) => ({ required: [key] })) });

const SECRET = `a secret, or a mapping with one of ${SOURCES.join(", ")}`;

const expected =
  (what: string) =>
  ({ input }: { readonly input?: unknown }) =>
    typeof input === "number" || typeof input === "boolean" ? `${what}; put it in quotes` : what;

const encrypted = secret.transform((value): SecretValue => ({ kind: "secret", value }));

/** A value that must be secret, for a system's own settings. */
export const secretValue = z
  .union([encrypted, source], { error: expected(`expected ${SECRET}`) })
  .describe(`A secret value: ${SECRET}.`);

const value = z.union([z.string(), encrypted, source], { error: expected(`expected a text, ${SECRET}`) });

function variableOf(name: VariableName, given: z.output<typeof value>): EnvironmentVariable {
  return typeof given === "string" ? { name, kind: "plain", value: given } : { name, ...given };
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
