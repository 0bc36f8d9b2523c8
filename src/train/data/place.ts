/** Where the pixels of a crop lie in its image: cropping, mirroring and turning as arithmetic on indices. */
import type { Random } from "../../random.ts";
import type { Augmentation } from "../types.ts";

/** A length for each of depth, height and width; the depth of a flat image is 1. */
export type Extent = readonly [depth: number, height: number, width: number];

/** `[h, w]` or `[d, h, w]` as depth, height and width. */
export function extentOf(size: readonly number[]): Extent {
  return size.length === 2 ? [1, size[0], size[1]] : [size[0], size[1], size[2]];
}

/** How one axis of the crop runs through the image. */
export interface AxisPlace {
  /** The image's axis. */
  readonly source: number;
  /** Where on it the crop begins; below 0 where the crop is the larger. */
  readonly start: number;
  /** Whether it runs backwards. */
  readonly reversed: boolean;
}

/** A crop's axes, in its own order. */
export type Place = readonly AxisPlace[];

/** A coordinate brought back inside 0 .. length - 1 by mirrors on the first and the last pixel. */
export function reflect(coordinate: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = Math.abs(coordinate) % period;
  return within < length ? within : period - within;
}

/** Like {@link reflect}, for coordinates between pixels. */
export function reflectBetween(coordinate: number, length: number): number {
  if (coordinate >= 0 && coordinate <= length - 1) return coordinate;
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = Math.abs(coordinate) % period;
  return within <= length - 1 ? within : period - within;
}

/** A random crop of an image, mirrored and turned as the augmentation allows. */
export function randomPlace(size: Extent, crop: Extent, augmentation: Augmentation, random: Random): Place {
  const turns = augmentation.quarterTurns === true ? random.int(0, 4) : 0;
  const swapped = turns % 2 === 1;
  return crop.map((length, axis) => {
    const source = swapped && axis > 0 ? 3 - axis : axis;
    // A quarter turn reads rows from columns, one of the two backwards; a half turn reads both backwards.
    const turned = axis > 0 && (turns === 2 || (turns === 1 && axis === 1) || (turns === 3 && axis === 2));
    const mirrored = augmentation.flips === true && size[source] > 1 && random.int(0, 2) === 1;
    const room = size[source] - length;
    const start = room === 0 ? 0 : random.int(Math.min(0, room), Math.max(0, room) + 1);
    return { source, start, reversed: turned !== mirrored };
  });
}

/** For each position on each axis of the crop, its share of the flat index in the image. */
export function offsetsOf(place: Place, size: Extent, crop: Extent): Int32Array[] {
  const strides = [size[1] * size[2], size[2], 1];
  return place.map(({ source, start, reversed }, axis) =>
    Int32Array.from({ length: crop[axis] }, (_, i) => {
      const along = start + (reversed ? crop[axis] - 1 - i : i);
      return reflect(along, size[source]) * strides[source];
    }),
  );
}

/** Copies planes of `from`, each as large as the image, into planes of `into`, each as large as the crop. */
export function copyPlaced(
  from: ArrayLike<number>,
  into: Float32Array,
  at: number,
  planes: number,
  [depth, rows, columns]: readonly Int32Array[],
  planeSize: number,
): void {
  let to = at;
  for (let plane = 0; plane < planes; plane++) {
    for (let z = 0; z < depth.length; z++) {
      for (let y = 0; y < rows.length; y++) {
        const base = plane * planeSize + depth[z] + rows[y];
        for (let x = 0; x < columns.length; x++) into[to++] = from[base + columns[x]];
      }
    }
  }
}
