/** The Lovász extension of the Jaccard loss: from errors of pixels to what their set costs. */
import type { Tensor } from "../../tensor.ts";
import type { Aggregate } from "./options.ts";
import { complement, type Pixels, ratio } from "./pixels.ts";
import { inRows } from "./rows.ts";

/**
 * How much the Jaccard loss `J = 1 - I / U` grows when each pixel of a row joins those before it, all of which are
 * taken for wrong.
 *
 * A pixel of the class leaves the intersection, another one enters the union: with a and b its shares, `J`
 * grows by `(a + b I / U) / (U + b)`, I and U those before it. As the difference of two J it would be lost in
 * float32 among many pixels.
 */
function jaccardSteps(a: Tensor, b: Tensor): Tensor {
  const volume = a.sum(2, true);
  const intersection = volume.sub(a.cumsum(2)).add(a);
  const union = volume.add(b.cumsum(2));
  // Where nothing is of the class and nothing wrong so far, J is 0.
  const overlap = ratio(intersection, union.sub(b), 1);
  return ratio(a.add(b.mul(overlap)), union, 0);
}

/**
 * `sum_i e_i (J_i - J_(i-1))` over the errors e of each image and class from the largest to the smallest: `[n, c]`,
 * or `[1, c]` over the batch. J_i is the Jaccard loss with the i largest errors taken for wrong pixels.
 *
 * A pixel counts by its weight, like so many pixels of its kind; one of weight 0 moves no J. The order has no
 * derivative and needs none: the sum is continuous where two errors change places, and linear in e in between.
 */
export function lovaszExtension(errors: Tensor, pixels: Pixels, aggregate: Aggregate): Tensor {
  const { g, weight } = pixels;
  const rows = inRows(errors, aggregate);
  const order = rows.argsort(2, true);
  const sorted = (x: Tensor) => inRows(x.expand(g.shape), aggregate).gather(order, 2);
  const share = sorted(g);
  const count = weight === null ? 1 : sorted(weight);
  const steps = jaccardSteps(share.mul(count), complement(share).mul(count));
  return rows.gather(order, 2).mul(steps).sum(2);
}
