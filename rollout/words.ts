/** Values, limits and readings in words. Pure. */
import type { Reading } from "./reading";
import type { Limit, Unit } from "./rule";
import type { Signature } from "./state";

const trimmed = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** A number of people, in groups of three by a thin space: `18 240`. */
export const grouped = (value: number): string => trimmed(value, 0).replace(/\B(?=(\d{3})+$)/g, " ");

const AMOUNTS: Readonly<Record<Unit, (value: number) => string>> = {
  ratio: (value) => `${trimmed(value * 100, 2)} %`,
  seconds: (value) => (Math.abs(value) < 1 ? `${trimmed(value * 1000, 0)} ms` : `${trimmed(value, 2)} s`),
  milliseconds: (value) => `${trimmed(value, 0)} ms`,
  requests: (value) => `${trimmed(value, 1)} requests`,
  cores: (value) => `${trimmed(value, 2)} cores`,
  bytes: (value) => `${trimmed(value / 1024 / 1024, 1)} MiB`,
  timestamp: (value) => new Date(value * 1000).toISOString(),
  count: (value) => trimmed(value, 2),
};

/** A value with its unit: `0.03 %`, `480 ms`, `12`. */
export const amount = (unit: Unit, value: number): string => AMOUNTS[unit](value);

/** What a value must be: `at most 1 %`, `below 5`. */
export function expected(unit: Unit, limit: Limit): string {
  if ("above" in limit) return `at most ${amount(unit, limit.above)}`;
  return "below" in limit ? `at least ${amount(unit, limit.below)}` : `below ${amount(unit, limit.atLeast)}`;
}

/** A span of time: `45 s`, `12 min 30 s`, `2 h`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    [Math.floor(whole / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "min"],
    [whole % 60, "s"],
  ].flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`]));
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

/** Of an approval: `unsigned`, `signed, until 2026-11-25T03:00:00.000Z`, `counts for nothing: it is not signed`. */
export function signatureText(signature: Signature): string {
  switch (signature.kind) {
    case "none":
      return "unsigned";
    case "valid":
      return `signed, until ${new Date(signature.until).toISOString()}`;
    case "refused":
      return `counts for nothing: ${signature.reason}`;
  }
}

/** A reading against its limit: `0.03 % (at most 1 %), n = 18 240`. */
export function told(reading: Reading, unit: Unit, limit: Limit): string {
  switch (reading.kind) {
    case "pass":
    case "fail": {
      const { value, samples, stable } = reading;
      const beside = stable === undefined ? "" : `, stable side ${amount(unit, stable)}`;
      const counted = samples === undefined ? "" : `, n = ${grouped(samples)}`;
      return `${amount(unit, value)} (${expected(unit, limit)})${beside}${counted}`;
    }
    case "insufficient":
      return `${grouped(reading.samples)} of ${grouped(reading.needed)} samples${ofSide(reading)}, ${remaining(reading)}`;
    case "broken":
      return `${reading.cause}: ${reading.message}`;
  }
}

type Insufficient = Extract<Reading, { kind: "insufficient" }>;

const ofSide = ({ side }: Insufficient): string => (side === "stable" ? " of the stable side" : "");

function remaining({ secondsLeft, windowNeeded }: Insufficient): string {
  if (secondsLeft !== undefined) return `enough in ${span(secondsLeft)} at this rate`;
  if (windowNeeded === undefined) return "and no more are coming";
  return `never enough at this rate: it takes a window of ${span(windowNeeded)}`;
}
