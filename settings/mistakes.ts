/** Mistakes of a stack file, in words. */
import { distance } from "fastest-levenshtein";
import { Secret, hasSecretName, looksSecret } from "./secret";
import type { Part, Path, Position } from "./source";

/** One mistake: where it is, what was found and what would have been right. */
export interface Mistake {
  /** From the top of the file's `config`, e.g. `["golive:kometa", "limits", "memory"]`. */
  readonly path: Path;
  /** Whether the mistake is in the entry's name or in its value. */
  readonly part: Part;
  /** What was found, as a reader would say it; never a secret. Absent where the message says it all. */
  readonly found?: string;
  /** What would have been right, and how to mend it. */
  readonly message: string;
  /** The sibling key that a mistyped one was meant to be. */
  readonly meant?: string | undefined;
  readonly position?: Position | undefined;
}

/** Every mistake of one stack file. Its message is all that a user needs; its stack is of no use to one. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  /** One line each, in the order of the file. */
  readonly lines: readonly string[];

  constructor(
    readonly file: string,
    readonly mistakes: readonly Mistake[],
  ) {
    const ordered = [...mistakes].sort(byPosition);
    const lines = ordered.map((mistake) => describe(file, mistake));
    const count = lines.length === 1 ? "1 mistake" : `${lines.length} mistakes`;
    super([`${file}: ${count}`, ...lines.map((line) => `  ${line}`)].join("\n"));
    this.lines = lines;
  }
}

function byPosition(a: Mistake, b: Mistake): number {
  const line = (a.position?.line ?? 0) - (b.position?.line ?? 0);
  return line === 0 ? (a.position?.column ?? 0) - (b.position?.column ?? 0) : line;
}

/** `Pulumi.develop.yaml:14:12  golive:kometa.limits.memory: found "2Xi"; expected …` */
function describe(file: string, { path, found, message, position }: Mistake): string {
  const where = position ? `${file}:${position.line}:${position.column}` : file;
  const what = found === undefined ? message : `${found}; ${message}`;
  return path.length === 0 ? `${where}  ${what}` : `${where}  ${formatPath(path)}: ${what}`;
}

/** `golive:kometa.tolerations[0]` */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
}

/** What is found where a required value is absent. */
export const MISSING = "missing";

/** What is found where a value may be a secret. */
export const HIDDEN = "found a value (not shown)";

const LONGEST = 60;

/** What was found at `path`, as a reader would say it; a secret, or what looks like one, is not shown. */
export function describeFound(value: unknown, path: Path, written?: string): string {
  if (value === undefined) return MISSING;
  if (value === null) return "found nothing";
  if (value instanceof Secret) return "found a secret";
  if (Array.isArray(value))
    return value.length === 0 ? "found an empty list" : `found a list of ${value.length}`;
  if (!isScalar(value)) return written === undefined ? "found a mapping" : `found the date ${written}`;
  return isHidden(value, path) ? HIDDEN : `found ${describeScalar(value, written)}`;
}

type Scalar = string | number | boolean;

/** Whether a value is a text, a number, true or false. */
export function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function describeScalar(value: Scalar, written: string | undefined): string {
  if (typeof value === "number") return `the number ${written ?? value}`;
  if (typeof value === "boolean") return written ?? String(value);
  if (written !== undefined) return `the date ${written}`;
  return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
}

function isHidden(value: Scalar, path: Path): boolean {
  return looksSecret(String(value)) || path.slice(1).some((step) => hasSecretName(String(step)));
}

/** The known name nearest to a mistyped one, where one is near enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, away: distance(candidate.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  const first = ranked[0];
  return first && first.away <= (name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3)))
    ? first.candidate
    : undefined;
}
