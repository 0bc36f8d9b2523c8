/** The cross-shaped neighbourhood: what erodes a mask, and what tells its contour. */
import { correlate } from "../../ops/window.ts";
import { Tensor } from "../../tensor.ts";
import type { Sides } from "./distance-maps.ts";
import { complement } from "./pixels.ts";

/** Both neighbours along an axis, the pixel itself left out. */
const BESIDE = [1, 0, 1];

/** Sum of the 2 d nearest neighbours of each pixel of `[n, c, ...space]`; beyond the image is 0. */
function sumOfNeighbours(x: Tensor): Tensor {
  const along = x.shape.slice(2).map((_, i) => new Tensor(correlate(x.node, i + 2, BESIDE, 1, 1)));
  return along.reduce((total, part) => total.add(part));
}

/** Pixels inside that touch the outside. The image's own border is no contour. */
export function contourOf({ inside, outside }: Sides): Tensor {
  return inside.mul(sumOfNeighbours(outside).greater(0));
}

/** Pixels inside that touch the outside, or lie at the image's own border. */
export function rimOf({ inside, outside }: Sides): Tensor {
  const all = 2 * (inside.rank - 2);
  return inside.mul(sumOfNeighbours(complement(outside)).less(all));
}

/**
 * Soft erosion as in the Hausdorff loss of Karimi and Salcudean: mean over the cross, less 1/2, held above 0,
 * then stretched to 0 .. 1 in each image and channel. An image without contrast is left as it is.
 */
export function softErosion(x: Tensor): Tensor {
  const space = x.shape.slice(2).map((_, i) => i + 2);
  const mean = x.add(sumOfNeighbours(x)).div(2 * space.length + 1);
  const eroded = mean.sub(0.5).relu();
  const low = eroded.min(space, true);
  const range = eroded.max(space, true).sub(low);
  const flat = range.equal(0);
  return flat.where(eroded, eroded.sub(low).div(flat.where(1, range)));
}
