/** Spans of time as Prometheus writes them, in seconds. Pure. */
import type { Window } from "./expression";

const UNITS = { d: 86_400, h: 3600, m: 60, s: 1 } as const;
const SPAN = /^(\d+)([dhms])$/;

const isUnit = (text: string | undefined): text is keyof typeof UNITS => text !== undefined && text in UNITS;

/** Seconds of a span of one unit, such as `90s` and `3d`. Errors: it is none, as Grafana's `$__range` is not. */
export function windowSeconds(window: string): number {
  const [, count, unit] = SPAN.exec(window) ?? [];
  if (!isUnit(unit)) throw new Error(`${window} is no fixed span of time`);
  return Number(count) * UNITS[unit];
}

/** The span of so many seconds, in the greatest unit that leaves a whole number. */
export function windowOf(seconds: number): Window {
  const unit = (["d", "h", "m"] as const).find((name) => seconds > 0 && seconds % UNITS[name] === 0) ?? "s";
  return `${seconds / UNITS[unit]}${unit}`;
}
