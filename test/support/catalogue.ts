/** The catalogue as laws try it: options that make each loss fit small images, and what a law must know of it. */
import fc from "fast-check";
import { type Loss, losses, type Tensor, tensor } from "../../src/index.ts";

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
const FITTED: Readonly<Record<string, Pick<LossCase, "options" | "side">>> = {
  correlationMaximizedSimilarityLoss: { options: SMALL_WINDOW, side: 6 },
  ssimLoss: { options: SMALL_WINDOW, side: 6 },
  msSsimLoss: { options: TWO_SCALES, side: 8 },
  unet3PlusLoss: { options: { ssim: TWO_SCALES }, side: 8 },
  basnetLoss: { options: { ssim: SMALL_WINDOW }, side: 6 },
};

/** Every loss of the catalogue. */
export const LOSS_CASES: readonly LossCase[] = Object.entries(losses).map(([name, loss]) => ({
  name,
  loss,
  ...(FITTED[name] ?? { options: {}, side: 4 }),
}));

/** The only loss of exclusive classes that takes no single channel. */
export const needsClasses = ({ name }: LossCase): boolean => name === "categoricalCrossEntropyLoss";

/** Whether a loss takes exclusive classes: the others refuse them, which their own tests hold. */
const INDEPENDENT = new Set([
  "binaryCrossEntropyLoss",
  "weightedCrossEntropyLoss",
  "balancedCrossEntropyLoss",
  "basnetLoss",
]);
export const takesClasses = ({ name }: LossCase): boolean => !INDEPENDENT.has(name);

/** A prediction in logits and its hard mask. */
export interface Sample {
  readonly shape: readonly number[];
  readonly logits: readonly number[];
  readonly mask: readonly number[];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Logits that keep away from 0, where thresholds at p = 1/2 have no derivative, and masks of both classes. */
export function samples({ side }: LossCase, channels = 1, rank = 2): fc.Arbitrary<Sample> {
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
      .map(([logits, mask]) => ({ shape, logits, mask: bothClasses(mask, size / n) }));
  });
}

/** Each image has a pixel of either class. */
function bothClasses(mask: readonly number[], each: number): number[] {
  return mask.map((g, i) => (i % each === 0 ? 1 : i % each === each - 1 ? 0 : g));
}

export const tensorOf = (data: readonly number[], shape: readonly number[]): Tensor =>
  tensor(Float64Array.from(data), shape);
