/** The two charts of a loss: its value and its gradient against the predicted probability. */
import { lineChart, type Series } from "./svg.ts";
import type { LossCurves } from "./types.ts";

/** Where a chart will stand. */
export interface CurveOptions {
  /** Prefix of the ids inside, unique on its page. */
  readonly id: string;
  /** True for a file of its own. Default false. */
  readonly standalone?: boolean;
}

function seriesOf({ probability }: LossCurves, values: LossCurves["loss"]): Series[] {
  return [
    { name: "target 0", x: probability, y: values.background },
    { name: "target 1", x: probability, y: values.foreground },
  ];
}

/**
 * The vertical range that shows a curve's body where a pole would flatten it: when the largest magnitude is
 * over six times what 90 % of them stay below, the axis ends at four times. `undefined`, that is everything,
 * otherwise.
 */
function rangeWithoutPole(series: readonly Series[]): readonly [number, number] | undefined {
  const values = series.flatMap(({ y }) => y).filter(Number.isFinite);
  const magnitudes = values.map(Math.abs).sort((a, b) => a - b);
  const usual = magnitudes[Math.floor(0.9 * (magnitudes.length - 1))] ?? 0;
  if (usual === 0 || magnitudes[magnitudes.length - 1] <= 6 * usual) return undefined;
  const low = Math.max(-4 * usual, Math.min(...values));
  const high = Math.min(4 * usual, Math.max(...values));
  return [low < 0 ? 1.04 * low : 0, high > 0 ? 1.04 * high : 0];
}

/**
 * Chart of the loss against the predicted probability of a pixel, for target 0 and for target 1.
 *
 * @returns one `<svg>` element as text.
 *
 * @example
 * ```ts
 * const svg = lossChart(curves, { id: "dice-loss", standalone: true });
 * ```
 */
export function lossChart(curves: LossCurves, { id, standalone }: CurveOptions): string {
  const series = seriesOf(curves, curves.loss);
  return lineChart({
    title: "Loss",
    xLabel: "predicted probability",
    yLabel: "loss",
    description: "Loss against the predicted probability, for targets 0 and 1.",
    series,
    xRange: [0, 1],
    yRange: rangeWithoutPole(series),
    id,
    standalone,
  });
}

/**
 * Chart of the loss's derivative against the predicted probability of a pixel, for target 0 and for target 1.
 *
 * @returns one `<svg>` element as text.
 *
 * @example
 * ```ts
 * const svg = gradientChart(curves, { id: "dice-gradient", standalone: true });
 * ```
 */
export function gradientChart(curves: LossCurves, { id, standalone }: CurveOptions): string {
  const series = seriesOf(curves, curves.gradient);
  const variable = curves.gradientOf === "probabilities" ? "probability" : "logit";
  return lineChart({
    title: "Gradient",
    xLabel: "predicted probability",
    yLabel: `∂ loss / ∂ ${variable}`,
    description: `Slope of the loss by the ${variable}, against the probability, for targets 0 and 1.`,
    series,
    xRange: [0, 1],
    yRange: rangeWithoutPole(series),
    id,
    standalone,
  });
}
