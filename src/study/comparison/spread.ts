/** Numbers over seeds: mean and spread. */
import { formatNumber } from "../numbers.ts";
import type { ComparedRun, Comparison } from "./types.ts";

/** Mean and spread of one number over several runs. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation; `null` of a single run. */
  readonly deviation: number | null;
  readonly count: number;
}

/**
 * Mean and sample standard deviation of what is there.
 *
 * @returns `null` where nothing is
 * @example
 * ```ts
 * import { spreadOf } from "segtape/study";
 * spreadOf([0.8, 0.9, null]).mean; // 0.85
 * ```
 */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | null {
  const there = values.filter((value) => typeof value === "number" && !Number.isNaN(value)) as number[];
  if (there.length === 0) return null;
  const mean = there.reduce((a, b) => a + b, 0) / there.length;
  const squares = there.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: there.length < 2 ? null : Math.sqrt(squares / (there.length - 1)),
    count: there.length,
  };
}

/** `0.853 ± 0.012`. */
export function spreadText(spread: Spread | null): string {
  if (spread === null) return "–";
  const digits = (value: number) => (Math.abs(value) < 10 ? value.toFixed(3) : formatNumber(value, 4));
  const text = Number.isFinite(spread.mean) ? digits(spread.mean) : formatNumber(spread.mean);
  return spread.deviation === null ? text : `${text} ± ${digits(spread.deviation)}`;
}

/** Runs of a loss that came to their end. */
export const goodRuns = ({ runs }: Comparison, loss: string): readonly ComparedRun[] =>
  runs.filter((run) => run.loss === loss && run.status === "ok");

/** What a metric is shown of: one class, or the mean over those from class 1 on. */
export type Aspect = number | "mean";

/** What an aspect is called: of two classes, the mean is the foreground's. */
export function aspectName({ classes }: Comparison, aspect: Aspect): string {
  if (aspect !== "mean") return classes[aspect];
  return classes.length === 2 ? classes[1] : `mean without ${classes[0]}`;
}

/** A metric of a loss over its seeds. */
export function metricSpread(
  comparison: Comparison,
  loss: string,
  metric: string,
  aspect: Aspect,
): Spread | null {
  return spreadOf(
    goodRuns(comparison, loss).map(({ metrics }) => {
      const found = metrics[metric];
      return aspect === "mean" ? found?.mean : found?.perClass[aspect];
    }),
  );
}

/** A column of an overview. */
export interface Column {
  readonly title: string;
  readonly metric: string;
  readonly aspect: Aspect;
}

/** The first metric of every class, the others of what matters most. */
export function overviewColumns(comparison: Comparison): Column[] {
  const { classes, metrics } = comparison;
  const aspects: Aspect[] = classes.length === 2 ? ["mean", 0] : ["mean", ...classes.keys()];
  return metrics.flatMap((metric, at) =>
    (at === 0 ? aspects : (["mean"] as const)).map((aspect) => ({
      title: `${metric} · ${aspectName(comparison, aspect)}`,
      metric,
      aspect,
    })),
  );
}
