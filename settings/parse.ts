/** Reads a stack's settings, from Pulumi's configuration or straight from the stack file. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type * as z from "zod";
import { accessProblems } from "./access";
import { externalValues } from "./external";
import { issueMistakes, unknownKey, withoutEchoes } from "./issues";
import { FILE_KEYS, keyMistake, nameOf } from "./keys";
import { HIDDEN, SettingsError, describeFound, formatPath, isScalar, type Mistake } from "./mistakes";
import { NAMESPACE, stackSchema, type StackSettings } from "./schema";
import { Secret } from "./secret";
import { Source, type Path } from "./source";
import { SYSTEMS } from "./systems";

/** A stack's configuration as the Pulumi engine hands it to a program. */
export interface StackConfig {
  /** Name of the stack, e.g. `develop`. */
  readonly stack: string;
  /** The stack file as messages name it, e.g. `Pulumi.develop.yaml`. */
  readonly file: string;
  /** Text of that file, where it is at hand: mistakes then come with line and column. */
  readonly text?: string | undefined;
  /** `pulumi.runtime.allConfig()`: every key with its text; a mapping's text is JSON, its secrets decrypted. */
  readonly config: Readonly<Record<string, string>>;
  /**
   * Keys that hold a secret. With `text`, what is secret is known value by value; without it, every text
   * under `environment` of such a key counts as secret.
   */
  readonly secretKeys?: readonly string[];
}

/** A stack file, read without the engine: its secrets stay sealed. */
export interface StackText {
  readonly stack: string;
  readonly file: string;
  readonly text: string;
}

/** What a mistake is told from. */
interface Evidence {
  readonly stack: string;
  /** What the file gives for each name after `golive:`. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly source: Source | undefined;
  /** Names that hold a secret nobody knows where: none of their values is shown. */
  readonly veiled: readonly string[];
}

interface Reading extends Evidence {
  readonly file: string;
  readonly mistakes: readonly Mistake[];
}

/**
 * The settings of a stack, from Pulumi's configuration.
 *
 * @throws {SettingsError} naming every mistake: place, value found (never a secret), what is allowed, how to mend it.
 */
export function parseStack(stack: StackConfig): StackSettings {
  const source = stack.text === undefined ? undefined : new Source(stack.text);
  const decoded = Object.entries(stack.config).map(([key, text]) =>
    decode(key, text, secrecyOf(stack, key, source)),
  );
  return settle({
    stack: stack.stack,
    file: stack.file,
    given: Object.fromEntries(
      decoded.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value]])),
    ),
    mistakes: [...decoded.flatMap(({ mistake }) => mistake ?? []), ...fileMistakes(source)],
    source,
    veiled: source ? [] : (stack.secretKeys ?? []).flatMap((key) => nameOf(key) ?? []),
  });
}

/**
 * The settings of a stack, from the text of its file, for commands that run without the engine.
 *
 * @throws {SettingsError} as `parseStack` does.
 */
export function parseStackText({ stack, file, text }: StackText): StackSettings {
  const source = new Source(text);
  const config = configOf(source);
  const entries = Object.entries(config);
  return settle({
    stack,
    file,
    given: Object.fromEntries(
      entries.flatMap(([key, value]) => {
        const name = nameOf(key);
        return name === undefined ? [] : [[name, seal(value, [], isSealed)]];
      }),
    ),
    mistakes: [...entries.flatMap(([key]) => keyMistake(key) ?? []), ...fileMistakes(source)],
    source,
    veiled: [],
  });
}

/** `parseStackText` of a file such as `Pulumi.develop.yaml`; the stack's name is the middle of the file's. */
export function readStackFile(path: string): StackSettings {
  const file = basename(path);
  const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];
  if (stack === undefined)
    throw new SettingsError(file, [at([], "expected a file named Pulumi.<stack>.yaml")]);
  return parseStackText({ stack, file, text: readText(path, file) });
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new SettingsError(file, [at([], `expected a stack file at ${path}; it cannot be read`)]);
  }
}

function at(path: Path, message: string): Mistake {
  return { path, part: "value", message };
}

type Secrecy = (path: Path, value: unknown) => boolean;

interface Decoded {
  readonly name?: string;
  readonly value?: unknown;
  readonly mistake?: Mistake;
}

/** One key of the engine's configuration. What is no JSON is a text, as `pulumi config set` stores it. */
function decode(key: string, text: string, isSecret: Secrecy): Decoded {
  const mistake = keyMistake(key);
  const name = nameOf(key);
  if (mistake || name === undefined) return mistake ? { mistake } : {};
  const value = jsonOf(text);
  if (value === undefined && /^\s*[[{]/.test(text)) {
    return { name, mistake: at([key], "expected a mapping; this text does not parse as JSON") };
  }
  return { name, value: seal(value === undefined ? text : value, [], isSecret) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function secrecyOf({ secretKeys = [] }: StackConfig, key: string, source: Source | undefined): Secrecy {
  // By --config-file the engine reads another file than the one beside the program, which may mark no secret.
  const marked = !secretKeys.includes(key) || source?.holdsSecure(["config", key]);
  if (source && marked) return (path) => source.isSecure(["config", key, ...path]);
  return (path, value) =>
    secretKeys.includes(key) && path.at(-2) === "environment" && typeof value === "string";
}

const isSealed: Secrecy = (_, value) => {
  const keys = isMapping(value) ? Object.keys(value) : [];
  return keys.length === 1 && keys[0] === "secure";
};

/** Puts each secret of a value under seal. */
function seal(value: unknown, path: Path, isSecret: Secrecy): unknown {
  if (isSecret(path, value)) return typeof value === "string" ? new Secret(value) : new Secret();
  if (Array.isArray(value)) return value.map((item, index) => seal(item, [...path, index], isSecret));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, seal(item, [...path, key], isSecret)]),
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null;
  return isObject && !Array.isArray(value) && !(value instanceof Secret) && !(value instanceof Date);
}

function configOf(source: Source): Readonly<Record<string, unknown>> {
  const file = source.faults.length === 0 ? source.value() : undefined;
  const config = isMapping(file) ? file["config"] : undefined;
  return isMapping(config) ? config : {};
}

/** Mistakes of the file around its `config`. */
function fileMistakes(source: Source | undefined): readonly Mistake[] {
  if (!source) return [];
  if (source.faults.length > 0) {
    return source.faults.map(({ message, ...position }) => ({ ...at([], message), position }));
  }
  const file = source.value();
  if (!isMapping(file)) return [at([], `${describeFound(file, [])}; expected a mapping with the key config`)];
  const unknown = Object.keys(file)
    .filter((key) => !FILE_KEYS.some((known) => known === key))
    .map((key) => ({ ...unknownKey([key], FILE_KEYS), position: source.position([key], "key") }));
  const config = file["config"];
  if (config === undefined || isMapping(config)) return unknown;
  const message = `${describeFound(config, [])}; expected a mapping of golive's keys`;
  return [...unknown, { ...at(["config"], message), position: source.position(["config"], "value") }];
}

/** Checks what was given, field by field and between fields. */
function settle({ file, mistakes, ...evidence }: Reading): StackSettings {
  const { stack, given, source } = evidence;
  const parsed = stackSchema.safeParse(given);
  if (parsed.success && mistakes.length === 0) {
    const between = ruleMistakes([], evidence);
    if (between.length > 0) throw refusal(file, between, source);
    const { aws, kubernetes, ceiling, router, secretStore, access, observability, ...rest } = parsed.data;
    const { policies, exemptions, admission, ...systems } = rest;
    const place = { stack, file, aws, kubernetes, ceiling, router, secretStore, access, observability };
    return { ...place, policies, exemptions, admission, systems };
  }
  if (source && !isReadable(source)) throw refusal(file, mistakes, source);
  const fields = parsed.success ? [] : fieldMistakes(parsed.error.issues, mistakes, evidence);
  throw refusal(file, [...mistakes, ...fields, ...ruleMistakes(fields, evidence)], source);
}

function refusal(file: string, mistakes: readonly Mistake[], source: Source | undefined): SettingsError {
  return new SettingsError(
    file,
    withoutEchoes(mistakes).map((mistake) => placed(mistake, source)),
  );
}

/** Whether a file has a `config` to look into: else all that it should hold is missing, which would only distract. */
function isReadable(source: Source): boolean {
  const file = source.faults.length === 0 ? source.value() : undefined;
  return isMapping(file) && isMapping(file["config"]);
}

/** Mistakes of single fields; a key whose text could not be read is not reported again. */
function fieldMistakes(
  issues: readonly z.core.$ZodIssue[],
  before: readonly Mistake[],
  evidence: Evidence,
): readonly Mistake[] {
  const unread = new Set(before.map(({ path }) => formatPath(path)));
  const telling = {
    schema: stackSchema,
    placed: qualified,
    mistake: (path: Path, message: string) => mistakeAt(path, message, evidence),
  };
  return issues
    .flatMap((issue) => issueMistakes(issue, telling))
    .filter(({ path }) => !unread.has(formatPath(path)));
}

function placed(mistake: Mistake, source: Source | undefined): Mistake {
  if (mistake.position || !source || mistake.path.length === 0) return mistake;
  return { ...mistake, position: source.position(["config", ...mistake.path], mistake.part) };
}

function mistakeAt(path: Path, message: string, { given, source, veiled }: Evidence): Mistake {
  const value = path.reduce<unknown>((node, step) => entryOf(node, step), given);
  const full = qualified(path);
  const written = source?.written(["config", ...full]);
  return {
    path: full,
    part: "value",
    found: isScalar(value) && veiled.includes(String(path[0])) ? HIDDEN : describeFound(value, full, written),
    message: `${message}${hintFor(value, written)}`,
  };
}

/** The engine turns an unquoted date into a text of another form. */
function hintFor(value: unknown, written: string | undefined): string {
  if (value instanceof Secret) return "; only values of environment may be secret";
  const isDate = written !== undefined && (value instanceof Date || typeof value === "string");
  return isDate ? "; put it in quotes" : "";
}

function entryOf(node: unknown, step: string | number): unknown {
  if (Array.isArray(node)) return typeof step === "number" ? node[step] : undefined;
  return isMapping(node) ? node[step] : undefined;
}

function qualified([name = "", ...rest]: Path): Path {
  return [`${NAMESPACE}:${name}`, ...rest];
}

/** Mistakes between fields; where a field is already reported, a rule adds nothing. */
function ruleMistakes(fields: readonly Mistake[], evidence: Evidence): readonly Mistake[] {
  const { stack, given } = evidence;
  const { aws, ceiling, router } = given;
  const reported = new Set(fields.map(({ path }) => formatPath(path)));
  const between = Object.entries(SYSTEMS)
    .filter(([name]) => isMapping(given[name]))
    .flatMap(([name, { problems }]) =>
      problems({ stack, system: name, aws, ceiling, router, service: given[name] }).map(
        ({ path, part, message }): Mistake =>
          part === "key"
            ? { path: qualified([name, ...path]), part, message }
            : mistakeAt([name, ...path], message, evidence),
      ),
    )
    .filter(({ path }) => !reported.has(formatPath(path)));
  return [...storeMistakes(evidence), ...accessMistakes(evidence), ...between];
}

function accessMistakes({ stack, given: { access } }: Evidence): readonly Mistake[] {
  const problems = isMapping(access) ? accessProblems(stack, access) : [];
  return problems.map(({ path, message }) => ({
    path: qualified(["access", ...path]),
    part: "key",
    message,
  }));
}

/** One mistake for all the values that would come from a store which the stack does not name. */
function storeMistakes(evidence: Evidence): readonly Mistake[] {
  const { secretStore, ...rest } = evidence.given;
  const [first, ...others] = secretStore === undefined ? externalValues(rest) : [];
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const message =
    "expected { name, kind }, the store of External Secrets that holds the value of " +
    `${formatPath(qualified(first))}${more}`;
  return [mistakeAt(["secretStore"], message, evidence)];
}
