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
 */
export function softCounts(pixels: Pixels): SoftCounts {
  const { p, q, g } = pixels;
  return {
    truePositives: pixels.sum(p.mul(g)),
    falsePositives: pixels.sum(p.mul(complement(g))),
    falseNegatives: pixels.sum(q.mul(g)),
  };
}
