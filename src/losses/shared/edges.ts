/** Edge maps by windows of 3 pixels an axis. Beyond the image its border pixels go on, so that it is no edge. */
import type { Tensor } from "../../tensor.ts";
import { extended } from "./neighbours.ts";
import { spaceAxesOf } from "./pixels.ts";
import { box, windowed } from "./windows.ts";

/** Weighted sum of the windows of an {@link extended} map: one row of weights a spatial axis. */
const windows = (x: Tensor, weights: readonly (readonly number[])[]): Tensor => windowed(x, weights, () => 0);

const SMOOTH = [1 / 4, 2 / 4, 1 / 4];
const SLOPE = [1, 0, -1];

/** Keeps the slope of a square root finite where a map is flat. */
const FLAT = 1e-7;

/**
 * Length of the gradient, by Sobel's windows, of the mean over 3 pixels an axis: differences along one axis,
 * smoothed along the others.
 */
export function sobelEdges(x: Tensor): Tensor {
  const axes = spaceAxesOf(x);
  const mean = windows(
    extended(x),
    axes.map(() => box(3)),
  );
  const wide = extended(mean);
  return axes
    .map((along) =>
      windows(
        wide,
        axes.map((axis) => (axis === along ? SLOPE : SMOOTH)),
      ).square(),
    )
    .reduce((total, square) => total.add(square))
    .add(FLAT)
    .sqrt();
}

/** Each pixel's surplus over the box of 3 around it: `8 x - (the 8 others)` in 2-D, `26 x - ...` in 3-D. */
export function laplacian(x: Tensor): Tensor {
  const axes = spaceAxesOf(x);
  const sum = windows(
    extended(x),
    axes.map(() => [1, 1, 1]),
  );
  return x.mul(3 ** axes.length).sub(sum);
}
