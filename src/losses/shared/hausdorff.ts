/** The Hausdorff distance by distance transforms: what the loss and its logarithm are made of. */
import type { Tensor } from "../../tensor.ts";
import { Ruler, SPACING, type Spacing, sidesOf } from "./distance-maps.ts";
import type { OptionSpec } from "./options.ts";
import type { Pixels } from "./pixels.ts";

/** What both losses take. */
export interface HausdorffOptions {
  /** Power of the distance: the higher, the more the farthest error leads. Above 0. @defaultValue 2 */
  readonly alpha?: number;
  /** What is inside: probabilities, and soft targets, above this. Range 0 .. 1. @defaultValue 0.5 */
  readonly threshold?: number;
  /**
   * Distances to the border of the target alone (the paper's one-sided form, half the work).
   * @defaultValue false
   */
  readonly oneSided?: boolean;
  /** Distance between neighbours: one number, or one a spatial axis. @defaultValue 1 */
  readonly spacing?: Spacing;
}

export const HAUSDORFF: { readonly [K in keyof HausdorffOptions]-?: OptionSpec } = {
  alpha: { default: 2, min: 0, exclusiveMin: true, doc: "power of the distance" },
  threshold: { default: 0.5, min: 0, max: 1, doc: "what is inside: shares above this" },
  oneSided: { default: false, doc: "distances to the border of the target alone" },
  spacing: SPACING,
};

/** `mean of (p - g)^2 (d_p^alpha + d_g^alpha)` of each image and class, `[n or 1, c]`. */
export function hausdorffDistance(pixels: Pixels, options: Required<HausdorffOptions>): Tensor {
  const { alpha, threshold, oneSided, spacing } = options;
  const { p, g } = pixels;
  const ruler = new Ruler(pixels, spacing);
  const reach = (shares: Tensor) => ruler.distanceAcross(sidesOf(shares, threshold, pixels)).pow(alpha);
  const weight = oneSided ? reach(g) : reach(p).add(reach(g));
  return pixels.mean(p.sub(g).square().mul(weight));
}
