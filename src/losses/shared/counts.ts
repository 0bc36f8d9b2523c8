/** The soft confusion counts that overlap scores are made of. */
import type { Tensor } from "../../tensor.ts";
import { complement, type Pixels } from "./pixels.ts";

/** Counts of each image and class, `[n or 1, c]`. */
export interface SoftCounts {
  /** `sum p g`. */
  readonly truePositives: Tensor;
  /** `sum p (1 - g)`. */
  readonly falsePositives: Tensor;
  /** `sum (1 - p) g`. */
  readonly falseNegatives: Tensor;
}

/**
 * Errors are summed as such, never as a difference of large sums: they keep their digits where few are left.
 *
 * @param sum - over which pixels; by default all of an image (or batch)
 */
export function softCounts(pixels: Pixels, sum: (x: Tensor) => Tensor = (x) => pixels.sum(x)): SoftCounts {
  const { p, q, g } = pixels;
  return {
    truePositives: sum(p.mul(g)),
    falsePositives: sum(p.mul(complement(g))),
    falseNegatives: sum(q.mul(g)),
  };
}

/**
 * Counts by the L1 norm, exact for shares: `TP = sum min(p, g)`, `FP = sum max(p - g, 0)`, `FN = sum max(g - p,
 * 0)`, so that `p = g` is all hit and no error. The same as {@link softCounts} where g is 0 or 1.
 *
 * At `p = g` a pixel has the mean of its two slopes as a hit, 1/2, and none as an error.
 */
export function softLabelCounts(pixels: Pixels): SoftCounts {
  const { p, g } = pixels;
  return {
    truePositives: pixels.sum(p.minimum(g)),
    falsePositives: pixels.sum(p.sub(g).relu()),
    falseNegatives: pixels.sum(g.sub(p).relu()),
  };
}

/** The counts of everything that is not the class, `1 - p` against `1 - g`: each false count is the other's. */
export function complementCounts(pixels: Pixels, { falsePositives, falseNegatives }: SoftCounts): SoftCounts {
  const trueNegatives = pixels.sum(pixels.q.mul(complement(pixels.g)));
  return {
    truePositives: trueNegatives,
    falsePositives: falseNegatives,
    falseNegatives: falsePositives,
  };
}
