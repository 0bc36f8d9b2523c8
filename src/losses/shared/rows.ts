/** Pixels in rows: all that are ranked together, those of an image or of the batch. */
import { type Shape, sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import type { Aggregate } from "./options.ts";

/** The pixels of each image and channel in a row, `[n, c, pixels]`; with "batch" of each channel, `[1, c, pixels]`. */
export function inRows(x: Tensor, aggregate: Aggregate): Tensor {
  const [n, c] = x.shape;
  const rows = x.reshape([n, c, x.size / (n * c)]);
  return aggregate === "image" ? rows : rows.permute([1, 0, 2]).reshape([1, c, x.size / c]);
}

/** The way back, to `[n, c, ...space]`. */
export function fromRows(rows: Tensor, shape: Shape, aggregate: Aggregate): Tensor {
  if (aggregate === "image") return rows.reshape(shape);
  const [n, c, ...space] = shape;
  return rows
    .reshape([c, n, sizeOf(space)])
    .permute([1, 0, 2])
    .reshape(shape);
}
