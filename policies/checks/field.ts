/**
 * What Pulumi writes where a value is not known yet, one for each type (boolean, number, string, array, asset, archive, object):
 * `@pulumi/policy` keeps the same list in its proxy.js. A chart rendered with such a value carries it into the manifest, so a check
 * meets it in the middle of a text as well.
 */
const unknownMarks = [
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** The mark of an unknown text: stands in for any value that is known only at `up`. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True where a value, or a part of a text, is known only at `up`. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && unknownMarks.some((mark) => value.includes(mark));
}

/** What is known of a text before the first part that is known only at `up`. */
export function knownStart(text: string): string {
  const marks = unknownMarks.map((mark) => text.indexOf(mark)).filter((index) => index >= 0);
  return marks.length === 0 ? text : text.slice(0, Math.min(...marks));
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How much is known of a field: `absent` is undefined or null. */
export type FieldState = "known" | "unknown" | "absent";

/**
 * One field of an object, with its path: the only way in which a check reads. A field below an unknown one is unknown, one below an absent
 * one is absent, so that a check never has to ask first.
 */
export class Field {
  private constructor(
    private readonly raw: unknown,
    /** Where the field is, e.g. `spec.rules[0].host`. */
    readonly path: string,
    /** The path of the topmost field that is not known, where this one is unknown. */
    readonly unknownAt: string,
  ) {}

  /** The field that holds a whole object. */
  static of(value: unknown, path = ""): Field {
    return new Field(value, path, path);
  }

  get state(): FieldState {
    if (isUnknown(this.raw)) return "unknown";
    return this.raw === undefined || this.raw === null ? "absent" : "known";
  }

  get unknown(): boolean {
    return this.state === "unknown";
  }

  get absent(): boolean {
    return this.state === "absent";
  }

  /** The field below, by one key or several. */
  at(...keys: string[]): Field {
    return keys.reduce<Field>((field, key) => field.below(key), this);
  }

  /** The entries of a list; none where the field holds no list. */
  items(): Field[] {
    if (!Array.isArray(this.raw)) return [];
    return this.raw.map(
      (item: unknown, index) => new Field(item, `${this.path}[${index}]`, `${this.path}[${index}]`),
    );
  }

  /** The keys of an object; none where the field holds no object. */
  keys(): string[] {
    return isRecord(this.raw) ? Object.keys(this.raw) : [];
  }

  /** A known text, number or boolean as text; undefined for anything else. */
  text(): string | undefined {
    if (this.state !== "known") return undefined;
    return typeof this.raw === "string" || typeof this.raw === "number" || typeof this.raw === "boolean"
      ? String(this.raw)
      : undefined;
  }

  /** As `text`, but with the unknown parts left in: for a check that decides on a part. */
  textWithUnknowns(): string | undefined {
    return typeof this.raw === "string" ? this.raw : this.text();
  }

  /** The value for a message: a text in quotes, `absent`, `unknown`, or what sort of thing is there instead. */
  shown(): string {
    if (this.state !== "known") return this.state;
    const text = this.text();
    if (text !== undefined) return `"${text}"`;
    return Array.isArray(this.raw) ? `a list of ${this.raw.length}` : "an object";
  }

  private below(key: string): Field {
    const path = joined(this.path, key);
    if (this.unknown) return new Field(this.raw, path, this.unknownAt);
    const value = isRecord(this.raw) && Object.hasOwn(this.raw, key) ? this.raw[key] : undefined;
    return new Field(value, path, path);
  }
}

function joined(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}
