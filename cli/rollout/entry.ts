/** Entries of a journal as they are read back. */
import { z } from "zod";
import type { Entry } from "../../rollout/journal";
import { UserError } from "../user-error";

/** What golive itself has kept, by its outside; what is within is as the engine wrote it. */
const entry = z.looseObject({
  sequence: z.number(),
  at: z.iso.datetime(),
  rollout: z.string(),
  bound: z.looseObject({ stack: z.string(), system: z.string(), version: z.string() }),
  event: z.looseObject({ kind: z.string() }),
});

const isEntry = (value: unknown): value is Entry => entry.safeParse(value).success;

/** @throws {UserError} for what is no entry of golive's. */
export function parseEntry(line: string): Entry {
  const value = valueIn(line);
  if (isEntry(value)) return value;
  throw new UserError(`a journal of rollouts holds what golive did not write: ${line.slice(0, 80)}`);
}

function valueIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
