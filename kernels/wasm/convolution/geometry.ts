/** A convolution and its adjoints in one form: results are sums over inputs and taps, whoever they are called by the graph. */
import type { Attributes, ConvolutionRole } from "../../../src/graph/row.ts";
import type { Shape } from "../../../src/shape.ts";

/** Counts are those of one group. */
export interface Geometry {
  readonly images: number;
  readonly groups: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly inSpace: Shape;
  readonly outSpace: Shape;
  readonly taps: Shape;
  readonly stride: Shape;
  /** Zeros in front of each axis. */
  readonly padding: Shape;
  readonly dilation: Shape;
}

/** A sum over inputs and taps: the convolution itself, or its adjoint in the images. */
export interface Correlation extends Geometry {
  /** Elements from one of the weights to the next; taps lie side by side. */
  readonly weights: {
    readonly group: number;
    readonly output: number;
    readonly input: number;
    /** Whether the taps are taken last to first. */
    readonly flipped: boolean;
  };
}

export const product = (lengths: Shape): number => lengths.reduce((size, length) => size * length, 1);

interface ConvolutionAttributes {
  readonly stride: Shape;
  readonly padding: Shape;
  readonly dilation: Shape;
}

/** Axes: images [n, group, in, ...space], kernels [group, out, in, ...taps], results [n, group, out, ...space]. */
export function geometryOf(images: Shape, kernels: Shape, results: Shape, attributes: Attributes): Geometry {
  const { stride, padding, dilation } = attributes as unknown as ConvolutionAttributes;
  return {
    images: images[0],
    groups: images[1],
    inputs: images[2],
    outputs: kernels[1],
    inSpace: images.slice(3),
    outSpace: results.slice(3),
    taps: kernels.slice(3),
    stride,
    padding,
    dilation,
  };
}

/** The shapes of a node of the family by what they are, not by their order. */
export function shapesOf(role: ConvolutionRole, [first, second]: readonly Shape[], output: Shape) {
  switch (role) {
    case "forward":
      return { images: first, kernels: second, results: output };
    case "inputGradient":
      return { images: output, kernels: second, results: first };
    case "weightGradient":
      return { images: first, kernels: output, results: second };
  }
}

export function forward(g: Geometry): Correlation {
  const taps = product(g.taps);
  return {
    ...g,
    weights: {
      group: g.outputs * g.inputs * taps,
      output: g.inputs * taps,
      input: taps,
      flipped: false,
    },
  };
}

/** The adjoint in the images as a correlation of its own; `null` where strides leave gaps. */
export function inputGradient(g: Geometry): Correlation | null {
  const padding = g.taps.map((length, i) => (length - 1) * g.dilation[i] - g.padding[i]);
  if (g.stride.some((step) => step !== 1) || padding.some((zeros) => zeros < 0)) return null;
  const taps = product(g.taps);
  return {
    ...g,
    inputs: g.outputs,
    outputs: g.inputs,
    inSpace: g.outSpace,
    outSpace: g.inSpace,
    padding,
    weights: { group: g.outputs * g.inputs * taps, output: taps, input: g.inputs * taps, flipped: true },
  };
}
