/** Soft skeletons: grey-value erosion and dilation of shares, and what two skeletons say of two masks. */
import { unfold } from "../../ops/movement.ts";
import { Tensor } from "../../tensor.ts";
import type { OptionSpec, SmoothTerms } from "./options.ts";
import { knownPixels, type Pixels, ratio, spaceAxesOf } from "./pixels.ts";

/** The option `iterations`, as every loss with a soft skeleton has it. */
export const ITERATIONS: OptionSpec = {
  default: 3,
  min: 0,
  integer: true,
  doc: "erosions of the soft skeleton: the largest radius it thins",
};

/** Both neighbours along an axis and the pixel itself, laid out along a new last axis; `beyond` outside the image. */
function triples(x: Tensor, axis: number, beyond: number): Tensor {
  const padded = x.pad(
    x.shape.map((_, i) => (i === axis ? [1, 1] : [0, 0])),
    beyond,
  );
  return new Tensor(unfold(padded.node, axis, 3));
}

/** Smallest share of the cross around each pixel, of shares in 0 .. 1: what lies beyond the image is never that. */
function erode(x: Tensor): Tensor {
  const lines = spaceAxesOf(x).map((axis) => triples(x, axis, 1).min(-1));
  return lines.reduce((least, line) => least.minimum(line));
}

/** Largest share of the box around each pixel, axis by axis. */
const dilate = (x: Tensor): Tensor => spaceAxesOf(x).reduce((y, axis) => triples(y, axis, 0).max(-1), x);

/**
 * The soft skeleton of shares in 0 .. 1: what an opening takes away, after each of several erosions, joined as
 * `s + (1 - s) t`.
 *
 * Erosion takes the smallest share of the cross (5 pixels in 2-D, 7 in 3-D), dilation the largest of the box
 * around a pixel, as in the authors' code. Pixels that do not count lie beyond the image.
 */
export function softSkeleton(shares: Tensor, iterations: number, pixels: Pixels): Tensor {
  const known = knownPixels(pixels);
  // 1 is never the smallest share, 0 never the largest.
  const eroded = (x: Tensor) => erode(known === null ? x : known.where(x, 1));
  const dilated = (x: Tensor) => dilate(known === null ? x : known.where(x, 0));
  let left = shares;
  let thinner = eroded(left);
  let skeleton = left.sub(dilated(thinner)).relu();
  for (let k = 0; k < iterations; k++) {
    left = thinner;
    thinner = eroded(left);
    const ridge = left.sub(dilated(thinner)).relu();
    skeleton = skeleton.add(ridge.sub(skeleton.mul(ridge)).relu());
  }
  return skeleton;
}

/** `2 a b / (a + b)`, 0 where both are. */
export const harmonicMean = (a: Tensor, b: Tensor): Tensor => ratio(a.mul(b).mul(2), a.add(b), 0);

/**
 * The centerline Dice coefficient of each image and class, `[n or 1, c]`: the harmonic mean of the share of the
 * prediction's skeleton that lies within the target, and of the target's within the prediction.
 */
export function centerlineDice(
  pixels: Pixels,
  iterations: number,
  { smoothNumerator, smoothDenominator }: SmoothTerms,
): Tensor {
  const { p, g } = pixels;
  const within = (skeleton: Tensor, mask: Tensor) =>
    ratio(
      pixels.sum(skeleton.mul(mask)).add(smoothNumerator),
      pixels.sum(skeleton).add(smoothDenominator),
      1,
    );
  const precision = within(softSkeleton(p, iterations, pixels), g);
  const sensitivity = within(softSkeleton(g, iterations, pixels), p);
  return harmonicMean(precision, sensitivity);
}
