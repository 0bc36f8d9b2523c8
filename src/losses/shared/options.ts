/** Options: what each means, its default and its range. The same words mean the same thing in every loss. */
import { OptionError, refuse } from "../../errors.ts";
import type { Tensor } from "../../tensor.ts";

/** What the prediction holds. */
export type InputKind = "logits" | "probabilities";
/** How channels relate: one foreground channel, classes that exclude each other, or independent classes. */
export type Mode = "binary" | "multiclass" | "multilabel";
/** To one number (`mean`, `sum`), to the mean of each image `[n]` (`image`), or not at all. */
export type Reduction = "mean" | "sum" | "image" | "none";
/** Over what a ratio is taken: each image and class, or each class of the batch. */
export type Aggregate = "image" | "batch";

/** Options that every loss reads the same way; one that a loss cannot honour is refused, never ignored. */
export interface SharedOptions {
  /**
   * What the prediction holds. Logits go through sigmoid (binary, multilabel) or softmax over the classes.
   * @defaultValue "logits"
   */
  readonly input?: InputKind;
  /** How channels relate. @defaultValue "binary" for one channel, else "multiclass" */
  readonly mode?: Mode;
  /** How values of pixels, or of images and classes, become the result. @defaultValue "mean" */
  readonly reduction?: Reduction;
  /** Over what a ratio is taken: each image and class, or each class of the whole batch. @defaultValue "image" */
  readonly aggregate?: Aggregate;
  /** One weight a class, from 0; means are divided by the sum of the weights. @defaultValue equal weights */
  readonly classWeights?: readonly number[];
  /** Pixels whose target has this value count nowhere, neither above nor below a fraction. @defaultValue none */
  readonly ignoreIndex?: number;
  /** Whether class 0 counts. @defaultValue true */
  readonly includeBackground?: boolean;
  /** Weight of each pixel, from 0, `[n, 1, ...space]` or the prediction's shape. @defaultValue equal weights */
  readonly pixelWeights?: Tensor;
}

/** The smoothing terms of a ratio. */
export interface SmoothOptions {
  /** Added to numerator and denominator of the ratio. */
  readonly smooth?: number;
  /** Added to the numerator alone. @defaultValue `smooth` */
  readonly smoothNumerator?: number;
  /** Added to the denominator alone. @defaultValue `smooth` */
  readonly smoothDenominator?: number;
}

/** The two terms as a formula reads them, `smooth` resolved. */
export type SmoothTerms = Required<Omit<SmoothOptions, "smooth">>;

/** One option of a loss, as the catalogue tells it. */
export interface OptionSpec<T = unknown> {
  readonly default: T;
  readonly doc: string;
  /** Smallest number allowed. */
  readonly min?: number;
  /** Largest number allowed. */
  readonly max?: number;
  /** Whether `min` itself is refused. */
  readonly exclusiveMin?: boolean;
  /** Whether a number must be an integer. */
  readonly integer?: boolean;
  /** Words allowed, besides numbers where the default or `min` says so. */
  readonly choices?: readonly string[];
  /** A rule of the option's own: what was expected, or `null` if the value will do. */
  readonly check?: (value: unknown) => string | null;
}

/** Every mode. */
export const MODES: readonly Mode[] = ["binary", "multiclass", "multilabel"];

/** Names of the shared options, the smoothing terms among them. */
export type SharedName = keyof SharedOptions | keyof SmoothOptions;

const flag = (fallback: boolean, doc: string): OptionSpec => ({ default: fallback, doc });
const choice = (choices: readonly string[], fallback: string | undefined, doc: string): OptionSpec => ({
  default: fallback,
  choices,
  doc,
});

function weightsOf(value: unknown): string | null {
  const good = Array.isArray(value) && value.length > 0 && value.every((w) => Number.isFinite(w) && w >= 0);
  return good && (value as number[]).some((w) => w > 0) ? null : "numbers from 0, not all 0";
}

/** Shared options by name. A loss lists those that it honours. */
export const SHARED: Readonly<Record<SharedName, OptionSpec>> = {
  input: choice(["logits", "probabilities"], "logits", "what the prediction holds"),
  mode: choice(MODES, undefined, "how channels relate; by default by their number"),
  reduction: choice(["mean", "sum", "image", "none"], "mean", "how single values become the result"),
  aggregate: choice(["image", "batch"], "image", "over what a ratio is taken"),
  classWeights: { default: undefined, doc: "one weight a class", check: weightsOf },
  ignoreIndex: {
    default: undefined,
    doc: "target value of pixels that count nowhere",
    check: (value) => (Number.isFinite(value) ? null : "a number"),
  },
  includeBackground: flag(true, "whether class 0 counts"),
  pixelWeights: { default: undefined, doc: "weight of each pixel" },
  smooth: { default: undefined, min: 0, doc: "added to numerator and denominator of the ratio" },
  smoothNumerator: { default: undefined, min: 0, doc: "added to the numerator; by default smooth" },
  smoothDenominator: { default: undefined, min: 0, doc: "added to the denominator; by default smooth" },
};

/** Whether a value may hold options. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return isObject(value) ? (value.constructor?.name ?? "an object") : String(value);
}

function refuseValue(loss: string, name: string, value: unknown, expected: string): never {
  refuse(OptionError, loss, name, show(value), expected);
}

function range({ min, max, exclusiveMin, integer }: OptionSpec): string {
  const kind = integer ? "an integer" : "a number";
  const low = min === undefined ? "" : exclusiveMin ? ` above ${min}` : ` from ${min}`;
  return `${kind}${low}${max === undefined ? "" : ` up to ${max}`}`;
}

function checkNumber(loss: string, name: string, value: number, spec: OptionSpec): void {
  const { min = -Infinity, max = Infinity, exclusiveMin, integer } = spec;
  const inside = value >= min && value <= max && !(exclusiveMin && value === min);
  if (!Number.isFinite(value) || !inside || (integer && !Number.isInteger(value))) {
    refuseValue(loss, name, value, range(spec));
  }
}

/** Whether numbers are among the option's values. */
const takesNumbers = (spec: OptionSpec) =>
  typeof spec.default === "number" || spec.min !== undefined || spec.max !== undefined;

function checkOption(loss: string, name: string, value: unknown, spec: OptionSpec): void {
  if (value === spec.default) return;
  if (spec.check !== undefined) {
    const expected = spec.check(value);
    if (expected !== null) refuseValue(loss, name, value, expected);
  } else if (typeof value === "number" && takesNumbers(spec)) {
    checkNumber(loss, name, value, spec);
  } else if (spec.choices !== undefined) {
    const words = spec.choices.map((word) => `"${word}"`).join(", ");
    if (!spec.choices.includes(value as string))
      refuseValue(loss, name, value, takesNumbers(spec) ? `${words} or ${range(spec)}` : words);
  } else if (takesNumbers(spec)) {
    refuseValue(loss, name, value, range(spec));
  } else if (typeof spec.default === "boolean") {
    if (typeof value !== "boolean") refuseValue(loss, name, value, "true or false");
  } else if (typeof spec.default === "object") {
    // Options of a part of a compound loss; the part checks them itself.
    if (!isObject(value)) refuseValue(loss, name, value, "an object of options");
  }
}

function refuseOption(loss: string, name: string, specs: Specs): never {
  const known = Object.keys(specs).join(", ");
  const why = Object.hasOwn(SHARED, name) ? `${loss} cannot honour it` : "no such option";
  throw new OptionError(`${loss}: option ${name} is not taken (${why}), expected one of ${known}`, {
    op: loss,
    argument: name,
    given: name,
    expected: known,
  });
}

type Specs = Readonly<Record<string, OptionSpec>>;

/**
 * What reads the options of a loss: defaults filled in, everything checked. It throws an {@link OptionError} for
 * an option that the loss does not have, or a value out of its range.
 */
export function optionReader(loss: string, specs: Specs): (given: unknown) => Record<string, unknown> {
  const defaults = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.default]));
  return (given) => {
    if (!isObject(given)) refuseValue(loss, "options", given, "an object");
    const options: Record<string, unknown> = { ...defaults };
    for (const [name, value] of Object.entries(given)) {
      // Own names only: every object inherits a "constructor".
      if (!Object.hasOwn(specs, name)) refuseOption(loss, name, specs);
      if (value === undefined) continue;
      checkOption(loss, name, value, specs[name]);
      options[name] = value;
    }
    if ("smooth" in defaults) {
      options.smoothNumerator ??= options.smooth;
      options.smoothDenominator ??= options.smooth;
    }
    return options;
  };
}
