/** The confusion matrix: one pass over the pixels, from which every metric of overlap follows. */
import { DTypeError, OptionError, refuse, ShapeError } from "../errors.ts";
import { optionReader } from "../losses/shared/options.ts";
import { type ClassMap, type MetricOptions, type OptionName, specsOf } from "./options.ts";

/** How many pixels of each class were predicted as each class. */
export interface ConfusionMatrix {
  /** How many classes there are. */
  readonly classes: number;
  /** `[target, predicted]`, row-major. */
  readonly counts: Float64Array;
}

/** Pixels of one class against all others. */
export interface ClassCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Options of {@link confusionMatrix}. */
export type ConfusionOptions = Pick<MetricOptions, "classes" | "ignoreIndex">;

const OPTIONS: readonly OptionName[] = ["classes", "ignoreIndex"];

/** Throws unless two arrays are as long as each other. */
export function checkLengths(op: string, prediction: ArrayLike<number>, target: ClassMap): void {
  if (prediction.length === target.length) return;
  refuse(
    ShapeError,
    op,
    "prediction",
    `${prediction.length} pixels`,
    `${target.length} pixels, as many as the target`,
  );
}

/** Throws for a value that is no class. */
export function refuseClass(op: string, argument: string, value: number, at: number, classes: number): never {
  const expected = `a class from 0 to ${classes - 1}`;
  refuse(DTypeError, op, argument, `${value} at pixel ${at}`, expected);
}

/** @internal {@link confusionMatrix} with options that have been checked. */
export function countPixels(
  op: string,
  prediction: ClassMap,
  target: ClassMap,
  { classes, ignoreIndex }: { classes: number; ignoreIndex?: number },
): ConfusionMatrix {
  checkLengths(op, prediction, target);
  const counts = new Float64Array(classes * classes);
  for (let i = 0; i < target.length; i++) {
    const [g, p] = [target[i], prediction[i]];
    if (g === ignoreIndex) continue;
    // What is no whole number from 0 changes in this conversion.
    if (g >>> 0 !== g || g >= classes) refuseClass(op, "target", g, i, classes);
    if (p >>> 0 !== p || p >= classes) refuseClass(op, "prediction", p, i, classes);
    counts[g * classes + p]++;
  }
  return { classes, counts };
}

/**
 * Counts how many pixels of each class were predicted as each class.
 *
 * @param prediction - class of each pixel
 * @param target - as long as the prediction; `ignoreIndex` may stand there too
 * @throws {@link ShapeError} for other lengths, {@link DTypeError} for what is no class, {@link OptionError}
 * @example
 * ```ts
 * import { confusionMatrix } from "segtape/metrics";
 * const { counts } = confusionMatrix([0, 1, 1, 1], [0, 0, 1, 255], { ignoreIndex: 255 });
 * counts; // Float64Array [1, 1, 0, 1]
 * ```
 */
export function confusionMatrix(
  prediction: ClassMap,
  target: ClassMap,
  options: ConfusionOptions = {},
): ConfusionMatrix {
  const read = optionReader("confusionMatrix", specsOf(OPTIONS));
  const filled = read(options) as { classes: number; ignoreIndex?: number };
  return countPixels("confusionMatrix", prediction, target, filled);
}

/**
 * The sum of confusion matrices: of the images of a set, for metrics over all of its pixels together.
 *
 * @throws {@link OptionError} where there is none, or the numbers of classes differ
 * @example
 * ```ts
 * import { addConfusions, confusionMatrix } from "segtape/metrics";
 * const { counts } = addConfusions([confusionMatrix([0, 1], [0, 0]), confusionMatrix([1], [1])]);
 * counts; // Float64Array [1, 1, 0, 1]
 * ```
 */
export function addConfusions(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  if (matrices.length === 0)
    refuse(OptionError, "addConfusions", "matrices", "an empty list", "at least one");
  const [{ classes }] = matrices;
  const counts = new Float64Array(classes * classes);
  for (const matrix of matrices) {
    if (matrix.classes !== classes)
      refuse(OptionError, "addConfusions", "classes", String(matrix.classes), `${classes}, as the first has`);
    matrix.counts.forEach((count, i) => {
      counts[i] += count;
    });
  }
  return { classes, counts };
}

/** One class against the rest. */
export function classCounts({ classes, counts }: ConfusionMatrix, c: number): ClassCounts {
  let [total, predicted, present] = [0, 0, 0];
  for (let i = 0; i < classes; i++) {
    predicted += counts[i * classes + c];
    present += counts[c * classes + i];
    for (let j = 0; j < classes; j++) total += counts[i * classes + j];
  }
  const truePositives = counts[c * classes + c];
  return {
    truePositives,
    falsePositives: predicted - truePositives,
    falseNegatives: present - truePositives,
    trueNegatives: total - predicted - present + truePositives,
  };
}
