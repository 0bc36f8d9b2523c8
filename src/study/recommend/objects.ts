/** The objects of one class in one mask: their sizes, and how much border they have. */
import { connectedComponents } from "../../ops/host/connected-components.ts";

/** Classes of an image's pixels, row by row. */
export interface LabelMask {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Number of each pixel's class, from 0. */
  readonly labels: ArrayLike<number>;
}

/** What one mask holds of one class. */
export interface ClassObjects {
  readonly pixels: number;
  /** Pixels with a neighbour (up, down, left or right) of another class. */
  readonly contour: number;
  /** Pixels of each object. */
  readonly sizes: readonly number[];
  /** Sides between a pixel of the object and one of another class, for each object. */
  readonly edges: readonly number[];
  /** Objects that touch the image's border. */
  readonly touching: number;
}

/**
 * Objects hang together by sides or corners, so that a diagonal line of one pixel is one object. Where the image ends
 * there is no contour: nothing is known of what lies beyond.
 */
export function objectsIn({ width, height, labels }: LabelMask, label: number): ClassObjects {
  const mask = new Uint8Array(labels.length);
  for (let i = 0; i < mask.length; i++) mask[i] = Number(labels[i] === label);
  const found = connectedComponents(mask, [height, width], "full");
  const sizes = new Array<number>(found.count).fill(0);
  const edges = new Array<number>(found.count).fill(0);
  const touching = new Set<number>();
  let [pixels, contour] = [0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (mask[i] === 0) continue;
      const object = found.labels[i] - 1;
      const sides =
        Number(x > 0 && mask[i - 1] === 0) +
        Number(x < width - 1 && mask[i + 1] === 0) +
        Number(y > 0 && mask[i - width] === 0) +
        Number(y < height - 1 && mask[i + width] === 0);
      pixels++;
      sizes[object]++;
      edges[object] += sides;
      if (sides > 0) contour++;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) touching.add(object);
    }
  }
  return { pixels, contour, sizes, edges, touching: touching.size };
}
