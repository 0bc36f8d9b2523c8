/** Means of what lies around each pixel. */
import { ones } from "../../create.ts";
import type { Tensor } from "../../tensor.ts";
import { knownPixels, type Pixels } from "./pixels.ts";
import { half, windowed } from "./windows.ts";

/** Below any part of a window that a pixel may have. */
const NO_PIXEL = 1e-12;

/**
 * Weighted means of maps under a window, the same along every axis, over the pixels that are known: at the
 * borders of the image, and around pixels of weight 0, the window shrinks to those. Where it has none, the mean
 * is 0.
 */
export function localMean(pixels: Pixels, window: readonly number[]): (x: Tensor) => Tensor {
  const windows = pixels.space.map(() => window);
  const known = knownPixels(pixels);
  const gather = (x: Tensor) => windowed(x, windows, half);
  const mass = gather(known ?? ones([1, 1, ...pixels.space])).maximum(NO_PIXEL);
  return (x) => gather(known === null ? x : x.mul(known)).div(mass);
}
