/** The soft skeleton pixel by pixel, in any number of dimensions: what the windows must give. */

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
