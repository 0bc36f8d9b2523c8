/** Tensors: what users hold. Methods record; `data`, `item` and `ndarray` run. */
import type { NdArray } from "ndarray";
import { type HostArray, type TensorData, toHost, toNdArray } from "./array.ts";
import { gradients } from "./autodiff/vjp.ts";
import { DTypeError, GradientError, OptionError, refuse, ShapeError } from "./errors.ts";
import { topologicalOrder } from "./graph/linearize.ts";
import { Node } from "./graph/node.ts";
import * as arithmetic from "./ops/arithmetic.ts";
import * as compose from "./ops/compose.ts";
import * as contract from "./ops/contract.ts";
import * as functions from "./ops/functions.ts";
import * as logic from "./ops/logic.ts";
import * as movement from "./ops/movement.ts";
import { inputRow } from "./ops/movement.ts";
import * as order from "./ops/order.ts";
import * as reduce from "./ops/reduce.ts";
import * as resize from "./ops/resize.ts";
import { dataOf, planOf, realize } from "./run/evaluate.ts";
import type { PlanReport } from "./run/executor.ts";
import { formatShape, type Shape, sizeOf } from "./shape.ts";

/** Where an operation takes a tensor, a number stands for a tensor full of it. */
export type TensorLike = Tensor | number;

/** Axes to fold; absent means all. */
export type Axes = number | readonly number[];

/** Node's name for how a value looks in a console. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** The tensor of each `requiresGrad` leaf, so that `backward` can find where its gradient goes. */
const leaves = new WeakMap<Node, Tensor>();

/** The operand as ops take it, or a typed error that names the operation. */
function nodeOf(x: TensorLike, op: string, argument = "y"): Node | number {
  if (x instanceof Tensor) return x.node;
  return typeof x === "number" ? x : refuse(DTypeError, op, argument, kindOf(x), "a tensor or a number");
}

/** What a value is, for messages. */
const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;

/**
 * An n-dimensional array of numbers, row-major, channels first: `[n, c, ...space]`.
 *
 * Operations are recorded at the call, with shapes checked at once, and run when a result is awaited. There is
 * nothing to dispose: a tensor lives as long as somebody holds it.
 *
 * @example
 * ```ts
 * import { tensor } from "segtape";
 * const x = tensor([[1, 2], [3, 4]]);
 * const y = x.mul(2).sum(1);
 * await y.data(); // Float64Array or Float32Array [6, 14]
 * ```
 */
export class Tensor {
  /** @internal */
  readonly node: Node;
  /** Whether `backward` leaves a gradient here. */
  readonly requiresGrad: boolean;
  /** The gradient that `backward` left here; grads of several calls add up until {@link zeroGrad}. */
  grad: Tensor | null = null;

  /** @internal */
  constructor(node: Node, requiresGrad = false) {
    this.node = node;
    this.requiresGrad = requiresGrad;
    if (requiresGrad) leaves.set(node, this);
  }

  /** Lengths of the axes, outermost first; `[]` for a scalar. */
  get shape(): Shape {
    return this.node.shape;
  }

  /** Number of axes. */
  get rank(): number {
    return this.node.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.node.shape);
  }

  /** The shape, for template strings and consoles; the elements come by {@link data}. */
  toString(): string {
    return `Tensor ${formatShape(this.shape)}`;
  }

  /** @internal */
  [INSPECT](): string {
    return this.toString();
  }

  // --- running -----------------------------------------------------------------------------------------------

  /**
   * The elements, flat and row-major, in an array of the caller's own: float64 from the `reference` executor,
   * float32 from the others.
   */
  async data(): Promise<HostArray> {
    return (await dataOf(this.node)).slice();
  }

  /**
   * The number of a one-element tensor.
   *
   * @throws {@link ShapeError} where there are several elements
   */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new ShapeError(`item: the tensor is ${formatShape(this.shape)}, expected one element`, {
        op: "item",
        given: formatShape(this.shape),
        expected: "one element",
      });
    }
    return (await dataOf(this.node))[0];
  }

  /** The elements as an `ndarray`. */
  async ndarray(): Promise<NdArray<HostArray>> {
    return toNdArray({ data: await this.data(), shape: this.shape });
  }

  // --- derivatives -------------------------------------------------------------------------------------------

  /**
   * Adds d this / d x to `x.grad` of every `requiresGrad` tensor x that this scalar was made of.
   *
   * @throws {@link GradientError} where this is no scalar, or nothing upstream requires a gradient
   */
  backward(): void {
    const sources = topologicalOrder([this.node], (node) => !node.tracked).filter((node) => leaves.has(node));
    if (sources.length === 0) {
      throw new GradientError(
        "backward: nothing upstream requires a gradient, expected a tensor made with { requiresGrad: true }",
        {
          op: "backward",
          expected: "a requiresGrad tensor upstream",
        },
      );
    }
    const pulled = gradients(this.node, sources, "backward");
    sources.forEach((source, i) => {
      const owner = leaves.get(source) as Tensor;
      // Cut from the tape: grads are results, and a loop over them must not hold its whole past.
      const gradient = new Tensor(functions.stopGradient(pulled[i]));
      owner.grad = owner.grad === null ? gradient : owner.grad.add(gradient);
    });
  }

  /** Forgets the gradient that was added up. */
  zeroGrad(): void {
    this.grad = null;
  }

  // --- arithmetic --------------------------------------------------------------------------------------------

  /** x + y, broadcast. */
  add(y: TensorLike): Tensor {
    return new Tensor(arithmetic.add(this.node, nodeOf(y, "add")));
  }
  /** x - y, broadcast. */
  sub(y: TensorLike): Tensor {
    return new Tensor(arithmetic.sub(this.node, nodeOf(y, "sub")));
  }
  /** x * y, broadcast. */
  mul(y: TensorLike): Tensor {
    return new Tensor(arithmetic.mul(this.node, nodeOf(y, "mul")));
  }
  /** x / y, broadcast. */
  div(y: TensorLike): Tensor {
    return new Tensor(arithmetic.div(this.node, nodeOf(y, "div")));
  }
  /** x to the power y. For powers between 0 and 1, the slope at x = 0 is taken as 0. */
  pow(y: TensorLike): Tensor {
    return new Tensor(arithmetic.pow(this.node, nodeOf(y, "pow")));
  }
  /** -x, element by element. */
  neg(): Tensor {
    return new Tensor(arithmetic.neg(this.node));
  }
  /** The larger of x and y; ties share the gradient. */
  maximum(y: TensorLike): Tensor {
    return new Tensor(arithmetic.maximum(this.node, nodeOf(y, "maximum")));
  }
  /** The smaller of x and y; ties share the gradient. */
  minimum(y: TensorLike): Tensor {
    return new Tensor(arithmetic.minimum(this.node, nodeOf(y, "minimum")));
  }

  // --- functions ---------------------------------------------------------------------------------------------

  /** e to the power x. */
  exp(): Tensor {
    return new Tensor(functions.exp(this.node));
  }
  /** Natural logarithm. */
  log(): Tensor {
    return new Tensor(functions.log(this.node));
  }
  /** log(1 + x), accurate near 0. */
  log1p(): Tensor {
    return new Tensor(functions.log1p(this.node));
  }
  /** exp(x) - 1, accurate near 0. */
  expm1(): Tensor {
    return new Tensor(functions.expm1(this.node));
  }
  /** Logarithm held above -100, with slope 1 / max(x, 1e-12): for probabilities that may be 0. */
  safeLog(): Tensor {
    return new Tensor(functions.safeLog(this.node));
  }
  /** Square root; the slope at 0 is taken as 0. */
  sqrt(): Tensor {
    return new Tensor(functions.sqrt(this.node));
  }
  /** x * x, element by element. */
  square(): Tensor {
    return new Tensor(compose.square(this.node));
  }
  /** Absolute value; slope 0 at 0. */
  abs(): Tensor {
    return new Tensor(functions.abs(this.node));
  }
  /** -1, 0 or 1; constant for derivatives. */
  sign(): Tensor {
    return new Tensor(functions.sign(this.node));
  }
  /** The largest integer not above x; constant for derivatives. */
  floor(): Tensor {
    return new Tensor(functions.floor(this.node));
  }
  /** 1 / (1 + exp(-x)). */
  sigmoid(): Tensor {
    return new Tensor(functions.sigmoid(this.node));
  }
  /** log sigmoid(x), finite for every finite x. */
  logSigmoid(): Tensor {
    return new Tensor(compose.logSigmoid(this.node));
  }
  /** Hyperbolic tangent. */
  tanh(): Tensor {
    return new Tensor(functions.tanh(this.node));
  }
  /** max(x, 0); slope 0 at 0. */
  relu(): Tensor {
    return new Tensor(functions.relu(this.node));
  }
  /** log(1 + exp(x)). */
  softplus(): Tensor {
    return new Tensor(functions.softplus(this.node));
  }
  /** x held within min .. max; slope 1 inside and on the borders. */
  clamp(min: number, max: number): Tensor {
    return new Tensor(functions.clamp(this.node, min, max));
  }

  // --- comparison --------------------------------------------------------------------------------------------

  /** 1 where x = y, else 0. */
  equal(y: TensorLike): Tensor {
    return new Tensor(logic.equal(this.node, nodeOf(y, "equal")));
  }
  /** 0 where x = y, else 1. */
  notEqual(y: TensorLike): Tensor {
    return new Tensor(logic.notEqual(this.node, nodeOf(y, "notEqual")));
  }
  /** 1 where x > y, else 0. */
  greater(y: TensorLike): Tensor {
    return new Tensor(logic.greater(this.node, nodeOf(y, "greater")));
  }
  /** 1 where x >= y, else 0. */
  greaterEqual(y: TensorLike): Tensor {
    return new Tensor(logic.greaterEqual(this.node, nodeOf(y, "greaterEqual")));
  }
  /** 1 where x < y, else 0. */
  less(y: TensorLike): Tensor {
    return new Tensor(logic.less(this.node, nodeOf(y, "less")));
  }
  /** 1 where x <= y, else 0. */
  lessEqual(y: TensorLike): Tensor {
    return new Tensor(logic.lessEqual(this.node, nodeOf(y, "lessEqual")));
  }
  /** x where this is not 0, else y; the branch not taken gets a gradient of exactly 0. */
  where(x: TensorLike, y: TensorLike): Tensor {
    return new Tensor(logic.where(this.node, nodeOf(x, "where", "x"), nodeOf(y, "where")));
  }

  // --- folds -------------------------------------------------------------------------------------------------

  /** Sum over axes; over all of them by default. */
  sum(axes?: Axes, keepDims = false): Tensor {
    return new Tensor(reduce.sum(this.node, axes, keepDims));
  }
  /** Mean over axes; over all of them by default. */
  mean(axes?: Axes, keepDims = false): Tensor {
    return new Tensor(reduce.mean(this.node, axes, keepDims));
  }
  /** Largest element; ties share the gradient evenly. */
  max(axes?: Axes, keepDims = false): Tensor {
    return new Tensor(reduce.max(this.node, axes, keepDims));
  }
  /** Smallest element; ties share the gradient evenly. */
  min(axes?: Axes, keepDims = false): Tensor {
    return new Tensor(reduce.min(this.node, axes, keepDims));
  }
  /** Mean squared distance from the mean; divides by the number of elements. */
  variance(axes?: Axes, keepDims = false): Tensor {
    return new Tensor(compose.variance(this.node, axes, keepDims));
  }
  /** log of the sum of exponentials; never overflows. */
  logSumExp(axes?: Axes, keepDims = false): Tensor {
    return new Tensor(compose.logSumExp(this.node, axes, keepDims));
  }
  /** Exponentials over their sum along an axis; never overflows. */
  softmax(axis = 1): Tensor {
    return new Tensor(compose.softmax(this.node, axis));
  }
  /** log softmax(x) along an axis, finite for every finite x. */
  logSoftmax(axis = 1): Tensor {
    return new Tensor(compose.logSoftmax(this.node, axis));
  }

  // --- order -------------------------------------------------------------------------------------------------

  /** Running sum along an axis, inclusive. */
  cumsum(axis = -1): Tensor {
    return new Tensor(order.cumsum(this.node, axis));
  }
  /** The elements of an axis in order; NaN last. */
  sort(axis = -1, descending = false): Tensor {
    return new Tensor(order.sort(this.node, axis, descending));
  }
  /** The positions that sort an axis; equal elements keep their order. */
  argsort(axis = -1, descending = false): Tensor {
    return new Tensor(order.argsort(this.node, axis, descending));
  }
  /** Elements of an axis picked by an index tensor of the same rank; NaN where an index is out of range. */
  gather(index: Tensor, axis: number): Tensor {
    return new Tensor(order.gather(this.node, asTensor(index, "gather", "index").node, axis));
  }

  // --- movement ----------------------------------------------------------------------------------------------

  /** The same elements under another shape; one length may be -1. */
  reshape(shape: Shape): Tensor {
    return new Tensor(movement.reshape(this.node, shape));
  }
  /** The axes in another order: output axis i is input axis order[i]. */
  permute(order: readonly number[]): Tensor {
    return new Tensor(movement.permute(this.node, order));
  }
  /** Repeats axes of length 1, and adds axes in front. */
  expand(shape: Shape): Tensor {
    return new Tensor(movement.expand(this.node, shape));
  }
  /** A part of each axis: `[start, stop?, step?]`, negative positions from the end. */
  slice(ranges: readonly (readonly [start: number, stop?: number, step?: number])[]): Tensor {
    return new Tensor(compose.slice(this.node, ranges));
  }
  /** `[before, after]` elements of `value` around each axis. */
  pad(padding: readonly (readonly [before: number, after: number])[], value = 0): Tensor {
    return new Tensor(compose.pad(this.node, padding, value));
  }
  /** Axes run backwards. */
  flip(axes: Axes): Tensor {
    return new Tensor(movement.flip(this.node, axes));
  }
  /** This and others joined along an axis. */
  concat(others: Tensor | readonly Tensor[], axis = 0): Tensor {
    const list = Array.isArray(others) ? others : [others];
    return new Tensor(compose.concat([this.node, ...nodesOf(list, "concat", "part")], axis));
  }

  // --- products, windows -------------------------------------------------------------------------------------

  /** Matrix product over the last two axes; leading axes broadcast. */
  matmul(y: Tensor): Tensor {
    return new Tensor(contract.matmul(this.node, asTensor(y, "matmul", "y").node));
  }
  /** Convolution of [n, in, h, w] with [out, in / groups, kh, kw]. */
  conv2d(weight: Tensor, options?: contract.ConvolutionOptions): Tensor {
    return new Tensor(
      contract.convolution("conv2d", 2, this.node, asTensor(weight, "conv2d", "weight").node, options),
    );
  }
  /** Convolution of [n, in, d, h, w] with [out, in / groups, kd, kh, kw]. */
  conv3d(weight: Tensor, options?: contract.ConvolutionOptions): Tensor {
    return new Tensor(
      contract.convolution("conv3d", 3, this.node, asTensor(weight, "conv3d", "weight").node, options),
    );
  }
  /** Transposed convolution of [n, in, h, w] with [in, out / groups, kh, kw]. */
  convTranspose2d(weight: Tensor, options?: contract.TransposedConvolutionOptions): Tensor {
    const { node } = asTensor(weight, "convTranspose2d", "weight");
    return new Tensor(contract.transposedConvolution("convTranspose2d", 2, this.node, node, options));
  }
  /** Transposed convolution of [n, in, d, h, w] with [in, out / groups, kd, kh, kw]. */
  convTranspose3d(weight: Tensor, options?: contract.TransposedConvolutionOptions): Tensor {
    const { node } = asTensor(weight, "convTranspose3d", "weight");
    return new Tensor(contract.transposedConvolution("convTranspose3d", 3, this.node, node, options));
  }
  /** Largest of each window of [n, c, ...space]; ties share the gradient evenly. */
  maxPool(size: number, options?: compose.PoolOptions): Tensor {
    return new Tensor(compose.maxPool(this.node, size, options));
  }
  /** Mean of each window of [n, c, ...space]; padding is not counted. */
  avgPool(size: number, options?: compose.PoolOptions): Tensor {
    return new Tensor(compose.avgPool(this.node, size, options));
  }
  /**
   * The spatial axes of [n, c, ...space] `factor` times as long: each element repeated, or interpolated between pixel
   * centres ("linear", "bilinear", "trilinear" for 1, 2, 3 axes; beyond the border as at it).
   */
  upsample(factor: number, mode?: resize.UpsampleMode): Tensor {
    return new Tensor(resize.upsample(this.node, factor, mode));
  }
}

/** Options of {@link tensor}. */
export interface TensorOptions {
  /** Whether `backward` leaves a gradient here. @defaultValue false */
  readonly requiresGrad?: boolean;
}

/**
 * A tensor of the caller's data, which are copied. Float64 and plain numbers are kept in float64 for the
 * `reference` executor; the others round to float32.
 *
 * @param data - a number, a typed array, nested numbers, or an `ndarray` (strided views too)
 * @param shape - by default the data's own
 * @throws {@link ShapeError} for ragged or empty data, or a shape of another size; {@link DTypeError} for other kinds
 */
export function tensor(data: TensorData, shape?: Shape, options: TensorOptions = {}): Tensor {
  const host = toHost(data, shape);
  const { requiresGrad = false, ...unknown } = options;
  for (const name of Object.keys(unknown)) refuse(OptionError, "tensor", "option", name, "requiresGrad");
  const node = new Node(inputRow, [], host.shape, {}, requiresGrad);
  node.realize(host.data);
  return new Tensor(node, requiresGrad);
}

/** Whether a value is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** Runs everything that several results need in one plan; their `data()` and `item()` do not run again. */
export async function evaluate(...tensors: readonly Tensor[]): Promise<void> {
  await realize(nodesOf(tensors, "evaluate", "tensor"));
}

/**
 * The plan behind results that have not run yet: what was asked, what really runs, how many kernels and bytes.
 *
 * @example
 * ```ts
 * import { planReport, tensor } from "segtape";
 * const { nodes, ran } = await planReport(tensor([1, 2]).exp().sum());
 * ```
 */
export async function planReport(...tensors: readonly Tensor[]): Promise<PlanReport> {
  return planOf(nodesOf(tensors, "planReport", "tensor"));
}

/** @internal The argument as a tensor, or a typed error that names it. */
export function asTensor(value: unknown, op: string, argument: string): Tensor {
  if (value instanceof Tensor) return value;
  refuse(DTypeError, op, argument, kindOf(value), "a tensor");
}

/** @internal The nodes of a list of tensors, or a typed error that names the one that is none. */
export function nodesOf(list: readonly unknown[], op: string, argument: string): Node[] {
  return list.map((x, i) => asTensor(x, op, `${argument} ${i}`).node);
}
