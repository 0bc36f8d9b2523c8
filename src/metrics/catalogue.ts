/** Every metric by name, and several of them at once. */
import { OptionError, refuse } from "../errors.ts";
import { calibrationError, expectedCalibrationError } from "./calibration.ts";
import { Comparison } from "./comparison.ts";
import { averageSurfaceDistance, boundaryF1, hausdorff95 } from "./distance.ts";
import { applyRule, type Metric, type MetricResult, readMetricOptions } from "./metric.ts";
import type { ClassMap, MetricOptions } from "./options.ts";
import {
  accuracy,
  balancedAccuracy,
  dice,
  iou,
  matthewsCorrelation,
  pixelAccuracy,
  precision,
  sensitivity,
  specificity,
} from "./overlap.ts";

/** Without a prototype: no name that objects inherit passes for a metric. */
function catalogueOf(list: readonly Metric[]): Readonly<Record<string, Metric>> {
  const byName: Record<string, Metric> = Object.create(null);
  for (const metric of list) byName[metric.name] = metric;
  return Object.freeze(byName);
}

/**
 * The catalogue: every metric by its name, with title, formula, source, options, and what it needs.
 *
 * @example
 * ```ts
 * import { metrics } from "segtape/metrics";
 * metrics.hausdorff95.higherIsBetter; // false
 * metrics.dice.formula; // "2 TP / (2 TP + FP + FN)"
 * ```
 */
export const metrics: Readonly<Record<string, Metric>> = catalogueOf([
  dice,
  iou,
  sensitivity,
  specificity,
  precision,
  accuracy,
  balancedAccuracy,
  matthewsCorrelation,
  pixelAccuracy,
  hausdorff95,
  averageSurfaceDistance,
  boundaryF1,
  calibrationError,
  expectedCalibrationError,
]);

/** Options of {@link evaluateMetrics}. */
export interface EvaluateMetricsOptions extends MetricOptions {
  /**
   * For metrics that need them: probabilities `[classes, ...size]`; of two classes, those of class 1 may stand alone.
   */
  readonly probabilities?: ArrayLike<number>;
}

function metricsOf(op: string, names: readonly string[]): readonly Metric[] {
  return names.map((name) => {
    const metric = metrics[name];
    if (metric === undefined)
      refuse(OptionError, op, "name", JSON.stringify(name), `one of ${Object.keys(metrics).join(", ")}`);
    return metric;
  });
}

/**
 * Several metrics of one image. What they share is computed once: one pass for all metrics of overlap, one pair of
 * distance maps a class for all metrics of borders.
 *
 * An option is for all metrics that honour it, and refused if none does.
 *
 * @param names - of metrics in the catalogue
 * @param prediction - class of each pixel
 * @param target - class of each pixel
 * @returns for each name the values of the classes and their mean
 * @throws {@link OptionError} for names and options that there are not, or that are missing; {@link ShapeError} where
 *   lengths differ; {@link DTypeError} for what is no class or no probability
 * @example
 * ```ts
 * import { evaluateMetrics } from "segtape/metrics";
 * const found = evaluateMetrics(["dice", "hausdorff95"], [0, 1, 0, 0], [0, 1, 1, 1], { size: [1, 4] });
 * found.dice.mean; // 0.5
 * found.hausdorff95.perClass; // [2.9, 1.9]
 * ```
 */
export function evaluateMetrics(
  names: readonly string[],
  prediction: ClassMap,
  target: ClassMap,
  { probabilities, ...options }: EvaluateMetricsOptions = {},
): Record<string, MetricResult> {
  const op = "evaluateMetrics";
  const chosen = metricsOf(op, names);
  if (probabilities !== undefined && !chosen.some((metric) => metric.needs === "probabilities"))
    refuse(OptionError, op, "probabilities", "given", "a metric that needs them");
  const specs = Object.assign({}, ...chosen.map((metric) => metric.options));
  const filled = readMetricOptions(op, specs, options);
  const comparison = new Comparison(op, { prediction, probabilities, target }, filled);
  return Object.fromEntries(chosen.map(({ name, rule }) => [name, applyRule(rule, comparison, filled)]));
}
