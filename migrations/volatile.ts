/** Whether a default is one value for all rows that are there, or one for each. Pure. */
import type { Node } from "libpg-query";
import * as z from "zod";
import { textsOf } from "./names";

/** Functions of PostgreSQL 15 that are not volatile (`pg_proc.provolatile`), as far as defaults use them; any other may be. */
export const STEADY = [
  "now",
  "transaction_timestamp",
  "statement_timestamp",
  "to_timestamp",
  "date_trunc",
  "timezone",
  "make_interval",
  "lower",
  "upper",
  "md5",
  "to_jsonb",
  "jsonb_build_object",
  "jsonb_build_array",
] as const;

const call = z.looseObject({ FuncCall: z.looseObject({ funcname: z.custom<Node[]>(Array.isArray) }) });

/** Names of the functions that an expression calls, however deep. */
function* called(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  const parsed = call.safeParse(value);
  if (parsed.success) yield textsOf(parsed.data.FuncCall.funcname).at(-1) ?? "";
  for (const inner of Object.values(value)) yield* called(inner);
}

/** True where it calls a function that is not known to give all rows the same. */
export const isVolatile = (expression: Node | undefined): boolean =>
  [...called(expression)].some((name) => !STEADY.some((steady) => steady === name));
