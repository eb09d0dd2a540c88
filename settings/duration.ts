/** Lengths of time as whole seconds, written as Go, Kubernetes and Prometheus write them: `30s`, `1h30m`, `2d`. */
import type { Parsed } from "./parsed";

export interface Duration {
  readonly kind: "duration";
  /** Whole seconds, 0 or more. */
  readonly seconds: number;
  /** Canonical text, e.g. `1h30m`. Days are written as hours, which every tool reads. */
  readonly text: string;
}

const UNITS = [
  { letter: "d", seconds: 86_400 },
  { letter: "h", seconds: 3_600 },
  { letter: "m", seconds: 60 },
  { letter: "s", seconds: 1 },
] as const;

/** What a duration looks like; the JSON Schema gives it to editors. */
export const DURATION_PATTERN = String.raw`^(?=\d)(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?$`;
const SHAPE = new RegExp(DURATION_PATTERN);

/** Canonical text of a number of whole seconds. */
export function formatDuration(seconds: number): string {
  let left = seconds;
  let text = "";
  for (const unit of UNITS.slice(1)) {
    const count = Math.floor(left / unit.seconds);
    left -= count * unit.seconds;
    if (count > 0) text += `${count}${unit.letter}`;
  }
  return text === "" ? "0s" : text;
}

/** `30s`, `30m`, `1h30m`, `2d`: largest unit first, each unit once. A bare number is refused: it has no unit. */
export function parseDuration(text: string): Parsed<Duration> {
  const expected = "expected a duration such as 30s, 10m or 1h30m";
  if (!SHAPE.test(text)) {
    return { problem: /^\d+$/.test(text) ? `${expected}; add the unit, e.g. ${text}s` : expected };
  }
  let seconds = 0;
  for (const { letter, seconds: each } of UNITS) {
    seconds += Number(new RegExp(`(\\d+)${letter}`).exec(text)?.[1] ?? 0) * each;
  }
  if (!Number.isSafeInteger(seconds)) return { problem: `${expected}; this one is too long` };
  return { value: { kind: "duration", seconds, text: formatDuration(seconds) } };
}
