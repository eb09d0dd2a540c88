/** Reports that golive writes itself, where no tool has a format for them. */
import * as z from "zod";
import { has, instant } from "./shared";

/** Version of these formats: one that is not understood is not read. */
export const API_VERSION = "golive/v1";

export type OwnKind = "MigrationReceipt" | "Readings" | "Soak";

/** The schema of one. Unknown keys are mistakes. */
export function ownReport<Shape extends z.ZodRawShape>(kind: OwnKind, shape: Shape) {
  return z.strictObject({ apiVersion: z.literal(API_VERSION), kind: z.literal(kind), ...shape });
}

/** Whether JSON says that it is one of a kind. */
export const isOwn = (json: unknown, kind: OwnKind) =>
  has(json, "apiVersion", "kind") && json["kind"] === kind;

/** A text with something in it. */
export const filled = z.string().regex(/\S/, "expected a text");

const expected = z.strictObject({
  is: z.enum(["<", "<=", ">", ">=", "=="]),
  limit: z.number().or(z.string()),
});

/**
 * One thing that was measured, once or several times. `found: null` is an answer without data. A name such as
 * `error rate < 1 %` or `no errors in logs` says itself what is expected at the least.
 */
export const measured = z.strictObject({
  name: filled,
  /** What was asked: PromQL, LogQL, SQL. @default - it is told nowhere */
  query: filled.optional(),
  unit: z.string().optional(),
  /** `null`: it is for people to read. @default - the name says it */
  expected: expected.nullish(),
  taken: z.array(z.strictObject({ at: instant, found: z.number().or(z.string()).nullable() })),
});
export type Measured = z.infer<typeof measured>;
export type Expected = z.infer<typeof expected>;
