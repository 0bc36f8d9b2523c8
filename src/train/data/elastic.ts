/**
 * Elastic deformation: control points on a coarse grid move at random, cubic B-splines carry the pixels between them
 * (Simard et al. 2003; Ronneberger et al. 2015).
 */
import type { Random } from "../../random.ts";
import { type Extent, type Place, reflectBetween } from "./place.ts";

/** How far control points are apart, and how far pixels move. */
export interface Bend {
  readonly deviation: number;
  readonly spacing: number;
}

/** Mean of the sum of squared cubic B-spline weights: what the spline leaves of the variance along an axis. */
const KEPT_VARIANCE = 151 / 315;

/** Weights of the four control points around a pixel, `t` of the way from the second to the third. */
function splineWeights(t: number): [number, number, number, number] {
  const s = 1 - t;
  return [
    (s * s * s) / 6,
    (3 * t * t * t - 6 * t * t + 4) / 6,
    (3 * s * s * s - 6 * s * s + 4) / 6,
    (t * t * t) / 6,
  ];
}

/** Fills one axis in between control points: `[outer, points, inner]` to `[outer, length, inner]`. */
function refine(field: Float32Array, outer: number, length: number, inner: number, spacing: number) {
  const points = field.length / (outer * inner);
  const result = new Float32Array(outer * length * inner);
  for (let i = 0; i < length; i++) {
    const first = Math.floor(i / spacing);
    const [a, b, c, d] = splineWeights(i / spacing - first);
    for (let o = 0; o < outer; o++) {
      let from = (o * points + first) * inner;
      let to = (o * length + i) * inner;
      for (let k = 0; k < inner; k++, from++, to++) {
        result[to] =
          a * field[from] +
          b * field[from + inner] +
          c * field[from + 2 * inner] +
          d * field[from + 3 * inner];
      }
    }
  }
  return result;
}

/** Displacements along each axis of the crop, one a pixel; axes of length 1 do not move. */
export function randomBend(
  crop: Extent,
  { deviation, spacing }: Bend,
  random: Random,
): (Float32Array | null)[] {
  const points = crop.map((length) => (length === 1 ? 1 : Math.floor((length - 1) / spacing) + 4));
  const axes = crop.filter((length) => length > 1).length;
  const spread = deviation / Math.sqrt(KEPT_VARIANCE ** axes);
  return crop.map((moving) => {
    if (moving === 1) return null;
    let field = Float32Array.from({ length: points[0] * points[1] * points[2] }, () =>
      random.normal(0, spread),
    );
    for (let axis = 0; axis < 3; axis++) {
      if (crop[axis] === 1) continue;
      const outer = crop.slice(0, axis).reduce((product, length) => product * length, 1);
      const inner = points.slice(axis + 1).reduce((product, length) => product * length, 1);
      field = refine(field, outer, crop[axis], inner, spacing);
    }
    return field;
  });
}

/** What {@link copyBent} reads and writes. */
export interface BentCopy {
  readonly image: Float32Array;
  readonly target: Uint8Array;
  readonly channels: number;
  readonly size: Extent;
  readonly crop: Extent;
  readonly place: Place;
  readonly bend: readonly (Float32Array | null)[];
}

/** Samples the image linearly and the mask at the nearest pixel, at places bent in the crop and then put on the image. */
export function copyBent(
  { image, target, channels, size, crop, place, bend }: BentCopy,
  images: Float32Array,
  imageAt: number,
  targets: Float32Array,
  targetAt: number,
): void {
  const [depth, height, width] = size;
  const plane = height * width;
  const volume = depth * plane;
  const pixels = crop[0] * crop[1] * crop[2];
  // Along each axis of the crop: where in the image its position 0 lies, and which way it runs.
  const origin = place.map(({ start, reversed }, axis) => (reversed ? start + crop[axis] - 1 : start));
  const way = place.map(({ reversed }) => (reversed ? -1 : 1));
  const swapped = place[1].source === 2;
  const [alongDepth, alongRows, alongColumns] = bend;
  let pixel = 0;
  for (let k = 0; k < crop[0]; k++) {
    for (let j = 0; j < crop[1]; j++) {
      for (let i = 0; i < crop[2]; i++, pixel++) {
        const moved = origin[0] + way[0] * (alongDepth === null ? k : k + alongDepth[pixel]);
        const a = origin[1] + way[1] * (alongRows === null ? j : j + alongRows[pixel]);
        const b = origin[2] + way[2] * (alongColumns === null ? i : i + alongColumns[pixel]);
        const z = reflectBetween(moved, depth);
        const y = reflectBetween(swapped ? b : a, height);
        const x = reflectBetween(swapped ? a : b, width);
        const z0 = Math.floor(z);
        const y0 = Math.floor(y);
        const x0 = Math.floor(x);
        const fz = z - z0;
        const fy = y - y0;
        const fx = x - x0;
        const base = z0 * plane + y0 * width + x0;
        const down = fy > 0 ? width : 0;
        const right = fx > 0 ? 1 : 0;
        const nearest = (fz < 0.5 ? 0 : plane) + (fy < 0.5 ? 0 : width) + (fx < 0.5 ? 0 : 1);
        targets[targetAt + pixel] = target[base + nearest];
        for (let channel = 0; channel < channels; channel++) {
          const here = channel * volume + base;
          let value = inPlane(image, here, down, right, fy, fx);
          if (fz > 0) value += fz * (inPlane(image, here + plane, down, right, fy, fx) - value);
          images[imageAt + channel * pixels + pixel] = value;
        }
      }
    }
  }
}

/** Linear interpolation between four pixels; `down` and `right` are 0 where there is nothing to mix. */
function inPlane(
  image: Float32Array,
  at: number,
  down: number,
  right: number,
  fy: number,
  fx: number,
): number {
  const top = image[at] + fx * (image[at + right] - image[at]);
  const bottom = image[at + down] + fx * (image[at + down + right] - image[at + down]);
  return top + fy * (bottom - top);
}
