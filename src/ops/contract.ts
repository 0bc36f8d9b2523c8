/**
 * Products summed over shared axes: matrix product, and convolution with its two adjoints. The three
 * convolutions are each other's derivatives, so the family is closed and every order of derivative exists.
 */
import { refuse, ShapeError } from "../errors.ts";
import { type AxisMap, along } from "../graph/index-map.ts";
import type { Node } from "../graph/node.ts";
import type { OpRow } from "../graph/row.ts";
import { broadcastShapes, formatShape, type Shape, sizeOf } from "../shape.ts";
import { record, row } from "./make.ts";
import { expand, permute, reshape } from "./movement.ts";

export const matmulRow: OpRow = row({
  name: "matmul",
  kind: "contract",
  doc: "matrix product of [batch, m, k] and [batch, k, n]",
  contraction: ([x]) => ({
    reduce: [x[2]],
    maps: [
      [along(0), along(1), along(3)],
      [along(0), along(3), along(2)],
    ],
  }),
  vjp: (g, [x, y]) => [
    record(matmulRow, [g, permute(y, [0, 2, 1])], x.shape),
    record(matmulRow, [permute(x, [0, 2, 1]), g], y.shape),
  ],
});

/** Matrix product over the last two axes; leading axes broadcast. */
export function matmul(x: Node, y: Node): Node {
  const [m, k] = x.shape.slice(-2);
  const [k2, n] = y.shape.slice(-2);
  if (x.shape.length < 2 || y.shape.length < 2 || k !== k2) {
    throw new ShapeError(
      `matmul: shapes are ${formatShape(x.shape)} and ${formatShape(y.shape)}, expected [..., m, k] and [..., k, n]`,
      {
        op: "matmul",
        given: `${formatShape(x.shape)} and ${formatShape(y.shape)}`,
        expected: "[..., m, k] and [..., k, n]",
      },
    );
  }
  const batch = broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2), "matmul");
  const size = sizeOf(batch);
  const left = reshape(expand(x, [...batch, m, k]), [size, m, k]);
  const right = reshape(expand(y, [...batch, k, n]), [size, k, n]);
  return reshape(record(matmulRow, [left, right], [size, m, n]), [...batch, m, n]);
}

/** One entry a spatial axis. */
export type ConvolutionAttributes = {
  stride: readonly number[];
  /** Padding in front of each axis; what follows behind shows in the output's shape. */
  padding: readonly number[];
  dilation: readonly number[];
};

// Axes: images [n, group, in, ...space], kernels [group, out, in, ...taps], results [n, group, out, ...space].

/** Where tap k of output o reads the image. */
function imageAxes(a: ConvolutionAttributes, space: number, taps: number): AxisMap[] {
  return a.stride.map((stride, i) => ({
    offset: -a.padding[i],
    terms: [
      [space + i, stride],
      [taps + i, a.dilation[i]],
    ],
    bounded: true,
  }));
}

const lastAxes = (first: number, count: number) => Array.from({ length: count }, (_, i) => along(first + i));

export const convRow: OpRow = row<ConvolutionAttributes>({
  name: "conv",
  kind: "contract",
  doc: "grouped n-D convolution (cross-correlation) of images with kernels",
  convolution: "forward",
  contraction: ([, kernel], output, a) => {
    const rank = a.stride.length;
    const reduced = output.length;
    return {
      reduce: kernel.slice(2),
      maps: [
        [along(0), along(1), along(reduced), ...imageAxes(a, 3, reduced + 1)],
        [along(1), along(2), along(reduced), ...lastAxes(reduced + 1, rank)],
      ],
    };
  },
  vjp: (g, [x, w], _y, a) => [
    record(convInputGradRow, [g, w], x.shape, a),
    record(convWeightGradRow, [x, g], w.shape, a),
  ],
});

export const convInputGradRow: OpRow = row<ConvolutionAttributes>({
  name: "convInputGrad",
  kind: "contract",
  doc: "adjoint of conv in its images (transposed convolution)",
  convolution: "inputGradient",
  contraction: ([, kernel], output, a) => {
    const rank = a.stride.length;
    const reduced = output.length;
    const space = a.stride.map(
      (stride, i): AxisMap => ({
        offset: a.padding[i],
        terms: [
          [3 + i, 1],
          [reduced + 1 + i, -a.dilation[i]],
        ],
        every: stride,
        bounded: true,
      }),
    );
    return {
      reduce: [kernel[1], ...kernel.slice(3)],
      maps: [
        [along(0), along(1), along(reduced), ...space],
        [along(1), along(reduced), along(2), ...lastAxes(reduced + 1, rank)],
      ],
    };
  },
  vjp: (c, [g, w], _y, a) => [
    record(convRow, [c, w], g.shape, a),
    record(convWeightGradRow, [c, g], w.shape, a),
  ],
});

export const convWeightGradRow: OpRow = row<ConvolutionAttributes>({
  name: "convWeightGrad",
  kind: "contract",
  doc: "adjoint of conv in its kernels",
  convolution: "weightGradient",
  contraction: ([, result], output, a) => {
    const rank = a.stride.length;
    const reduced = output.length;
    return {
      reduce: [result[0], ...result.slice(3)],
      maps: [
        [along(reduced), along(0), along(2), ...imageAxes(a, reduced + 1, 3)],
        [along(reduced), along(0), along(1), ...lastAxes(reduced + 1, rank)],
      ],
    };
  },
  vjp: (c, [x, g], _y, a) => [
    record(convInputGradRow, [g, c], x.shape, a),
    record(convRow, [x, c], g.shape, a),
  ],
});

/** Settings of a convolution; a number holds for every spatial axis. */
export interface ConvolutionOptions {
  /** @defaultValue 1 */
  readonly stride?: number | readonly number[];
  /** Zeros on both sides of each axis, or "same" (odd kernels, stride 1). @defaultValue 0 */
  readonly padding?: number | readonly number[] | "same";
  /** @defaultValue 1 */
  readonly dilation?: number | readonly number[];
  /** @defaultValue 1 */
  readonly groups?: number;
}

/** Settings of a transposed convolution; a number holds for every spatial axis. */
export interface TransposedConvolutionOptions extends Omit<ConvolutionOptions, "padding"> {
  /** Taken off both sides of each axis: what the convolution had added. @defaultValue 0 */
  readonly padding?: number | readonly number[];
  /** Added behind each axis, less than its stride or dilation: sizes that a stride makes one. @defaultValue 0 */
  readonly outputPadding?: number | readonly number[];
}

type PerAxis = number | readonly number[] | undefined;

/** One number for each of `rank` axes, integers from `least`. */
function perAxis(
  op: string,
  argument: string,
  value: PerAxis,
  fallback: number,
  rank: number,
  least: number,
): readonly number[] {
  const values = Array.isArray(value)
    ? value.slice()
    : new Array<number>(rank).fill((value as number | undefined) ?? fallback);
  if (values.length !== rank || !values.every((entry) => Number.isInteger(entry) && entry >= least))
    refuse(ShapeError, op, argument, String(value), least === 1 ? "positive integers" : "integers from 0");
  return values;
}

function checkRanks(op: string, rank: number, x: Node, w: Node, weight: string): void {
  if (x.shape.length !== rank + 2)
    refuse(ShapeError, op, "input", formatShape(x.shape), `[n, c, ...${rank} spatial axes]`);
  if (w.shape.length !== rank + 2)
    refuse(ShapeError, op, "weight", formatShape(w.shape), `${weight.slice(0, -1)}, ...${rank} taps]`);
}

/** Convolution of [n, in, ...space] with [out, in / groups, ...taps], over `rank` spatial axes. */
export function convolution(
  op: string,
  rank: number,
  x: Node,
  w: Node,
  options: ConvolutionOptions = {},
): Node {
  const { groups = 1 } = options;
  checkRanks(op, rank, x, w, "[out, in]");
  const [n, channels] = x.shape;
  const outputs = w.shape[0];
  if (!Number.isInteger(groups) || groups < 1 || channels !== w.shape[1] * groups || outputs % groups !== 0) {
    refuse(
      ShapeError,
      op,
      "weight",
      formatShape(w.shape),
      `[out, ${channels} / groups, ...] with out divisible by groups = ${groups}`,
    );
  }
  const taps = w.shape.slice(2);
  const same = options.padding === "same";
  const stride = perAxis(op, "stride", options.stride, 1, rank, 1);
  const dilation = perAxis(op, "dilation", options.dilation, 1, rank, 1);
  if (same && (stride.some((step) => step !== 1) || taps.some((k) => k % 2 === 0))) {
    refuse(ShapeError, op, "padding", '"same"', "numbers for even kernels or a stride above 1");
  }
  const padding = same
    ? taps.map((k, i) => ((k - 1) * dilation[i]) >> 1)
    : perAxis(op, "padding", options.padding as PerAxis, 0, rank, 0);
  const space = taps.map(
    (k, i) => Math.floor((x.shape[i + 2] + 2 * padding[i] - (k - 1) * dilation[i] - 1) / stride[i]) + 1,
  );
  if (space.some((length) => length < 1))
    refuse(ShapeError, op, "input", formatShape(x.shape), `room for taps ${formatShape(taps)}`);
  const grouped: Shape = [n, groups, channels / groups, ...x.shape.slice(2)];
  const kernels: Shape = [groups, outputs / groups, channels / groups, ...taps];
  const result = record(
    convRow,
    [reshape(x, grouped), reshape(w, kernels)],
    [n, groups, outputs / groups, ...space],
    { stride, padding, dilation },
  );
  return reshape(result, [n, outputs, ...space]);
}

/** Transposed convolution of [n, in, ...space] with [in, out / groups, ...taps]: the adjoint of a convolution. */
export function transposedConvolution(
  op: string,
  rank: number,
  x: Node,
  w: Node,
  options: TransposedConvolutionOptions = {},
): Node {
  const { groups = 1 } = options;
  checkRanks(op, rank, x, w, "[in, out]");
  const [n, channels] = x.shape;
  const share = w.shape[1];
  if (!Number.isInteger(groups) || groups < 1 || channels !== w.shape[0] || channels % groups !== 0)
    refuse(
      ShapeError,
      op,
      "weight",
      formatShape(w.shape),
      `[${channels}, out / groups, ...] with ${channels} divisible by groups = ${groups}`,
    );
  const taps = w.shape.slice(2);
  const stride = perAxis(op, "stride", options.stride, 1, rank, 1);
  const dilation = perAxis(op, "dilation", options.dilation, 1, rank, 1);
  const padding = perAxis(op, "padding", options.padding, 0, rank, 0);
  const extra = perAxis(op, "outputPadding", options.outputPadding, 0, rank, 0);
  if (extra.some((length, i) => length >= Math.max(stride[i], dilation[i])))
    refuse(
      ShapeError,
      op,
      "outputPadding",
      String(options.outputPadding),
      "less than the stride or dilation",
    );
  const space = taps.map(
    (k, i) => (x.shape[i + 2] - 1) * stride[i] - 2 * padding[i] + (k - 1) * dilation[i] + 1 + extra[i],
  );
  if (space.some((length) => length < 1))
    refuse(
      ShapeError,
      op,
      "padding",
      String(options.padding),
      `less than what ${formatShape(x.shape)} becomes`,
    );
  const grouped: Shape = [n, groups, channels / groups, ...x.shape.slice(2)];
  const kernels: Shape = [groups, channels / groups, share, ...taps];
  const result = record(
    convInputGradRow,
    [reshape(x, grouped), reshape(w, kernels)],
    [n, groups, share, ...space],
    { stride, padding, dilation },
  );
  return reshape(result, [n, groups * share, ...space]);
}
