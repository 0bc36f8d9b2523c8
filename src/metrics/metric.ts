/** What a metric is, and everything around its formula: options, checks, classes, the mean. */
import type { OptionSpec } from "../losses/shared/options.ts";
import { optionReader } from "../losses/shared/options.ts";
import { Comparison } from "./comparison.ts";
import { type FilledOptions, type MetricOptions, type OptionName, specsOf } from "./options.ts";

/** What a metric gives. */
export interface MetricResult {
  /** The value of each class, class 0 first; empty for a metric that is about all classes together. */
  readonly perClass: readonly number[];
  /**
   * The mean over classes, without class 0 unless `includeBackground`; NaN values are left out, and where nothing
   * remains it is NaN. For a metric that is about all classes together, its value.
   */
  readonly mean: number;
}

/** Everything the catalogue knows of a metric. */
export interface MetricInfo {
  /** For people. */
  readonly title: string;
  /** Whether more is better; the best value is then 1, else 0. */
  readonly higherIsBetter: boolean;
  /** What the prediction holds: the class of each pixel, or the probability of each class, `[classes, ...size]`. */
  readonly needs: "classes" | "probabilities";
  /** Plain text. */
  readonly formula: string;
  /** Paper, or where it is usual. */
  readonly source: string;
  /** Options that it honours, with their defaults. */
  readonly options: Readonly<Record<string, OptionSpec>>;
}

/** A metric: call it on one image, or ask what it is. */
export interface Metric extends MetricInfo {
  /**
   * @param prediction - class of each pixel, or probabilities, as {@link MetricInfo.needs} says
   * @param target - class of each pixel, `ignoreIndex` among them
   * @throws {@link OptionError} for options out of range, missing, or not of this metric; {@link ShapeError} where
   *   lengths differ; {@link DTypeError} for what is no class or no probability
   */
  (prediction: ArrayLike<number>, target: ArrayLike<number>, options?: MetricOptions): MetricResult;
  readonly name: string;
  /** @internal */
  readonly rule: Rule;
}

/** The formula: of one class, or of all together. */
export type Rule =
  | { readonly perClass: (comparison: Comparison, c: number, options: FilledOptions) => number }
  | { readonly whole: (comparison: Comparison, options: FilledOptions) => number };

/** What {@link defineMetric} is told. */
export interface MetricDefinition extends Omit<MetricInfo, "options"> {
  /** Options beside those that every metric has. */
  readonly options?: readonly OptionName[];
  readonly rule: Rule;
}

/** Defaults and checks for a metric's options, or for those of several metrics together. */
export function readMetricOptions(
  op: string,
  specs: Readonly<Record<string, OptionSpec>>,
  given: unknown,
): FilledOptions {
  return optionReader(op, specs)(given) as unknown as FilledOptions;
}

function meanOf(perClass: readonly number[], includeBackground: boolean): number {
  const counted = perClass.slice(includeBackground ? 0 : 1).filter((value) => !Number.isNaN(value));
  return counted.reduce((sum, value) => sum + value, 0) / counted.length;
}

/** The value of a rule on a comparison. */
export function applyRule(rule: Rule, comparison: Comparison, options: FilledOptions): MetricResult {
  if ("whole" in rule) return { perClass: [], mean: rule.whole(comparison, options) };
  const perClass = Array.from({ length: options.classes }, (_, c) => rule.perClass(comparison, c, options));
  return { perClass, mean: meanOf(perClass, options.includeBackground) };
}

/** A {@link Metric} of its definition. */
export function defineMetric(name: string, definition: MetricDefinition): Metric {
  const { options: own = [], rule, ...info } = definition;
  const common: readonly OptionName[] = ["classes", "size", "ignoreIndex"];
  const specs = specsOf([...common, ...("perClass" in rule ? (["includeBackground"] as const) : []), ...own]);
  const metric = (
    prediction: ArrayLike<number>,
    target: ArrayLike<number>,
    options: MetricOptions = {},
  ): MetricResult => {
    const filled = readMetricOptions(name, specs, options);
    const given = info.needs === "classes" ? { prediction } : { probabilities: prediction };
    return applyRule(rule, new Comparison(name, { ...given, target }, filled), filled);
  };
  Object.defineProperty(metric, "name", { value: name });
  return Object.freeze(Object.assign(metric, { ...info, options: specs, rule })) as unknown as Metric;
}
