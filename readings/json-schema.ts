/**
 * The JSON Schema of a file of rules, for editors and other programs, from the schema that parses it.
 * `npx tsx readings/json-schema.ts --write` writes it; a test fails while it is stale.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { rulesSchema } from "./rules-file";

export const RULES_SCHEMA_FILE = "schema/gate.schema.json";

/** The text of `schema/gate.schema.json` (draft 7). */
export function rulesSchemaText(): string {
  const schema = z.toJSONSchema(rulesSchema, { io: "input", target: "draft-7", unrepresentable: "any" });
  return `${JSON.stringify({ title: "golive gate rules", ...schema }, null, 2)}\n`;
}

if (require.main === module && process.argv.includes("--write")) {
  writeFileSync(join(__dirname, "..", RULES_SCHEMA_FILE), rulesSchemaText());
}
