/** What the masks of a data set are like, in numbers that bear on the choice of a loss. */
import { OptionError, refuse, ShapeError } from "../../errors.ts";
import { type ClassObjects, type LabelMask, objectsIn } from "./objects.ts";

/** Mean, smallest and largest of something over the images. */
export interface MeanAndRange {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** The objects of a class: connected by sides or corners. */
export interface ObjectMeasures {
  readonly count: number;
  /** Objects of an image; images without count as 0. */
  readonly perImage: MeanAndRange;
  /** In pixels. */
  readonly medianPixels: number;
  readonly smallestPixels: number;
  readonly largestPixels: number;
  /** Median of the share of its image that an object takes. */
  readonly medianShare: number;
  /** Share of the objects that take less than 0.1 % of their image. */
  readonly tiny: number;
  /** Share of the objects that touch the border of the image. */
  readonly touching: number;
}

/** One class over all images. */
export interface ClassMeasures {
  readonly name: string;
  /** Share of an image's pixels. */
  readonly share: MeanAndRange;
  /** Share of the images without a pixel of it. */
  readonly absent: number;
  /** Share of the images with nothing else. */
  readonly full: number;
  /** `null` where no image has any. */
  readonly objects: ObjectMeasures | null;
  /** Share of its pixels that lie on the contour, beside a pixel of another class; `null` where it has none. */
  readonly contour: number | null;
  /** Area over half of the contour's length, in pixels: the width of a line. `null` without a contour. */
  readonly width: number | null;
  /**
   * `area / (2 width)^2` of the objects, a mean weighted by their area: 1 for a square, 1.3 for a disc, a quarter of
   * length over width for a line. `null` without a contour.
   */
  readonly elongation: number | null;
}

/** What {@link measureMasks} measures. Plain data. */
export interface MaskMeasures {
  readonly images: number;
  readonly width: MeanAndRange;
  readonly height: MeanAndRange;
  /** In the order of the classes: of two, the second is the foreground. */
  readonly classes: readonly ClassMeasures[];
}

const OP = "measureMasks";
/** An object that takes less of its image is tiny. */
const TINY = 1e-3;

function rangeOf(values: readonly number[]): MeanAndRange {
  const sum = values.reduce((a, b) => a + b, 0);
  return {
    mean: sum / values.length,
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const shareOf = <T>(all: readonly T[], is: (one: T) => boolean): number => all.filter(is).length / all.length;

/** A class in one image, with the image's area. */
interface Found extends ClassObjects {
  readonly area: number;
}

function objectMeasures(found: readonly Found[]): ObjectMeasures | null {
  const sizes = found.flatMap((one) => one.sizes);
  if (sizes.length === 0) return null;
  const shares = found.flatMap(({ sizes: own, area }) => own.map((size) => size / area));
  const { min, max } = rangeOf(sizes);
  return {
    count: sizes.length,
    perImage: rangeOf(found.map((one) => one.sizes.length)),
    medianPixels: medianOf(sizes),
    smallestPixels: min,
    largestPixels: max,
    medianShare: medianOf(shares),
    tiny: shareOf(shares, (share) => share < TINY),
    touching: found.reduce((sum, { touching }) => sum + touching, 0) / sizes.length,
  };
}

/** Width and elongation of what has a contour. */
function formOf(found: readonly Found[]): Pick<ClassMeasures, "width" | "elongation"> {
  let [area, length, weighted] = [0, 0, 0];
  for (const { sizes, edges } of found) {
    sizes.forEach((size, i) => {
      if (edges[i] === 0) return;
      const width = (2 * size) / edges[i];
      area += size;
      length += edges[i];
      weighted += size * (size / (4 * width * width));
    });
  }
  return area === 0
    ? { width: null, elongation: null }
    : { width: (2 * area) / length, elongation: weighted / area };
}

function classMeasures(name: string, found: readonly Found[]): ClassMeasures {
  const pixels = found.reduce((sum, one) => sum + one.pixels, 0);
  const contour = found.reduce((sum, one) => sum + one.contour, 0);
  return {
    name,
    share: rangeOf(found.map((one) => one.pixels / one.area)),
    absent: shareOf(found, (one) => one.pixels === 0),
    full: shareOf(found, (one) => one.pixels === one.area),
    objects: objectMeasures(found),
    contour: pixels === 0 ? null : contour / pixels,
    ...formOf(found),
  };
}

function checkMasks(masks: readonly LabelMask[], classes: readonly string[]): void {
  if (masks.length === 0) refuse(OptionError, OP, "masks", "none", "at least one");
  if (classes.length < 2) refuse(OptionError, OP, "classes", `${classes.length} names`, "at least two");
  for (const { name, width, height, labels } of masks) {
    if (labels.length !== width * height || labels.length === 0)
      refuse(ShapeError, OP, name, `${labels.length} pixels`, `${width} x ${height}, at least one`);
    for (let i = 0; i < labels.length; i++) {
      if (!Number.isInteger(labels[i]) || labels[i] < 0 || labels[i] >= classes.length)
        refuse(OptionError, OP, name, `class ${labels[i]} at pixel ${i}`, `classes below ${classes.length}`);
    }
  }
}

/**
 * Measures masks: how common each class is, how many objects it forms, how large and how thin they are.
 *
 * @param masks - at least one; sizes may differ
 * @param classes - names of the classes in order; of two, the second is the foreground
 * @param onProgress - told before each mask
 * @throws `OptionError` for no mask, less than two classes, or a pixel of a class that has no name; `ShapeError` for labels
 *   that do not fill the mask
 * @example
 * ```ts
 * import { measureMasks } from "segtape/study";
 * const mask = { name: "a", width: 4, height: 2, labels: [0, 1, 1, 0, 0, 0, 0, 1] };
 * const [, lesion] = measureMasks([mask], ["ground", "lesion"]).classes;
 * lesion.share.mean; // 3 / 8 = 0.375
 * lesion.objects.count; // 1, since corners hang together
 * ```
 */
export function measureMasks(
  masks: readonly LabelMask[],
  classes: readonly string[],
  onProgress?: (done: number, total: number, name: string) => void,
): MaskMeasures {
  checkMasks(masks, classes);
  const found = masks.map((mask, i): Found[] => {
    onProgress?.(i, masks.length, mask.name);
    const area = mask.width * mask.height;
    return classes.map((_, label) => ({ area, ...objectsIn(mask, label) }));
  });
  return {
    images: masks.length,
    width: rangeOf(masks.map(({ width }) => width)),
    height: rangeOf(masks.map(({ height }) => height)),
    classes: classes.map((name, label) =>
      classMeasures(
        name,
        found.map((of) => of[label]),
      ),
    ),
  };
}
