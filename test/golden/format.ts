/** The shapes of golden data: cases as peers computed them, and how ours are set against them. */
import type { Recipe } from "./recipe.ts";

/** Checksums of a gradient: sums over |g|, g^2 (its root), and g v with v the fixtures' fixed vector. */
export interface Checksums {
  readonly l1: number;
  readonly l2: number;
  readonly dot: number;
}

/** One call of a peer's function: what went in, what came out. */
export interface GoldenCase {
  readonly id: string;
  /** Name of the fixture file. */
  readonly loss: string;
  readonly peer: string;
  /** Name of the peer's function; a variant of it in parentheses. */
  readonly fn: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly reduction: string;
  readonly kind: "loss" | "metric" | "map";
  readonly layout: "NCHW" | "NHWC";
  readonly shape: readonly number[];
  /** Id of the input that holds the prediction. */
  readonly pred: string;
  readonly predKind: "prob" | "logit";
  /** Id of the input that holds the target. */
  readonly target: string;
  readonly targetKind: string;
  readonly value: readonly number[];
  /** Gradient of the sum of `value`, in the prediction's layout; `null` for checksums alone, or nothing. */
  readonly grad: readonly number[] | null;
  readonly gradChecksums: Checksums | null;
  /** How many digits were written down, where they are few. */
  readonly tolerance: { readonly relative: number; readonly absolute: number } | null;
  /** Some elements of the gradient, where the fixtures leave the rest out. */
  readonly gradSample: { readonly index: readonly number[]; readonly value: readonly number[] } | null;
}

/** A prediction and its target. */
export interface GoldenInput {
  readonly layout: "NCHW" | "NHWC";
  readonly shape: readonly number[];
  readonly prob?: readonly number[];
  readonly logit?: readonly number[];
  readonly mask?: readonly number[];
  readonly labels?: readonly number[];
  readonly labelShape?: readonly number[];
}

/** Cases of a rule that ours does not give, and why not. */
export interface Exception {
  readonly when: (c: GoldenCase) => boolean;
  /** One sentence: a bug of the peer's, or a convention that we do not follow. */
  readonly why: string;
}

/** What ours makes of the cases of one function; a case takes the first rule that fits it. */
export interface Rule {
  readonly peer: string | readonly string[];
  readonly fn: string | readonly string[];
  readonly when?: (c: GoldenCase) => boolean;
  /** How ours gives the value. Absent where we have nothing to try; then `listed` is there. */
  readonly ours?: (c: GoldenCase) => Recipe;
  /** Why ours does not give any of these. */
  readonly listed?: string;
  /** Why ours does not give some of these. */
  readonly except?: readonly Exception[];
  /** A wider tolerance where the peer's own digits are fewer: factor on ours, and why. */
  readonly loose?: {
    readonly when: (c: GoldenCase) => boolean;
    readonly factor: number;
    readonly why: string;
  };
}

/** The rules of one fixture file. */
export interface Family {
  readonly file: string;
  /** How many cases ours gives, and how many are listed with a reason. */
  readonly counts: { readonly matched: number; readonly listed: number };
  readonly rules: readonly Rule[];
}

/** Cases whose prediction is one of these inputs. */
export const on =
  (...ids: readonly string[]) =>
  (c: GoldenCase): boolean =>
    ids.includes(c.pred);

/** Cases with this value of a parameter of the peer's. */
export const param =
  (name: string, value: unknown = true) =>
  (c: GoldenCase): boolean =>
    JSON.stringify(c.params[name]) === JSON.stringify(value);

/** A number among the parameters. */
export function number(c: GoldenCase, name: string): number {
  const value = c.params[name];
  if (typeof value !== "number")
    throw new TypeError(`${c.id}: parameter ${name} is ${String(value)}, expected a number`);
  return value;
}

/** A list of numbers among the parameters. */
export function numbers(c: GoldenCase, name: string): number[] {
  const value = c.params[name];
  if (!Array.isArray(value))
    throw new TypeError(`${c.id}: parameter ${name} is ${String(value)}, expected numbers`);
  return value.map(Number);
}
