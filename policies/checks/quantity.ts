/** Quantities as Kubernetes reads them. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
import { parseFraction, type Fraction } from "../../settings/quantity";
import type { Field } from "./field";

/** The resources of a container that the rules judge. */
export type Resource = "cpu" | "memory" | "ephemeral-storage";

/** An exact amount, below zero too: cores or bytes. */
export interface Quantity {
  readonly amount: Fraction;
  /** `m`, `Mi`; empty where there is none, and for an exponent. */
  readonly suffix: string;
}

/** The quantity that a text writes; undefined for what is none. */
export function parseQuantity(text: string): Quantity | undefined {
  const negative = text.startsWith("-");
  const amount = parseFraction(negative ? text.slice(1) : text);
  if (amount === undefined || /^[+-]{2}/.test(text)) return undefined;
  const numerator = negative ? -amount.numerator : amount.numerator;
  return { amount: { ...amount, numerator }, suffix: /(?:[numkMGTPE]|[KMGTPE]i)$/.exec(text)?.[0] ?? "" };
}

/** The quantity in a field, where it holds one. */
export const quantityIn = (field: Field): Quantity | undefined => parseQuantity(field.text() ?? "");

/** Less than 0 where the first is the smaller, 0 where both are the same amount. */
export function compare(one: Quantity, other: Quantity): number {
  const left = one.amount.numerator * other.amount.denominator;
  const right = other.amount.numerator * one.amount.denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether a quantity is more than zero. */
export const isPositive = ({ amount }: Quantity): boolean => amount.numerator > 0n;

/** Whether one quantity is at most so many times another. */
export function withinRatio(one: Quantity, other: Quantity, ratio: number): boolean {
  const scale = 1000n;
  const { numerator, denominator } = other.amount;
  const times = BigInt(Math.round(ratio * Number(scale)));
  return (
    compare(one, {
      ...other,
      amount: { ...other.amount, numerator: numerator * times, denominator: denominator * scale },
    }) <= 0
  );
}
