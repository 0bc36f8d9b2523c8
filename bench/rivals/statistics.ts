/** Medians, quartiles, errors, and how numbers are printed. */
import type { Result } from "./subjects/types.ts";

/** The number below which a share of all numbers lies, between neighbours where it falls between them. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)];
  return low + (sorted[Math.ceil(place)] - low) * (place - Math.floor(place));
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

/** Three digits, without an exponent. */
export const digits = (x: number): number => (Number.isFinite(x) ? Number(x.toPrecision(3)) : x);

export interface Errors {
  /** Of the value, relative. */
  readonly value: number;
  /** The largest of the gradient, relative to its largest element. */
  readonly grad: number;
}

export function errorsOf(actual: Result, exact: Result): Errors {
  if (actual.grad.length !== exact.grad.length) return { value: Number.NaN, grad: Number.NaN };
  let largest = 0;
  let error = 0;
  for (let i = 0; i < exact.grad.length; i++) {
    largest = Math.max(largest, Math.abs(exact.grad[i]));
    error = Math.max(error, Math.abs(actual.grad[i] - exact.grad[i]));
  }
  return { value: Math.abs(actual.value - exact.value) / Math.abs(exact.value), grad: error / largest };
}

/** A NaN is never within a limit. */
export const within = ({ value, grad }: Errors, limit: number): boolean => value <= limit && grad <= limit;
