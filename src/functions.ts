/** Every tensor method as a free function as well: `exp(x)` is `x.exp()`. */

import type { PoolOptions } from "./ops/compose.ts";
import type { ConvolutionOptions, TransposedConvolutionOptions } from "./ops/contract.ts";
import type { UpsampleMode } from "./ops/resize.ts";
import type { Shape } from "./shape.ts";
import type { Axes } from "./tensor.ts";
import { isTensor, type Tensor, type TensorLike, tensor } from "./tensor.ts";

const of = (x: TensorLike): Tensor => (isTensor(x) ? x : tensor(x));

/** x + y, broadcast. */
export const add = (x: TensorLike, y: TensorLike): Tensor => of(x).add(y);
/** x - y, broadcast. */
export const sub = (x: TensorLike, y: TensorLike): Tensor => of(x).sub(y);
/** x * y, broadcast. */
export const mul = (x: TensorLike, y: TensorLike): Tensor => of(x).mul(y);
/** x / y, broadcast. */
export const div = (x: TensorLike, y: TensorLike): Tensor => of(x).div(y);
/** x to the power y; between 0 and 1, the slope at x = 0 is taken as 0. */
export const pow = (x: TensorLike, y: TensorLike): Tensor => of(x).pow(y);
/** -x, element by element. */
export const neg = (x: TensorLike): Tensor => of(x).neg();
/** The larger of x and y; ties share the gradient. */
export const maximum = (x: TensorLike, y: TensorLike): Tensor => of(x).maximum(y);
/** The smaller of x and y; ties share the gradient. */
export const minimum = (x: TensorLike, y: TensorLike): Tensor => of(x).minimum(y);

/** e to the power x. */
export const exp = (x: TensorLike): Tensor => of(x).exp();
/** Natural logarithm. */
export const log = (x: TensorLike): Tensor => of(x).log();
/** log(1 + x), accurate near 0. */
export const log1p = (x: TensorLike): Tensor => of(x).log1p();
/** exp(x) - 1, accurate near 0. */
export const expm1 = (x: TensorLike): Tensor => of(x).expm1();
/** Logarithm held above -100, with slope 1 / max(x, 1e-12): for probabilities that may be 0. */
export const safeLog = (x: TensorLike): Tensor => of(x).safeLog();
/** Square root; the slope at 0 is taken as 0. */
export const sqrt = (x: TensorLike): Tensor => of(x).sqrt();
/** x * x, element by element. */
export const square = (x: TensorLike): Tensor => of(x).square();
/** Absolute value; slope 0 at 0. */
export const abs = (x: TensorLike): Tensor => of(x).abs();
/** -1, 0 or 1; constant for derivatives. */
export const sign = (x: TensorLike): Tensor => of(x).sign();
/** The largest integer not above x; constant for derivatives. */
export const floor = (x: TensorLike): Tensor => of(x).floor();
/** 1 / (1 + exp(-x)), finite and accurate at both ends. */
export const sigmoid = (x: TensorLike): Tensor => of(x).sigmoid();
/** log sigmoid(x), finite for every finite x. */
export const logSigmoid = (x: TensorLike): Tensor => of(x).logSigmoid();
/** Hyperbolic tangent. */
export const tanh = (x: TensorLike): Tensor => of(x).tanh();
/** max(x, 0); slope 0 at 0. */
export const relu = (x: TensorLike): Tensor => of(x).relu();
/** log(1 + exp(x)), finite for every finite x. */
export const softplus = (x: TensorLike): Tensor => of(x).softplus();
/** x held within min .. max; slope 1 inside and on the borders. */
export const clamp = (x: TensorLike, min: number, max: number): Tensor => of(x).clamp(min, max);

/** 1 where x = y, else 0. */
export const equal = (x: TensorLike, y: TensorLike): Tensor => of(x).equal(y);
/** 0 where x = y, else 1. */
export const notEqual = (x: TensorLike, y: TensorLike): Tensor => of(x).notEqual(y);
/** 1 where x > y, else 0. */
export const greater = (x: TensorLike, y: TensorLike): Tensor => of(x).greater(y);
/** 1 where x >= y, else 0. */
export const greaterEqual = (x: TensorLike, y: TensorLike): Tensor => of(x).greaterEqual(y);
/** 1 where x < y, else 0. */
export const less = (x: TensorLike, y: TensorLike): Tensor => of(x).less(y);
/** 1 where x <= y, else 0. */
export const lessEqual = (x: TensorLike, y: TensorLike): Tensor => of(x).lessEqual(y);
/** x where the condition is not 0, else y. */
export const where = (condition: Tensor, x: TensorLike, y: TensorLike): Tensor => condition.where(x, y);

/** Sum over axes; over all of them by default. */
export const sum = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.sum(axes, keepDims);
/** Mean over axes; over all of them by default. */
export const mean = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.mean(axes, keepDims);
/** Largest element over axes; ties share the gradient evenly. */
export const max = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.max(axes, keepDims);
/** Smallest element over axes; ties share the gradient evenly. */
export const min = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.min(axes, keepDims);
/** Mean squared distance from the mean; divides by the number of elements. */
export const variance = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.variance(axes, keepDims);
/** log of the sum of exponentials; never overflows. */
export const logSumExp = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.logSumExp(axes, keepDims);
/** Exponentials over their sum along an axis; never overflows. */
export const softmax = (x: Tensor, axis = 1): Tensor => x.softmax(axis);
/** log softmax(x) along an axis, finite for every finite x. */
export const logSoftmax = (x: Tensor, axis = 1): Tensor => x.logSoftmax(axis);

/** Running sum along an axis, inclusive. */
export const cumsum = (x: Tensor, axis = -1): Tensor => x.cumsum(axis);
/** The elements of an axis in order; NaN last. */
export const sort = (x: Tensor, axis = -1, descending = false): Tensor => x.sort(axis, descending);
/** The positions that sort an axis; equal elements keep their order. */
export const argsort = (x: Tensor, axis = -1, descending = false): Tensor => x.argsort(axis, descending);
/** Elements of an axis picked by an index tensor of the same rank; NaN where an index is out of range. */
export const gather = (x: Tensor, index: Tensor, axis: number): Tensor => x.gather(index, axis);

/** The same elements under another shape; one length may be -1. */
export const reshape = (x: Tensor, shape: Shape): Tensor => x.reshape(shape);
/** The axes in another order: output axis i is input axis order[i]. */
export const permute = (x: Tensor, order: readonly number[]): Tensor => x.permute(order);
/** Repeats axes of length 1, and adds axes in front. */
export const expand = (x: Tensor, shape: Shape): Tensor => x.expand(shape);
/** A part of each axis: `[start, stop?, step?]`, negative positions from the end. */
export const slice = (
  x: Tensor,
  ranges: readonly (readonly [start: number, stop?: number, step?: number])[],
): Tensor => x.slice(ranges);
/** `[before, after]` elements of `value` around each axis. */
export const pad = (
  x: Tensor,
  padding: readonly (readonly [before: number, after: number])[],
  value = 0,
): Tensor => x.pad(padding, value);
/** Axes run backwards. */
export const flip = (x: Tensor, axes: Axes): Tensor => x.flip(axes);

/** Matrix product over the last two axes; leading axes broadcast. */
export const matmul = (x: Tensor, y: Tensor): Tensor => x.matmul(y);
/** Convolution of [n, in, h, w] with [out, in / groups, kh, kw]. */
export const conv2d = (x: Tensor, weight: Tensor, options?: ConvolutionOptions): Tensor =>
  x.conv2d(weight, options);
/** Convolution of [n, in, d, h, w] with [out, in / groups, kd, kh, kw]. */
export const conv3d = (x: Tensor, weight: Tensor, options?: ConvolutionOptions): Tensor =>
  x.conv3d(weight, options);
/** Transposed convolution of [n, in, h, w] with [in, out / groups, kh, kw]. */
export const convTranspose2d = (x: Tensor, weight: Tensor, options?: TransposedConvolutionOptions): Tensor =>
  x.convTranspose2d(weight, options);
/** Transposed convolution of [n, in, d, h, w] with [in, out / groups, kd, kh, kw]. */
export const convTranspose3d = (x: Tensor, weight: Tensor, options?: TransposedConvolutionOptions): Tensor =>
  x.convTranspose3d(weight, options);
/** Largest of each window of [n, c, ...space]; ties share the gradient evenly. */
export const maxPool = (x: Tensor, size: number, options?: PoolOptions): Tensor => x.maxPool(size, options);
/** Mean of each window of [n, c, ...space]; padding is not counted. */
export const avgPool = (x: Tensor, size: number, options?: PoolOptions): Tensor => x.avgPool(size, options);
/** The spatial axes of [n, c, ...space] `factor` times as long: repeated, or interpolated between pixel centres. */
export const upsample = (x: Tensor, factor: number, mode?: UpsampleMode): Tensor => x.upsample(factor, mode);
