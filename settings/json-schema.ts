/**
 * The JSON Schema of a whole `Pulumi.<stack>.yaml`, for editors (yaml-language-server), from the schema that parses it.
 * `npx tsx settings/json-schema.ts --write` writes it and the reference page; a test fails while either is stale.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { formatReference } from "./reference";
import { NAMESPACE, stackSchema } from "./schema";
import { SYSTEMS } from "./systems";

const PULUMI_KEYS = {
  encryptionsalt: {
    type: "string",
    description: "Written by Pulumi: salt of the passphrase that encrypts secrets.",
  },
  encryptedkey: {
    type: "string",
    description: "Written by Pulumi: the encrypted key of a cloud secrets provider.",
  },
  secretsprovider: {
    type: "string",
    description: "Secrets provider of the stack, e.g. `passphrase` or `awskms://…`.",
  },
  environment: { description: "Pulumi ESC environments that the stack imports." },
} as const;

type Json = z.core.JSONSchema.JSONSchema;

/** The schema of `golive:` keys, each a mapping, as editors need it: what may be written, before it is parsed. */
function goliveSchema(): Json {
  return z.toJSONSchema(stackSchema, { io: "input", target: "draft-7", unrepresentable: "any" });
}

/** The JSON Schema (draft 7) of a stack file. */
export function stackFileSchema(): Json {
  const { properties = {}, required = [] } = goliveSchema();
  const misplaced = [NAMESPACE, "ceiling", ...Object.keys(SYSTEMS)].join("|");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "golive stack",
    description: "A stack of golive: Pulumi.<stack>.yaml.",
    type: "object",
    properties: {
      config: {
        type: "object",
        description: "Configuration of the stack.",
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, schema]) => [`${NAMESPACE}:${name}`, schema]),
        ),
        patternProperties: {
          [`^(?!(?:${misplaced}):)[^:]+:.+$`]: { description: "Configuration of a provider." },
        },
        required: required.map((name) => `${NAMESPACE}:${name}`),
        additionalProperties: false,
      },
      ...PULUMI_KEYS,
    },
    required: ["config"],
    additionalProperties: false,
  };
}

/** The files that are generated from the schema: path from the repository's root, and text. */
export function generatedFiles(): readonly { readonly path: string; readonly text: string }[] {
  return [
    { path: "schema/stack.schema.json", text: `${JSON.stringify(stackFileSchema(), null, 2)}\n` },
    { path: "docs/settings.md", text: formatReference(goliveSchema(), NAMESPACE) },
  ];
}

if (require.main === module && process.argv.includes("--write")) {
  for (const { path, text } of generatedFiles()) writeFileSync(join(__dirname, "..", path), text);
}
