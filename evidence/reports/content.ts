/** A report's bytes as the text, and the JSON where they are some, that every format is recognised by. */
import { Disbelieved } from "./disbelieved";

/** What a report holds. */
export interface Content {
  readonly file: string;
  readonly text: string;
  /** The text as JSON. @default - it is no JSON */
  readonly json?: unknown;
}

/** Bytes beyond which nothing is read: no report of a release is near it. */
const MOST = 64 * 1024 * 1024;

/** @throws {Disbelieved} where the bytes are no text, or JSON that is malformed. */
export function contentOf(file: string, bytes: Buffer): Content {
  const text = textOf(bytes);
  return /^\s*[[{]/.test(text) ? { file, text, json: jsonOf(text) } : { file, text };
}

/** @throws {Disbelieved} where the bytes are no text, or none at all. */
export function textOf(bytes: Buffer): string {
  if (bytes.length > MOST) throw new Disbelieved(`has ${bytes.length} bytes; a report has at most ${MOST}`);
  const text = decoded(bytes);
  if (text.trim() === "") throw new Disbelieved("is empty; a report has the results of a run");
  return text;
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Disbelieved("is not text in UTF-8, as every report that is read here is");
  }
}

/** JSON that may have a key `__proto__`, written out or escaped. */
const SUSPECT = /__proto__|\\u00/;

function jsonOf(text: string): unknown {
  try {
    return SUSPECT.test(text) ? JSON.parse(text, withoutPrototype) : JSON.parse(text);
  } catch (error) {
    if (error instanceof Disbelieved) throw error;
    throw new Disbelieved(
      `is malformed JSON, or cut short (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** A reviver that refuses the key by which a program's own objects could be changed. */
function withoutPrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new Disbelieved('has a key "__proto__", which no tool writes');
  return value;
}
