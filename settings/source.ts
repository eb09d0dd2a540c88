/** The text of a stack file or a release record: where its values stand, which are encrypted, and what is wrong with it as YAML. */
import {
  LineCounter,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
} from "yaml";

export type Path = readonly (string | number)[];

/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mistake in the YAML itself. */
export interface Fault extends Position {
  readonly message: string;
}

/** Which part of an entry a mistake is about. */
export type Part = "key" | "value";

const MENDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "expected each key once; remove one of the two",
  TAB_AS_INDENT: "expected spaces; a tab does not indent YAML",
  MULTIPLE_DOCS: "expected one document; remove the --- between",
};

/** Of the faults that garble the rest only the first is worth reading; a key given twice garbles nothing. */
function telling<Error extends { readonly code: string }>(errors: readonly Error[]): readonly Error[] {
  const first = errors.find(({ code }) => code !== "DUPLICATE_KEY");
  return first ? [first] : errors;
}

/** A file as YAML. */
export class Source {
  readonly faults: readonly Fault[];
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();

  /** `dates`: whether an unquoted date is one, as Pulumi reads it, or the text that is written. */
  constructor(text: string, { dates = true } = {}) {
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: true,
      customTags: dates ? ["timestamp"] : [],
    });
    this.faults = telling(this.#document.errors).map(({ code, message, pos }) => ({
      ...this.#at(pos[0]),
      message: MENDS[code] ?? `expected YAML: ${message}`,
    }));
    if (this.faults.length === 0) this.faults = this.#aliasFaults();
  }

  /** The whole file as plain values. */
  value(): unknown {
    return this.#document.toJS({ maxAliasCount: 100 });
  }

  /** Where the entry at `path` stands; for one that is missing, the nearest entry above it. */
  position(path: Path, part: Part): Position | undefined {
    let node: unknown = this.#document.contents;
    let offset: number | undefined;
    for (const [index, step] of path.entries()) {
      const entry = child(node, step);
      if (!entry) break;
      const last = index === path.length - 1;
      offset =
        startOf(last && part === "value" ? (entry.value ?? entry.key) : (entry.key ?? entry.value)) ?? offset;
      node = entry.value;
    }
    return offset === undefined ? undefined : this.#at(offset);
  }

  /** The value at `path` as it is written, where it is a plain scalar: `1.10`, which a parser reads as 1.1. */
  written(path: Path): string | undefined {
    const node = this.#node(path);
    return isScalar(node) && node.value !== null && typeof node.value !== "string" ? node.source : undefined;
  }

  /** Whether the value at `path`, or one that holds it, is encrypted: `secure: …`. */
  isSecure(path: Path): boolean {
    return path.some((_, index) => isSecureNode(this.#node(path.slice(0, index + 1))));
  }

  /** Whether anything below `path` is encrypted. */
  holdsSecure(path: Path): boolean {
    const node = this.#node(path);
    let holds = false;
    if (isNode(node)) {
      visit(node, {
        Map(_, map) {
          holds ||= isSecureNode(map);
        },
      });
    }
    return holds;
  }

  /** Aliases without an anchor, or so many that the values would fill the memory: only reading the values finds them. */
  #aliasFaults(): readonly Fault[] {
    try {
      this.value();
      return [];
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      return [{ line: 1, column: 1, message: `expected YAML: ${error.message}` }];
    }
  }

  #node(path: Path): unknown {
    return path.reduce<unknown>((node, step) => child(node, step)?.value, this.#document.contents);
  }

  #at(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

interface Entry {
  readonly key?: unknown;
  readonly value: unknown;
}

function child(node: unknown, step: string | number): Entry | undefined {
  if (isSeq(node) && typeof step === "number" && step < node.items.length) return { value: node.items[step] };
  if (!isMap(node)) return undefined;
  return node.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
  );
}

function startOf(node: unknown): number | undefined {
  return isRanged(node) ? node.range[0] : undefined;
}

function isRanged(node: unknown): node is Node & { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

function isSecureNode(node: unknown): boolean {
  return isMap(node) && node.items.length === 1 && node.has("secure");
}
