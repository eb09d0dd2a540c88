/** What the readers of several formats share. */
import * as z from "zod";
import { formatPath } from "../../settings/mistakes";
import { Disbelieved } from "./disbelieved";

/** Most mistakes of a malformed report that its one sentence names. */
const MOST_NAMED = 3;

/** `json` as the schema has it. @throws {Disbelieved} that names the first fields that are not. */
export function parsed<T>(schema: z.ZodType<T>, json: unknown, title: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const mistakes = result.error.issues.slice(0, MOST_NAMED).map(({ path, message }) => {
    // zod's own toDotPath would bring every language of its messages into the program.
    const where = formatPath(path.map((step) => (typeof step === "number" ? step : String(step))));
    return where === "" ? message : `${where}: ${message}`;
  });
  throw new Disbelieved(`is malformed ${title}: ${mistakes.join("; ")}`);
}

/** Whether `json` is an object that has each of the keys. */
export function has(json: unknown, ...keys: readonly string[]): json is Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return false;
  return keys.every((key) => Object.hasOwn(json, key));
}

/** How many of the values pass. */
export const count = <T>(values: readonly T[], passes: (value: T) => boolean) => values.filter(passes).length;

export const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** `3 tests`, `1 test`. */
export const counted = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** An instant: a time with its zone. */
export const instant = z.iso.datetime({ offset: true });

/** A count of something. */
export const natural = z.int().nonnegative();

/** `sha256:` and 64 hexadecimal digits. */
export const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/, "expected sha256: and 64 hexadecimal digits");

/** A commit, in full. */
export const commit = z.string().regex(/^[0-9a-f]{40}$/, "expected a commit of 40 hexadecimal digits");

/** Milliseconds since 1970. */
export const millis = (time: string) => Date.parse(time);

/** The last of some times. */
export const latest = (times: readonly string[]) => [...times].sort((a, b) => millis(a) - millis(b)).at(-1);

/** @throws {Disbelieved} where a report that names its system and version is of another release. */
export function checkRelease(
  { system, version }: { readonly system?: string | undefined; readonly version: string },
  release: { readonly system: string; readonly version: string },
): void {
  if (version === "") throw new Disbelieved(`names no version; expected ${release.version}`);
  if (version !== release.version)
    throw new Disbelieved(`is of version ${version}; expected ${release.version}`);
  if (system !== undefined && system !== release.system) {
    throw new Disbelieved(`is of the system ${system}; expected ${release.system}`);
  }
}
