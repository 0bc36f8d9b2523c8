/** Whether probabilities mean what they say: among pixels given 0.8, four of five should be right. */
import type { Comparison } from "./comparison.ts";
import { defineMetric, type Metric } from "./metric.ts";
import type { FilledOptions } from "./options.ts";

/** Pixels sorted by their confidence into bins of equal width. */
class Bins {
  readonly #confidence: Float64Array;
  readonly #hits: Float64Array;
  readonly #bins: number;
  #pixels = 0;

  constructor(bins: number) {
    this.#bins = bins;
    this.#confidence = new Float64Array(bins);
    this.#hits = new Float64Array(bins);
  }

  add(confidence: number, hit: boolean): void {
    // Bins are open below and closed above; 0 goes to the first.
    const bin = Math.max(0, Math.ceil(confidence * this.#bins) - 1);
    this.#confidence[bin] += confidence;
    this.#hits[bin] += Number(hit);
    this.#pixels++;
  }

  /** `sum over bins of |hits - confidence| / pixels`: each bin's gap, weighted by its share of the pixels. */
  get error(): number {
    const gaps = this.#confidence.reduce(
      (sum, confidence, bin) => sum + Math.abs(confidence - this.#hits[bin]),
      0,
    );
    return gaps / this.#pixels;
  }
}

function classError(comparison: Comparison, c: number, { bins }: FilledOptions): number {
  const sorted = new Bins(bins);
  comparison.forEachPixel((g, i) => sorted.add(comparison.probability(c, i), g === c));
  return sorted.error;
}

/**
 * Calibration error of each class: the gap between its probability and how often it is there.
 *
 * `sum over bins b of |b| / n |share of the class in b - mean probability in b|`, with `bins` bins of equal width over
 * the class's probability (classwise ECE). NaN where every pixel is ignored.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `includeBackground`, `bins` (15); see {@link Metric}.
 *
 * @param prediction - probabilities `[classes, ...size]`; of two classes, those of class 1 may stand alone
 * @see Kull et al., "Beyond temperature scaling", NeurIPS 2019
 * @example
 * ```ts
 * import { calibrationError } from "segtape/metrics";
 * const foreground = [0.9, 0.9, 0.1, 0.1];
 * calibrationError(foreground, [1, 1, 0, 1], { bins: 10 }).mean; // (|2 - 1.8| + |1 - 0.2|) / 4 = 0.25
 * ```
 */
export const calibrationError: Metric = defineMetric("calibrationError", {
  title: "Calibration error of a class",
  higherIsBetter: false,
  needs: "probabilities",
  formula: "sum over bins |b| / n |share of the class - mean probability|",
  source: "Kull et al. 2019",
  options: ["bins"],
  rule: { perClass: classError },
});

/**
 * Expected calibration error: the gap between the probability of the predicted class and how often it is right.
 *
 * `sum over bins b of |b| / n |accuracy in b - mean confidence in b|`, with `bins` bins of equal width over the
 * largest probability of each pixel. NaN where every pixel is ignored.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `bins` (15); see {@link Metric}.
 *
 * @param prediction - probabilities `[classes, ...size]`; of two classes, those of class 1 may stand alone
 * @see Guo et al., "On Calibration of Modern Neural Networks", ICML 2017
 * @example
 * ```ts
 * import { expectedCalibrationError } from "segtape/metrics";
 * expectedCalibrationError([0.9, 0.9, 0.1, 0.1], [1, 1, 0, 1], { bins: 10 }).mean; // |3 - 3.6| / 4 = 0.15
 * ```
 */
export const expectedCalibrationError: Metric = defineMetric("expectedCalibrationError", {
  title: "Expected calibration error",
  higherIsBetter: false,
  needs: "probabilities",
  formula: "sum over bins |b| / n |accuracy - mean confidence|",
  source: "Guo et al. 2017",
  options: ["bins"],
  rule: {
    whole: (comparison, { classes, bins }) => {
      const sorted = new Bins(bins);
      comparison.forEachPixel((g, i) => {
        let [best, confidence] = [0, comparison.probability(0, i)];
        for (let c = 1; c < classes; c++) {
          const p = comparison.probability(c, i);
          // At exactly one half, class 1 is predicted, as thresholds do it.
          if (p > confidence || (classes === 2 && p === confidence)) [best, confidence] = [c, p];
        }
        sorted.add(confidence, best === g);
      });
      return sorted.error;
    },
  },
});
