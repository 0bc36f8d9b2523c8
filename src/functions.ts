/** Every tensor method as a free function as well: `exp(x)` is `x.exp()`. */
import { isTensor, Tensor, type TensorLike, tensor } from "./tensor.ts";
import type { Axes } from "./tensor.ts";
import type { ConvolutionOptions } from "./ops/contract.ts";
import type { PoolOptions } from "./ops/compose.ts";
import type { Shape } from "./shape.ts";

const of = (x: TensorLike): Tensor => (isTensor(x) ? x : tensor(x));

export const add = (x: TensorLike, y: TensorLike): Tensor => of(x).add(y);
export const sub = (x: TensorLike, y: TensorLike): Tensor => of(x).sub(y);
export const mul = (x: TensorLike, y: TensorLike): Tensor => of(x).mul(y);
export const div = (x: TensorLike, y: TensorLike): Tensor => of(x).div(y);
export const pow = (x: TensorLike, y: TensorLike): Tensor => of(x).pow(y);
export const neg = (x: TensorLike): Tensor => of(x).neg();
export const maximum = (x: TensorLike, y: TensorLike): Tensor => of(x).maximum(y);
export const minimum = (x: TensorLike, y: TensorLike): Tensor => of(x).minimum(y);

export const exp = (x: TensorLike): Tensor => of(x).exp();
export const log = (x: TensorLike): Tensor => of(x).log();
export const log1p = (x: TensorLike): Tensor => of(x).log1p();
export const expm1 = (x: TensorLike): Tensor => of(x).expm1();
export const safeLog = (x: TensorLike): Tensor => of(x).safeLog();
export const sqrt = (x: TensorLike): Tensor => of(x).sqrt();
export const square = (x: TensorLike): Tensor => of(x).square();
export const abs = (x: TensorLike): Tensor => of(x).abs();
export const sign = (x: TensorLike): Tensor => of(x).sign();
export const floor = (x: TensorLike): Tensor => of(x).floor();
export const sigmoid = (x: TensorLike): Tensor => of(x).sigmoid();
export const logSigmoid = (x: TensorLike): Tensor => of(x).logSigmoid();
export const tanh = (x: TensorLike): Tensor => of(x).tanh();
export const relu = (x: TensorLike): Tensor => of(x).relu();
export const softplus = (x: TensorLike): Tensor => of(x).softplus();
export const clamp = (x: TensorLike, min: number, max: number): Tensor => of(x).clamp(min, max);

export const equal = (x: TensorLike, y: TensorLike): Tensor => of(x).equal(y);
export const notEqual = (x: TensorLike, y: TensorLike): Tensor => of(x).notEqual(y);
export const greater = (x: TensorLike, y: TensorLike): Tensor => of(x).greater(y);
export const greaterEqual = (x: TensorLike, y: TensorLike): Tensor => of(x).greaterEqual(y);
export const less = (x: TensorLike, y: TensorLike): Tensor => of(x).less(y);
export const lessEqual = (x: TensorLike, y: TensorLike): Tensor => of(x).lessEqual(y);
/** x where the condition is not 0, else y. */
export const where = (condition: Tensor, x: TensorLike, y: TensorLike): Tensor => condition.where(x, y);

export const sum = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.sum(axes, keepDims);
export const mean = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.mean(axes, keepDims);
export const max = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.max(axes, keepDims);
export const min = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.min(axes, keepDims);
export const variance = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.variance(axes, keepDims);
export const logSumExp = (x: Tensor, axes?: Axes, keepDims = false): Tensor => x.logSumExp(axes, keepDims);
export const softmax = (x: Tensor, axis = 1): Tensor => x.softmax(axis);
export const logSoftmax = (x: Tensor, axis = 1): Tensor => x.logSoftmax(axis);

export const cumsum = (x: Tensor, axis = -1): Tensor => x.cumsum(axis);
export const sort = (x: Tensor, axis = -1, descending = false): Tensor => x.sort(axis, descending);
export const argsort = (x: Tensor, axis = -1, descending = false): Tensor => x.argsort(axis, descending);
export const gather = (x: Tensor, index: Tensor, axis: number): Tensor => x.gather(index, axis);

export const reshape = (x: Tensor, shape: Shape): Tensor => x.reshape(shape);
export const permute = (x: Tensor, order: readonly number[]): Tensor => x.permute(order);
export const expand = (x: Tensor, shape: Shape): Tensor => x.expand(shape);
export const slice = (x: Tensor, ranges: readonly (readonly [start: number, stop?: number, step?: number])[]): Tensor =>
  x.slice(ranges);
export const pad = (x: Tensor, padding: readonly (readonly [before: number, after: number])[], value = 0): Tensor =>
  x.pad(padding, value);
export const flip = (x: Tensor, axes: Axes): Tensor => x.flip(axes);

export const matmul = (x: Tensor, y: Tensor): Tensor => x.matmul(y);
export const conv2d = (x: Tensor, weight: Tensor, options?: ConvolutionOptions): Tensor => x.conv2d(weight, options);
export const conv3d = (x: Tensor, weight: Tensor, options?: ConvolutionOptions): Tensor => x.conv3d(weight, options);
export const maxPool = (x: Tensor, size: number, options?: PoolOptions): Tensor => x.maxPool(size, options);
export const avgPool = (x: Tensor, size: number, options?: PoolOptions): Tensor => x.avgPool(size, options);
export const upsample = (x: Tensor, factor: number): Tensor => x.upsample(factor);
