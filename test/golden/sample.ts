/** From the numbers of a fixture to our tensors: channels first, labels also as one-hot masks. */
import { oneHot, type Tensor, tensor } from "../../src/index.ts";
import type { GoldenCase, GoldenInput } from "./format.ts";

/** What a recipe works with. */
export interface Sample {
  readonly case: GoldenCase;
  /** `[n, c, ...space]`. */
  readonly prediction: Tensor;
  /** The target as it came: a mask of the prediction's shape, or class indices `[n, ...space]`. */
  readonly target: Tensor;
  /** The numbers of `target`. */
  readonly labels: readonly number[];
  /** The target in the prediction's shape; pixels of the ignored label 255 are 0 in every channel. */
  readonly oneHot: Tensor;
}

/** Position of each element of a channels-first array in the channels-last one. */
export function channelsLast(shape: readonly number[]): Int32Array {
  const [n, ...rest] = shape;
  const c = rest[rest.length - 1];
  const pixels = rest.slice(0, -1).reduce((a, b) => a * b, 1);
  const order = new Int32Array(n * c * pixels);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < c; k++) for (let x = 0; x < pixels; x++) order[at++] = (i * pixels + x) * c + k;
  }
  return order;
}

/** Shape with the channels in front. */
function channelsFirst(shape: readonly number[]): number[] {
  const [n, ...rest] = shape;
  return [n, rest[rest.length - 1], ...rest.slice(0, -1)];
}

export function sampleOf(c: GoldenCase, inputs: Readonly<Record<string, GoldenInput>>): Sample {
  const { layout, shape, [c.predKind]: data } = inputs[c.pred];
  const { mask, labels, labelShape } = inputs[c.target];
  if (data === undefined) throw new TypeError(`${c.id}: input ${c.pred} has no ${c.predKind}`);
  const last = layout === "NHWC";
  const ordered = last ? Float64Array.from(channelsLast(shape), (i) => data[i]) : Float64Array.from(data);
  const ours = last ? channelsFirst(shape) : shape.slice();
  const prediction = tensor(ordered, ours, { requiresGrad: true });
  if (labels !== undefined && labelShape !== undefined) {
    const target = tensor(Float64Array.from(labels), labelShape.slice());
    return { case: c, prediction, target, labels, oneHot: oneHot(target, ours[1]) };
  }
  if (mask === undefined) throw new TypeError(`${c.id}: input ${c.target} has neither labels nor mask`);
  const target = tensor(
    last ? Float64Array.from(channelsLast(shape), (i) => mask[i]) : Float64Array.from(mask),
    ours,
  );
  return { case: c, prediction, target, labels: mask, oneHot: target };
}
