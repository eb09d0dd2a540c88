/**
 * Kubernetes quantities of CPU and memory as exact whole numbers.
 * Grammar and canonical text: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 *
 * `text` is the text that the API server itself would store, so that what golive declares and what the cluster
 * holds never differ by spelling alone (`1024Mi` is declared as `1Gi`).
 */
import type { Parsed } from "./parsed";

/** An amount of processor time. */
export interface Cpu {
  readonly kind: "cpu";
  /** Thousandths of one core; whole, 0 or more. */
  readonly millicores: number;
  /** Canonical text, e.g. `200m`, `2`. */
  readonly text: string;
}

/** An amount of memory. */
export interface Memory {
  readonly kind: "memory";
  /** Bytes; whole, 0 or more. */
  readonly bytes: number;
  /** Canonical text, e.g. `200Mi`, `1G`. */
  readonly text: string;
}

export type Quantity = Cpu | Memory;

interface Scale {
  readonly base: 2n | 10n;
  readonly exponent: number;
}

const SCALES: Readonly<Record<string, Scale>> = {
  n: { base: 10n, exponent: -9 },
  u: { base: 10n, exponent: -6 },
  m: { base: 10n, exponent: -3 },
  "": { base: 10n, exponent: 0 },
  k: { base: 10n, exponent: 3 },
  M: { base: 10n, exponent: 6 },
  G: { base: 10n, exponent: 9 },
  T: { base: 10n, exponent: 12 },
  P: { base: 10n, exponent: 15 },
  E: { base: 10n, exponent: 18 },
  Ki: { base: 2n, exponent: 10 },
  Mi: { base: 2n, exponent: 20 },
  Gi: { base: 2n, exponent: 30 },
  Ti: { base: 2n, exponent: 40 },
  Pi: { base: 2n, exponent: 50 },
  Ei: { base: 2n, exponent: 60 },
};

const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const DECIMAL = ["", "k", "M", "G", "T", "P", "E"] as const;

const NUMBER = String.raw`(?:\d+\.?\d*|\.\d+)`;
/** What a quantity looks like; the JSON Schema gives it to editors. */
export const QUANTITY_PATTERN = `^\\+?${NUMBER}(?:[eE][+-]?\\d+|[numkMGTPE]|[KMGTPE]i)?$`;
const QUANTITY = new RegExp(String.raw`^\+?(\d*)\.?(\d*?)(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$`);
const SHAPE = new RegExp(QUANTITY_PATTERN);
/** Beyond it no amount is a safe integer, and 10 to its power would only cost time. */
const MAX_EXPONENT = 40;

/** An exact amount in the resource's own unit: cores, bytes. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** True for a suffix of 1024s. */
  readonly binary: boolean;
}

function power(base: bigint, exponent: number): bigint {
  return base ** BigInt(exponent);
}

/** Any quantity of 0 or more, whatever its resource; undefined for what is none. */
export function parseFraction(text: string): Fraction | undefined {
  const match = SHAPE.test(text) ? QUANTITY.exec(text) : null;
  if (!match) return undefined;
  const [, whole = "", decimals = "", exponent, suffix = ""] = match;
  const scale = exponent === undefined ? SCALES[suffix] : { base: 10n, exponent: Number(exponent) };
  if (!scale || Math.abs(scale.exponent) > 2 * MAX_EXPONENT || decimals.length > MAX_EXPONENT)
    return undefined;
  const up = scale.exponent > 0 ? power(scale.base, scale.exponent) : 1n;
  const down = scale.exponent < 0 ? power(scale.base, -scale.exponent) : 1n;
  return {
    numerator: BigInt(whole + decimals) * up,
    denominator: power(10n, decimals.length) * down,
    binary: scale.base === 2n,
  };
}

/** The amount in units of one `perOne`-th, when it is whole and exact as a number. */
function wholeUnits({ numerator, denominator }: Fraction, perOne: bigint): number | undefined {
  const scaled = numerator * perOne;
  if (scaled % denominator !== 0n) return undefined;
  const units = scaled / denominator;
  return units <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(units) : undefined;
}

/** Divides by `step` as often as it stays whole: Kubernetes writes the largest unit that needs no decimals. */
function largestUnit(amount: number, step: number, units: readonly string[]): string {
  let left = amount;
  let unit = 0;
  while (left > 0 && left % step === 0 && unit < units.length - 1) {
    left /= step;
    unit += 1;
  }
  return `${left}${units[unit] ?? ""}`;
}

/** Canonical text of a CPU amount. */
export function formatCpu(millicores: number): string {
  return millicores % 1000 === 0 ? largestUnit(millicores / 1000, 1000, DECIMAL) : `${millicores}m`;
}

/** Canonical text of a memory amount, in powers of 1024 (`Mi`) or of 1000 (`M`). */
export function formatMemory(bytes: number, binary = true): string {
  return binary && bytes >= 1024
    ? largestUnit(bytes, 1024, ["", ...BINARY])
    : largestUnit(bytes, 1000, DECIMAL);
}

/** A CPU amount: `200m`, `0.2`, `2`, `1e3`. Finer than one millicore is refused, as Kubernetes says. */
export function parseCpu(text: string): Parsed<Cpu> {
  const expected = "expected a CPU quantity such as 200m or 0.5";
  const fraction = parseFraction(text);
  if (!fraction) return { problem: expected };
  const millicores = wholeUnits(fraction, 1000n);
  if (millicores === undefined) return { problem: `${expected}, in whole millicores; 1m is the least` };
  return { value: { kind: "cpu", millicores, text: formatCpu(millicores) } };
}

/** A memory amount: `200Mi`, `1G`, `1e9`, `134217728`. A fraction of a byte is refused. */
export function parseMemory(text: string): Parsed<Memory> {
  const expected = "expected a memory quantity such as 200Mi";
  const fraction = parseFraction(text);
  if (!fraction) return { problem: expected };
  const bytes = wholeUnits(fraction, 1n);
  if (bytes !== undefined) {
    return { value: { kind: "memory", bytes, text: formatMemory(bytes, fraction.binary) } };
  }
  const milli = text.endsWith("m") ? `; "m" means thousandths of a byte: write ${text.slice(0, -1)}Mi` : "";
  return { problem: `${expected}, in whole bytes${milli}` };
}

/** Less than 0 when `a` is the smaller, more than 0 when it is the larger, 0 when both are the same amount. */
export function compareQuantities<Q extends Quantity>(a: Q, b: Q): number {
  return amountOf(a) - amountOf(b);
}

/** Millicores of a CPU quantity, bytes of a memory quantity. */
export function amountOf(quantity: Quantity): number {
  return quantity.kind === "cpu" ? quantity.millicores : quantity.bytes;
}
