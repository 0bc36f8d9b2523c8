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
 * The vertical range that shows a curve's body when a pole at one end would flatten it: what 95 % of the
 * magnitudes stay below, times 4. `undefined`, that is everything, where nothing is flattened.
 */
function rangeWithoutPole(series: readonly Series[]): readonly [number, number] | undefined {
  const values = series.flatMap(({ y }) => y).filter(Number.isFinite);
  const magnitudes = values.map(Math.abs).sort((a, b) => a - b);
  const most = 4 * (magnitudes[Math.floor(0.95 * (magnitudes.length - 1))] ?? 0);
  if (most === 0 || most >= magnitudes[magnitudes.length - 1]) return undefined;
  const low = Math.max(-most, Math.min(...values));
  const high = Math.min(most, Math.max(...values));
  return [low < 0 ? 1.04 * low : Math.min(0, low), high > 0 ? 1.04 * high : Math.max(0, high)];
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
  const variable = curves.gradientOf === "logits" ? "logit" : "probability";
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
