/** Pooling and upsampling as layers. */
import type { PoolOptions } from "../../ops/compose.ts";
import type { UpsampleMode } from "../../ops/resize.ts";
import type { Module } from "../module.ts";
import { checkCount, stateless } from "./layer.ts";

/**
 * Largest element of each window; ties share the gradient evenly.
 *
 * @throws {@link OptionError} for a size that is no positive integer; {@link ShapeError} at `apply`
 */
export function maxPool(size: number, options: PoolOptions = {}): Module {
  checkCount("maxPool", "size", size);
  return stateless((x) => x.maxPool(size, options));
}

/**
 * Mean of each window; padding is not counted.
 *
 * @throws {@link OptionError} for a size that is no positive integer; {@link ShapeError} at `apply`
 */
export function avgPool(size: number, options: PoolOptions = {}): Module {
  checkCount("avgPool", "size", size);
  return stateless((x) => x.avgPool(size, options));
}

/**
 * Spatial sizes times `factor`: each element repeated, or interpolated between pixel centres.
 *
 * @throws {@link OptionError} for a factor that is no positive integer; at `apply`, for a mode that does not fit
 * @example
 * ```ts
 * import { upsample } from "segtape/nn";
 * import { tensor } from "segtape";
 * await upsample(2, "linear").apply({}, tensor([[[0, 4]]])).data(); // [0, 1, 3, 4]
 * ```
 */
export function upsample(factor: number, mode: UpsampleMode = "nearest"): Module {
  checkCount("upsample", "factor", factor);
  return stateless((x) => x.upsample(factor, mode));
}
