/** Neighbours of a pixel: the cross erodes a mask and tells its contour, the box around a pixel has its directions. */
import { correlate } from "../../ops/window.ts";
import { Tensor } from "../../tensor.ts";
import type { Sides } from "./distance-maps.ts";
import { complement, spaceAxesOf } from "./pixels.ts";

/** Both neighbours along an axis, the pixel itself left out. */
const BESIDE = [1, 0, 1];

/** Sum of the 2 d nearest neighbours of each pixel of `[n, c, ...space]`; beyond the image is 0. */
function sumOfNeighbours(x: Tensor): Tensor {
  const along = spaceAxesOf(x).map((axis) => new Tensor(correlate(x.node, axis, BESIDE, 1, 1)));
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
  const space = spaceAxesOf(x);
  const mean = x.add(sumOfNeighbours(x)).div(2 * space.length + 1);
  const eroded = mean.sub(0.5).relu();
  const low = eroded.min(space, true);
  const range = eroded.max(space, true).sub(low);
  const flat = range.equal(0);
  return flat.where(eroded, eroded.sub(low).div(flat.where(1, range)));
}

/** One more pixel at both ends of every spatial axis, each a copy of its neighbour. */
export function extended(x: Tensor): Tensor {
  return x.shape.slice(2).reduce((y, length, i) => {
    const part = (start: number, stop: number) =>
      y.slice(y.shape.map((n, axis) => (axis === i + 2 ? [start, stop] : [0, n])));
    return part(0, 1).concat([y, part(length - 1, length)], i + 2);
  }, x);
}

/** What stands beside each pixel in a direction, of a map that has one more pixel at both ends of every axis. */
export const inDirection = (wide: Tensor, direction: readonly number[]): Tensor =>
  wide.slice(
    wide.shape.map((length, axis) =>
      axis < 2 ? [0, length] : [1 + direction[axis - 2], length - 1 + direction[axis - 2]],
    ),
  );

/** Steps to the other pixels of the box of 3: 8 in 2-D, 26 in 3-D; along one axis first, forwards before backwards. */
export function directions(rank: number): readonly (readonly number[])[] {
  let box: number[][] = [[]];
  for (let axis = 0; axis < rank; axis++) {
    box = box.flatMap((steps) => [0, 1, -1].map((step) => [...steps, step]));
  }
  const length = (steps: readonly number[]) => steps.filter((step) => step !== 0).length;
  return box.slice(1).sort((a, b) => length(a) - length(b));
}
