/** The outcome of reading one text: a value, or what would have been right. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/**
 * The value of a text that must be right, e.g. `valueOf(parseCpu("200m"))` in code and tests.
 * A user's text goes through `parseStack` instead, which lists every mistake.
 *
 * @throws {RangeError} with the problem, when the text was wrong.
 */
export function valueOf<T>(parsed: Parsed<T>): T {
  if ("problem" in parsed) throw new RangeError(parsed.problem);
  return parsed.value;
}
