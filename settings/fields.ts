/**
 * The kinds of field that a stack file is made of. Each says in its error what would have been right
 * ("expected …; how to mend it"); `mistakes.ts` adds where it stands and what was found.
 */
import * as z from "zod";
import { DURATION_PATTERN, parseDuration } from "./duration";
import type { Parsed } from "./parsed";
import { QUANTITY_PATTERN, parseCpu, parseMemory } from "./quantity";
import { Secret } from "./secret";

/** What an editor and the reference page show of a field. */
export interface Help {
  /** Kind of value and its unit, e.g. `DNS host`. */
  readonly title: string;
  readonly description: string;
  /** Regular expression of the text. */
  readonly pattern?: string;
  readonly examples?: readonly (string | number)[];
  /** Added to what is expected, e.g. the policy that asks for the field. */
  readonly because?: string;
}

interface Fault {
  readonly input?: unknown;
}

function bracketed(reason: string | undefined): string {
  return reason === undefined ? "" : ` (${reason})`;
}

function quotesHint(input: unknown): string {
  return typeof input === "number" || typeof input === "boolean" ? "; put it in quotes" : "";
}

/** What a field that takes `parse` expects: what it says of a text that says nothing. */
function expectationOf<T>(parse: (text: string) => Parsed<T>): string {
  const parsed = parse("");
  return "problem" in parsed ? parsed.problem : "expected a text";
}

function meta({ title, description, pattern, examples }: Help): Record<string, unknown> {
  return {
    title,
    description,
    ...(pattern === undefined ? {} : { pattern }),
    ...(examples ? { examples } : {}),
  };
}

/** A text that `parse` turns into a value. */
export function text<T>(parse: (text: string) => Parsed<T>, help: Help) {
  const expected = `${expectationOf(parse)}${bracketed(help.because)}`;
  return z
    .string({ error: ({ input }: Fault) => `${expected}${quotesHint(input)}` })
    .transform((input, context) => settle(parse(input), context, bracketed(help.because)))
    .meta(meta(help));
}

/** Takes the mistakes of a transformed value. */
interface Context {
  readonly addIssue: (message: string) => void;
}

function settle<T>(parsed: Parsed<T>, context: Context, suffix: string): T {
  if ("value" in parsed) return parsed.value;
  context.addIssue(`${parsed.problem}${suffix}`);
  return z.NEVER;
}

function parseFilled(given: string): Parsed<string> {
  return given.trim() === "" ? { problem: "expected a text that is not empty" } : { value: given };
}

/** A text of more than spaces. */
export function filled(description: string, title = "text") {
  return text(parseFilled, { title, description });
}

/** A duration of at least a second: neither Kubernetes nor Helm is given none. */
export function duration(description: string) {
  return text((input) => positive(parseDuration(input), ({ seconds }) => seconds), {
    title: "duration: s, m, h",
    description,
    pattern: DURATION_PATTERN,
  });
}

/** A quantity; YAML reads `2` or `0.5` as a number, which Kubernetes takes too. */
function quantity<T>(parse: (text: string) => Parsed<T>, help: Help) {
  const expected = `${expectationOf(parse)}${bracketed(help.because)}`;
  return z
    .union([z.string().meta({ pattern: QUANTITY_PATTERN }), z.number().min(0, { error: () => expected })], {
      error: () => expected,
    })
    .transform((input, context) => settle(parse(String(input)), context, bracketed(help.because)))
    .meta(meta(help));
}

/** An amount of processor time above 0. */
export function cpu(help: Omit<Help, "title">) {
  return quantity((input) => positive(parseCpu(input), ({ millicores }) => millicores), {
    title: "CPU quantity: cores, or thousandths of one (m)",
    examples: ["200m"],
    ...help,
  });
}

/** An amount of memory above 0. */
export function memory(help: Omit<Help, "title">) {
  return quantity((input) => positive(parseMemory(input), ({ bytes }) => bytes), {
    title: "memory quantity: bytes, with Ki, Mi, Gi or k, M, G",
    examples: ["200Mi"],
    ...help,
  });
}

/** An outcome whose amount must be more than 0. */
export function positive<T>(parsed: Parsed<T>, amount: (value: T) => number): Parsed<T> {
  return "value" in parsed && amount(parsed.value) === 0 ? { problem: "expected more than 0" } : parsed;
}

/** A whole number within bounds, both included. */
export function whole(min: number, max: number, description: string) {
  const expected = `expected a whole number from ${min} to ${max}`;
  const error = ({ input }: Fault) =>
    typeof input === "string" && /^\d+$/.test(input) ? `${expected}; remove the quotes` : expected;
  return z
    .int({ error })
    .min(min, { error })
    .max(max, { error })
    .meta({ title: "whole number", description });
}

/**
 * A mapping of exactly these keys; `mistakes.ts` reports an unknown one with the nearest that is known.
 * `reason` is added to what is expected, as `Help.because`.
 */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape, description: string, reason?: string) {
  const keys = Object.keys(shape).join(", ");
  return z
    .strictObject(shape, {
      error: ({ code }) =>
        code === "invalid_type" ? `expected a mapping with keys of: ${keys}${bracketed(reason)}` : undefined,
    })
    .describe(description);
}

/** A list. */
export function list<Item extends z.ZodType>(item: Item, description: string) {
  return z.array(item, { error: () => "expected a list" }).describe(description);
}

/**
 * A value encrypted in the stack file (`secure: …`), as `pulumi config set --secret` writes it. Registered in place: the
 * copy that `meta` makes would no longer say which kind of value it expects.
 */
export const secret = z.instanceof(Secret).register(z.globalRegistry, {
  title: "secret",
  description: "A secret, as `pulumi config set --secret` writes it.",
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
});

/** Refuses a mapping that has none, or more than one, of `keys`. */
export function exactlyOne(
  value: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  context: Context,
): void {
  const given = keys.filter((key) => value[key] !== undefined);
  if (given.length === 1) return;
  const found = given.length === 0 ? "none" : given.join(" and ");
  context.addIssue(`expected exactly one of ${keys.join(", ")}; this has ${found}`);
}
