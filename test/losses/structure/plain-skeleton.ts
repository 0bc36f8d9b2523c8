/** The soft skeleton pixel by pixel, in any number of dimensions: what the windows must give. */
import { type Tensor, tensor } from "../../../src/index.ts";

/**
 * Logits within -3 .. 3, no two of them within a difference quotient's step of each other, and without a period:
 * in an arithmetic progression all softmax ratios repeat.
 */
export function apartLogits(shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const key = (i: number) => ((i + 1) ** 2 * Math.SQRT2) % 1;
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => key(i) - key(j));
  const logits = new Float64Array(size);
  order.forEach((i, rank) => {
    logits[i] = (6 * rank) / size - 2.9;
  });
  return tensor(logits, shape);
}

/** A picture in characters: `#` is 1. */
export const picture = (...rows: readonly string[]): Tensor =>
  tensor([[rows.map((row) => Array.from(row, (mark) => Number(mark === "#")))]]);

/** Plain numbers of one image, and how long its axes are. */
export interface Plane {
  readonly data: readonly number[];
  readonly space: readonly number[];
}

/** Offsets of the box of 3 around a pixel. */
const boxOf = (rank: number): number[][] =>
  rank === 0 ? [[]] : boxOf(rank - 1).flatMap((rest) => [-1, 0, 1].map((step) => [...rest, step]));

/** Offsets with one step at most: the cross. */
const crossOf = (rank: number): number[][] =>
  boxOf(rank).filter((offset) => offset.filter((step) => step !== 0).length <= 1);

function overNeighbours(
  { data, space }: Plane,
  offsets: readonly (readonly number[])[],
  choose: (...values: number[]) => number,
): Plane {
  const result = data.map((_, i) => {
    const at: number[] = [];
    for (let axis = space.length - 1, rest = i; axis >= 0; axis--) {
      at.unshift(rest % space[axis]);
      rest = Math.floor(rest / space[axis]);
    }
    const inside = offsets
      .map((offset) => at.map((x, axis) => x + offset[axis]))
      .filter((place) => place.every((x, axis) => x >= 0 && x < space[axis]));
    return choose(...inside.map((place) => data[place.reduce((j, x, axis) => j * space[axis] + x, 0)]));
  });
  return { data: result, space };
}

export function plainSkeleton(image: Plane, iterations: number): number[] {
  const rank = image.space.length;
  let left = image;
  let skeleton = image.data.map(() => 0);
  for (let k = 0; k <= iterations; k++) {
    const thinner = overNeighbours(left, crossOf(rank), Math.min);
    const opened = overNeighbours(thinner, boxOf(rank), Math.max);
    const ridge = left.data.map((x, i) => Math.max(0, x - opened.data[i]));
    skeleton = skeleton.map((s, i) => s + (1 - s) * ridge[i]);
    left = thinner;
  }
  return skeleton;
}

/** The centerline Dice coefficient of two images. */
export function plainClDice(p: Plane, g: Plane, iterations: number, smooth: number): number {
  const within = (skeleton: number[], mask: readonly number[]) =>
    (skeleton.reduce((sum, s, i) => sum + s * mask[i], 0) + smooth) /
    (skeleton.reduce((sum, s) => sum + s, 0) + smooth);
  const precision = within(plainSkeleton(p, iterations), g.data);
  const sensitivity = within(plainSkeleton(g, iterations), p.data);
  return (2 * precision * sensitivity) / (precision + sensitivity);
}
