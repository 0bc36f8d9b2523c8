/** A model measured on whole images. */
import { OptionError, refuse } from "../errors.ts";
import {
  type EvaluateMetricsOptions,
  evaluateMetrics,
  type MetricOptions,
  type MetricResult,
  metrics,
} from "../metrics/index.ts";
import type { Module, Variables } from "../nn/module.ts";
import { classesOf, predictImage } from "./predict.ts";
import type { PredictOptions, Sample } from "./types.ts";

/** Options of {@link evaluateModel}: those of {@link predictImage}, and settings of metrics. */
export interface EvaluateOptions extends PredictOptions {
  /** Label of pixels that count nowhere. @defaultValue none */
  readonly ignoreIndex?: number;
  /** Probability from which a pixel of a single output is foreground. @defaultValue 0.5 */
  readonly threshold?: number;
  /** Further options of the metrics, such as `spacing`. @defaultValue those of each metric */
  readonly metricOptions?: Omit<MetricOptions, "classes" | "size" | "ignoreIndex">;
  /** After each sample; awaited. */
  readonly onSample?: (evaluation: SampleEvaluation) => unknown;
}

/** One image, measured. */
export interface SampleEvaluation {
  readonly name: string;
  readonly metrics: Readonly<Record<string, MetricResult>>;
}

/** A model, measured. */
export interface Evaluation {
  /** Mean over the samples of each metric's mean over classes; NaN values are left out, and where nothing remains it is NaN. */
  readonly mean: Readonly<Record<string, number>>;
  /** In the order given. */
  readonly samples: readonly SampleEvaluation[];
}

/** @internal Refuses names that no metric has. */
export function checkMetrics(op: string, names: readonly string[]): void {
  const unknown = names.find((name) => !Object.hasOwn(metrics, name));
  if (unknown !== undefined) refuse(OptionError, op, "metrics", unknown, Object.keys(metrics).join(", "));
}

/** @internal Which way a metric gets better. */
export function directionOf(name: string): "min" | "max" {
  return metrics[name].higherIsBetter ? "max" : "min";
}

function meanOf(values: readonly number[]): number {
  const counted = values.filter((value) => !Number.isNaN(value));
  return counted.reduce((sum, value) => sum + value, 0) / counted.length;
}

/**
 * Predicts whole images with {@link predictImage}, and compares them with their masks.
 *
 * @param names - of the catalogue of `segtape/metrics`
 * @throws {@link OptionError} for names or options that there are not; {@link ShapeError} as {@link predictImage} does
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * import { evaluateModel } from "segtape/train";
 * const model = { variables: {}, apply: (_, x) => x.sub(0.5) };
 * const image = Float32Array.of(0, 1, 1, 1);
 * const sample = { name: "a", image, channels: 1, size: [2, 2], target: Uint8Array.of(0, 0, 1, 1) };
 * const { mean } = await evaluateModel(model, {}, [sample], ["dice"]);
 * mean.dice; // 0.8
 * ```
 */
export async function evaluateModel(
  model: Module,
  variables: Variables,
  samples: readonly Sample[],
  names: readonly string[],
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { ignoreIndex, threshold, metricOptions, onSample, ...prediction } = options;
  checkMetrics("evaluateModel", names);
  const evaluations: SampleEvaluation[] = [];
  for (const sample of samples) {
    const { name, target, size } = sample;
    const probabilities = await predictImage(model, variables, sample, prediction);
    const outputs = probabilities.length / target.length;
    const classes = classesOf(probabilities, outputs, threshold);
    const settings: EvaluateMetricsOptions = {
      ...metricOptions,
      size,
      classes: Math.max(2, outputs),
      ...(ignoreIndex === undefined ? {} : { ignoreIndex }),
      ...(names.some((metric) => metrics[metric].needs === "probabilities") ? { probabilities } : {}),
    };
    const evaluation = { name, metrics: evaluateMetrics(names, classes, target, settings) };
    evaluations.push(evaluation);
    await onSample?.(evaluation);
  }
  const mean = names.map((name) => [name, meanOf(evaluations.map((one) => one.metrics[name].mean))]);
  return { mean: Object.fromEntries(mean), samples: evaluations };
}
