/** The catalogue as laws try it: options that make each loss fit small images, and what a law must know of it. */
import fc from "fast-check";
import { type Loss, losses, type Tensor, tensor } from "../../src/index.ts";
import { sizeOf } from "../../src/shape.ts";

export interface LossCase {
  readonly name: string;
  readonly loss: Loss;
  /** Options that fit images of 8 pixels a side; else the defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Smallest side of an image that it is tried on. */
  readonly side: number;
}

/** Small windows and few scales: the formula is the same, and an image need not be 161 wide. */
const SMALL_WINDOW = { windowSize: 3 };
const TWO_SCALES = { ...SMALL_WINDOW, scaleWeights: [0.4, 0.6] };
/** A corner at flat places that is wide beside the steps of a difference quotient, and beside float32's rounding. */
const ROUND_CORNER = { epsilon: 0.01 };
const FITTED: Readonly<Record<string, Pick<LossCase, "options" | "side">>> = {
  // By default an image of less than 10000 pixels is kept whole.
  ohemCrossEntropyLoss: { options: { minKept: 3 }, side: 4 },
  correlationMaximizedSimilarityLoss: { options: SMALL_WINDOW, side: 6 },
  ssimLoss: { options: SMALL_WINDOW, side: 6 },
  // A hundredth of so few pixels is none.
  activeBoundaryLoss: { options: { boundaryShare: 0.3 }, side: 4 },
  msSsimLoss: { options: TWO_SCALES, side: 8 },
  // Cells of an even side fit images of an even side from either end. Few regions of smooth maps depend on each other:
  // with the default epsilon float32 keeps 2e-5 of the value and 8e-5 of the gradient, not 1e-5.
  regionMutualInformationLoss: { options: { radius: 2, stride: 2, epsilon: 0.01 }, side: 8 },
  totalVariationLoss: { options: ROUND_CORNER, side: 4 },
  mumfordShahLoss: { options: ROUND_CORNER, side: 4 },
  // From 2 + sqrt 2 on no error can save as much as it costs.
  activeContourLoss: { options: { ...ROUND_CORNER, regionWeight: 4 }, side: 4 },
  unet3PlusLoss: { options: { ssim: TWO_SCALES }, side: 8 },
  basnetLoss: { options: { ssim: SMALL_WINDOW }, side: 6 },
};

/** Every loss of the catalogue. */
export const LOSS_CASES: readonly LossCase[] = Object.entries(losses).map(([name, loss]) => ({
  name,
  loss,
  ...(FITTED[name] ?? { options: {}, side: 4 }),
}));

/** Laws that not every loss keeps. */
export type Law =
  /** The second derivative is the slope of the first at random points. */
  | "second order"
  /** Of all predictions the mask itself costs least, and has no gradient. */
  | "perfection"
  /** A mask of one class pulls every prediction towards it. */
  | "one class"
  /** The charge of a pixel depends on that pixel's value, and on sums, alone. */
  | "locality"
  /** Image and mask mirrored together have the same value. */
  | "mirroring"
  /** Value and gradient are right to 1e-5 in float32. */
  | "float32"
  /** Pixels may be equal: nothing asks which is the largest or smallest of its neighbours. */
  | "ties";

const VARIANCES =
  "local variances are differences of windowed means of squares: in float32 some 3e-8 remain of each, against a constant of 9e-4";

const SKELETON = "erosion and dilation choose among neighbours: a kink where two of them are equal";

const NEGATIVE = "a mask has the edges of its negative";
const FLAT_MASK = "a mask without edges asks for a flat prediction, not for which";

/** Laws that a loss does not keep, by what it is, and why. */
const EXCEPTIONS: Readonly<Record<string, Readonly<Partial<Record<Law, string>>>>> = {
  hausdorffErosionLoss: {
    "second order":
      "each erosion cuts at 0 and stretches by the image's extremes, kinks that random images meet",
    locality: "erosion reads the neighbours",
  },
  biTemperedLogisticLoss: {
    perfection: "its softmax has a heavy tail: at logits of 80 some 1e-4 is still missing, and pulls",
  },
  correlationMaximizedSimilarityLoss: {
    locality: "local statistics read the neighbours",
    float32: VARIANCES,
  },
  activeBoundaryLoss: {
    perfection:
      "the predicted boundary is widened by a pixel, and asks of those beside the border where it lies",
    "one class": "a boundary is moved to the border of the target, and there is none",
    mirroring: "the paper's 2-neighbourhood looks right and down, and ties go to the first direction",
  },
  sobelEdgeLoss: { perfection: NEGATIVE, "one class": FLAT_MASK },
  laplaceEdgeLoss: {
    perfection: NEGATIVE,
    "one class": FLAT_MASK,
    float32:
      "the logarithm of a faint edge, up to 100 steep, takes differences of p whose last digits are rounded",
  },
  cbDiceLoss: {
    perfection: "a thin skeleton deep in a thick target scores above 1",
    "one class": "a flat mask has no skeleton: nothing is asked of a prediction for a full one",
    ties: SKELETON,
  },
  clDiceLoss: {
    "one class": "a flat mask has no skeleton: nothing is asked of a prediction for a full one",
    ties: SKELETON,
  },
  diceClDiceLoss: { ties: SKELETON },
  affinityLoss: {
    perfection:
      "it tells whether pixels are of one class, not of which: all pixels wrong are as good as all right",
    "one class": "neighbours are drawn to each other, whichever class that is",
  },
  totalVariationLoss: {
    perfection: "it does not look at the target",
    "one class": "it does not look at the target",
  },
  mumfordShahLoss: {
    perfection:
      "it tells classes apart, not which is which: all pixels wrong fit the target as well as all right",
    "one class": "a target without variation is fitted by every prediction",
  },
  ssimLoss: { float32: VARIANCES },
  msSsimLoss: { float32: VARIANCES },
  unet3PlusLoss: { float32: VARIANCES },
  basnetLoss: { float32: VARIANCES },
};

/** Whether a loss keeps a law. */
export const keeps = ({ name }: LossCase, law: Law): boolean => EXCEPTIONS[name]?.[law] === undefined;

/** Losses of exclusive classes alone, and those that do not take such classes. */
export const needsClasses = ({ loss }: LossCase): boolean => !loss.modes.includes("binary");
export const takesClasses = ({ loss }: LossCase): boolean => loss.modes.includes("multiclass");

/** A prediction in logits and its hard mask. */
export interface Sample {
  readonly shape: readonly number[];
  readonly logits: readonly number[];
  readonly mask: readonly number[];
}

/** The same logits in the same order, no two of them near each other; none nearer to 0 than before. */
function apart(logits: readonly number[]): number[] {
  const order = logits.map((_, i) => i).sort((i, j) => Math.abs(logits[i]) - Math.abs(logits[j]) || i - j);
  const spread = logits.slice();
  order.forEach((i, rank) => {
    spread[i] = Math.sign(logits[i]) * (0.15 + (2.85 * rank) / logits.length);
  });
  return spread;
}

/** Logits that keep away from 0, where thresholds at p = 1/2 have no derivative, and masks of both classes. */
export function samples(one: LossCase, channels = 1, rank = 2): fc.Arbitrary<Sample> {
  const { side } = one;
  // Even, so that halving for the next scale leaves no row out.
  const lengths = fc.array(
    fc.integer({ min: side / 2, max: side / 2 + 1 }).map((half) => 2 * half),
    { minLength: rank, maxLength: rank },
  );
  return fc.tuple(fc.integer({ min: 1, max: 2 }), lengths).chain(([n, space]) => {
    const shape = [n, channels, ...space];
    const size = sizeOf(shape);
    const logit = fc
      .tuple(fc.boolean(), fc.double({ min: 0.15, max: 3, noNaN: true }))
      .map(([up, x]) => (up ? x : -x));
    return fc
      .tuple(
        fc.array(logit, { minLength: size, maxLength: size }),
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: size, maxLength: size }),
      )
      .map(([logits, mask]) => ({
        shape,
        logits: keeps(one, "ties") ? logits : apart(logits),
        mask: bothClasses(mask, size / n),
      }));
  });
}

/** Each image has a pixel of either class. */
function bothClasses(mask: readonly number[], each: number): number[] {
  return mask.map((g, i) => (i % each === 0 ? 1 : i % each === each - 1 ? 0 : g));
}

export const tensorOf = (data: readonly number[], shape: readonly number[]): Tensor =>
  tensor(Float64Array.from(data), shape);
