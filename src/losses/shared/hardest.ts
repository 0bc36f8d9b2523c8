/** The pixels that cost most: how many there are, which they are, and their mean. */
import { full } from "../../create.ts";
import type { Tensor } from "../../tensor.ts";
import { stopGradient } from "../../transform/grad.ts";
import { massOf, overSpace, presence } from "./mass.ts";
import type { Aggregate } from "./options.ts";
import { type Pixels, ratio } from "./pixels.ts";
import { fromRows, inRows } from "./rows.ts";

/** Between the largest share of a whole number that float32 rounds below it, and any other number of pixels. */
const ROUNDING = 1e-6;

/** `share n` rounded down, at least 1. A share of 0.1 of 30 pixels is 3, however 0.1 is rounded. */
export const shareOf = (n: Tensor, share: number): Tensor =>
  n
    .mul(share * (1 + ROUNDING))
    .floor()
    .maximum(1);

/** How many pixels to take, from the costs of those that count (others are below 0) and their number. */
export type HowMany = (costs: Tensor, present: Tensor) => Tensor;

/** What is taken of each pixel, 0 .. 1: the k costliest of a row; those that tie for the last places share them. */
function selection(costs: Tensor, present: Tensor | null, howMany: HowMany): Tensor {
  const [rows, channels, pixels] = costs.shape;
  const keys = present === null ? costs : present.where(costs, -1);
  const number = present === null ? full([rows, channels, 1], pixels) : present.sum(2, true);
  const k = howMany(keys, number);
  const last = keys.sort(2, true).gather(k.sub(1), 2);
  const above = keys.greater(last);
  const level = keys.equal(last);
  const places = k.sub(above.sum(2, true));
  return above.add(level.mul(places.div(level.sum(2, true))));
}

/**
 * Cross entropy of the hardest pixels, such that its mean over all pixels is the (weighted) mean over those taken:
 * each cost times `take / mean of take`. The selection is a constant for derivatives.
 *
 * Pixels are ranked by their plain cross entropy within each image, and within each independent channel; with
 * `aggregate: "batch"` over the whole batch. Those of weight 0 are not there.
 */
export function hardest(pixels: Pixels, aggregate: Aggregate, howMany: HowMany): Tensor {
  const { crossEntropy, mode } = pixels;
  const costs = mode === "multiclass" ? crossEntropy.sum(1, true) : crossEntropy;
  const rows = (x: Tensor) => inRows(x.expand(costs.shape), aggregate);
  const present = presence(pixels);
  const taken = selection(rows(costs), present === null ? null : rows(present), howMany);
  const take = stopGradient(fromRows(taken, costs.shape, aggregate));
  const all = massOf(full(costs.shape, 1), pixels);
  const emphasis = stopGradient(ratio(all, massOf(take, pixels), 0));
  return crossEntropy.mul(take).mul(overSpace(emphasis, pixels));
}
