/** Kernels of convolution and its two adjoints: which one takes what. */
import type { Attributes, ConvolutionRole } from "../../../src/graph/row.ts";
import type { Shape } from "../../../src/shape.ts";
import { directForward } from "./direct/forward.ts";
import { directTransposed } from "./direct/transposed.ts";
import { directWeightGradient } from "./direct/weight-gradient.ts";
import { forward, type Geometry, geometryOf, inputGradient, shapesOf } from "./geometry.ts";
import type { ConvolutionLowering } from "./kernel.ts";
import { forwardStrips, winogradForward } from "./winograd/forward.ts";
import { coverOf, type Strips } from "./winograd/strips.ts";
import { gradientStrips, winogradWeightGradient } from "./winograd/weight-gradient.ts";

export { finishOf, type Operand } from "./finish.ts";
export type {
  ConvolutionContext,
  ConvolutionLowering,
  ConvolutionPass,
  Finish,
  Place,
} from "./kernel.ts";

/** With fewer channels, transforms cost more than they save. */
const FEW = 4;

/** Where strips cover more than this for each pixel, as in narrow images, tap by tap is faster: 9 products against 4. */
const MOST_COVER = 1.8;

/** Whether Winograd's filtering applies, and wins. */
function suitsWinograd(geometry: Geometry, stripsOf: (space: Shape) => Strips): boolean {
  const { taps, stride, dilation, inputs, outputs, padding, outSpace } = geometry;
  return (
    taps.length === 2 &&
    taps.every((length) => length === 3) &&
    stride.every((step) => step === 1) &&
    dilation.every((step) => step === 1) &&
    padding.every((zeros) => zeros <= 2) &&
    inputs >= FEW &&
    outputs >= FEW &&
    coverOf(stripsOf(outSpace), outSpace) <= MOST_COVER
  );
}

/** The kernel of a node of the family. */
export function convolutionKernel(
  role: ConvolutionRole,
  inputs: readonly Shape[],
  output: Shape,
  attributes: Attributes,
): ConvolutionLowering {
  const { images, kernels, results } = shapesOf(role, inputs, output);
  const geometry = geometryOf(images, kernels, results, attributes);
  if (role === "weightGradient") {
    return suitsWinograd(geometry, gradientStrips)
      ? winogradWeightGradient(geometry)
      : directWeightGradient(geometry);
  }
  const correlation = role === "forward" ? forward(geometry) : inputGradient(geometry);
  if (correlation === null) return directTransposed(geometry);
  return suitsWinograd(correlation, forwardStrips)
    ? winogradForward(correlation)
    : directForward(correlation);
}
