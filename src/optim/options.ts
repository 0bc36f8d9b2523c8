/** What the options of optimisers, clipping and schedules have in common: their ranges, and how they are read. */
import { OptionError, refuse } from "../errors.ts";
import { type OptionSpec, optionReader } from "../losses/shared/options.ts";

/** One {@link OptionSpec} for each option of `T`. */
export type Specs<T> = { readonly [K in keyof Required<T>]: OptionSpec };

/** Options with their defaults filled in; those that default to nothing stay optional. */
export type Filled<T, Absent extends keyof T = never> = Required<Omit<T, Absent>> & Pick<T, Absent>;

/** Fills in defaults and checks everything; an option that does not exist, or is out of range, is an `OptionError`. */
export function readOptions<T, Absent extends keyof T = never>(
  op: string,
  specs: Specs<T>,
  given: T,
  required: readonly (keyof T & string)[] = [],
): Filled<T, Absent> {
  const options = optionReader(op, specs)(given);
  for (const name of required)
    if (options[name] === undefined) refuse(OptionError, op, name, "missing", specs[name].doc);
  return options as unknown as Filled<T, Absent>;
}

const inside = (low: (x: number) => boolean, high: (x: number) => boolean, expected: string) => {
  return (value: unknown): string | null =>
    typeof value === "number" && low(value) && high(value) ? null : expected;
};

/** A number above 0. */
export const positive = (fallback: number | undefined, doc: string): OptionSpec => ({
  default: fallback,
  min: 0,
  exclusiveMin: true,
  doc,
});

/** A number from 0. */
export const notNegative = (fallback: number, doc: string): OptionSpec => ({
  default: fallback,
  min: 0,
  doc,
});

/** A share of the past that is kept: from 0, below 1. */
export const share = (fallback: number, doc: string): OptionSpec => ({
  default: fallback,
  doc,
  check: inside(
    (x) => x >= 0,
    (x) => x < 1,
    "a number from 0, below 1",
  ),
});

/** What something is multiplied by to get smaller: above 0, below 1. */
export const shrink = (fallback: number | undefined, doc: string): OptionSpec => ({
  default: fallback,
  doc,
  check: inside(
    (x) => x > 0,
    (x) => x < 1,
    "a number above 0, below 1",
  ),
});

/** A whole number of steps, from `min`. */
export const whole = (fallback: number | undefined, min: number, doc: string): OptionSpec => ({
  default: fallback,
  min,
  integer: true,
  doc,
});

/** True or false. */
export const flag = (doc: string): OptionSpec => ({ default: false, doc });
