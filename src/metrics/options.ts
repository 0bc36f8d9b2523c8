/** Options of metrics: what each means, its default and its range. */
import { SPACING, type Spacing } from "../losses/shared/distance-maps.ts";
import type { OptionSpec } from "../losses/shared/options.ts";

/** Class of each pixel, row-major: whole numbers from 0. */
export type ClassMap = ArrayLike<number>;

/** Options of metrics; each metric says which it honours, and refuses the rest. */
export interface MetricOptions {
  /** How many classes there are, background included, from 2. @defaultValue 2 */
  readonly classes?: number;
  /** Lengths of the axes, `[height, width]` or `[depth, height, width]`; needed by what measures distances. */
  readonly size?: readonly number[];
  /** Distance between neighbours: one number, or one an axis in the order of `size`. @defaultValue 1 */
  readonly spacing?: Spacing;
  /** Whether class 0 enters the mean; it has a value of its own in any case. @defaultValue false */
  readonly includeBackground?: boolean;
  /** Pixels whose target has this value count nowhere, and belong to no class. @defaultValue none */
  readonly ignoreIndex?: number;
  /**
   * The value of a class that neither prediction nor target has. NaN keeps it out of the mean.
   * @defaultValue the best value: 1, or 0 for distances
   */
  readonly whenEmpty?: number;
  /**
   * The distance where just one of prediction and target has the class. NaN keeps it out of the mean.
   * @defaultValue the diagonal of the image, longer than any distance in it
   */
  readonly whenMissing?: number;
  /** Which percentile of the distances is taken, from 0 up to 100. @defaultValue 95 */
  readonly percentile?: number;
  /** How far apart borders may be and still agree, from 0, in the unit of `spacing`. @defaultValue 2 */
  readonly tolerance?: number;
  /** Bins that probabilities are sorted into, from 1. @defaultValue 15 */
  readonly bins?: number;
}

const isLength = (length: unknown) => Number.isInteger(length) && (length as number) > 0;
const number = (value: unknown) => (typeof value === "number" ? null : "a number, or NaN");

/** Every option by name. */
export const METRIC_OPTIONS = {
  classes: { default: 2, min: 2, integer: true, doc: "how many classes there are, background included" },
  size: {
    default: undefined,
    doc: "lengths of the axes",
    check: (size: unknown) =>
      Array.isArray(size) && size.length > 0 && size.every(isLength)
        ? null
        : "positive integers, one an axis",
  },
  spacing: SPACING,
  includeBackground: { default: false, doc: "whether class 0 enters the mean" },
  ignoreIndex: {
    default: undefined,
    doc: "target value of pixels that count nowhere",
    check: (value: unknown) => (Number.isFinite(value) ? null : "a number"),
  },
  whenEmpty: {
    default: undefined,
    doc: "value of a class that neither has; by default the best value",
    check: number,
  },
  whenMissing: {
    default: undefined,
    doc: "distance where just one has the class; by default the image's diagonal",
    check: number,
  },
  percentile: { default: 95, min: 0, max: 100, doc: "which percentile of the distances is taken" },
  tolerance: { default: 2, min: 0, doc: "how far apart borders may be and still agree" },
  bins: { default: 15, min: 1, integer: true, doc: "bins that probabilities are sorted into" },
} as const satisfies Readonly<Record<keyof MetricOptions, OptionSpec>>;

/** Options with their defaults filled in; what has none may be absent. */
export type FilledOptions = Required<
  Omit<MetricOptions, "size" | "ignoreIndex" | "whenEmpty" | "whenMissing">
> &
  Pick<MetricOptions, "size" | "ignoreIndex" | "whenEmpty" | "whenMissing">;

/** Names of options. */
export type OptionName = keyof MetricOptions;

/** Specifications of some of the options. */
export function specsOf(names: readonly OptionName[]): Readonly<Record<string, OptionSpec>> {
  return Object.fromEntries(names.map((name) => [name, METRIC_OPTIONS[name]]));
}
