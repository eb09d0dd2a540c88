/** Dates as stack files have them: the last day on which something holds. Pure. */
import * as z from "zod";
import type { Parsed } from "./parsed";

const DATE = z.iso.date();

/** A date such as `2026-12-31`; it ends with its day, in UTC. */
export function parseDate(given: string): Parsed<string> {
  if (DATE.safeParse(given).success) return { value: given };
  return { problem: "expected a date such as 2026-12-31" };
}

/** The first instant after a date, in UTC. */
export const endOf = (date: string): Date => new Date(Date.parse(date) + 86_400_000);
