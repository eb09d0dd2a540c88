/** What S5's database is asked (row S4; `003-go-live-s5.md`). Pure. */
import type { DatabaseQuery } from "./query";

const SCHEMA_VERSION = {
  name: "version of the schema",
  sql: "SELECT version FROM migrations",
} as const satisfies DatabaseQuery;

/** The questions; the version that is expected is the stack file's. */
export const s5Queries = (expectedVersion?: string): readonly DatabaseQuery[] => [
  { ...SCHEMA_VERSION, ...(expectedVersion !== undefined && { equals: expectedVersion }) },
];
