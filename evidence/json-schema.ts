/**
 * The JSON Schema of a `release.yaml`, for editors and other programs, from the schema that parses it.
 * `npx tsx evidence/json-schema.ts --write` writes it; a test fails while it is stale.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { recordSchema } from "./record";

export const RECORD_SCHEMA_FILE = "schema/release.schema.json";

/** The text of `schema/release.schema.json` (draft 7). */
export function recordSchemaText(): string {
  const schema = z.toJSONSchema(recordSchema, { io: "input", target: "draft-7", unrepresentable: "any" });
  return `${JSON.stringify({ title: "golive release record", ...schema }, null, 2)}\n`;
}

if (require.main === module && process.argv.includes("--write")) {
  writeFileSync(join(__dirname, "..", RECORD_SCHEMA_FILE), recordSchemaText());
}
