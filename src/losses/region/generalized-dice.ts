import type { Tensor } from "../../tensor.ts";
import { totalOverClasses } from "../shared/classes.ts";
import { complementCounts, softCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { OptionSpec, SharedOptions, SmoothOptions } from "../shared/options.ts";
import { errorShare } from "../shared/overlap.ts";
import { complement, type Pixels } from "../shared/pixels.ts";
import { countedVolumes, inverseVolumes } from "../shared/volumes.ts";

/** How a label's weight falls with its volume V. */
const POWERS = { square: 2, simple: 1, uniform: 0 } as const;

/** Weights of labels: `1 / V^2`, `1 / V`, or equal. */
export type VolumeWeighting = keyof typeof POWERS;

/** Options of {@link generalizedDiceLoss} beside the shared ones. */
export interface GeneralizedDiceOptions extends SharedOptions, SmoothOptions {
  /** Weights of labels by their volume V: `1 / V^2`, `1 / V`, or equal. @defaultValue "square" */
  readonly weighting?: VolumeWeighting;
}

/** The options of this loss and of those made of it. */
export const GENERALIZED_DICE_OPTIONS = {
  smooth: { default: 1, min: 0, doc: "added to numerator and denominator" },
  weighting: {
    default: "square",
    choices: Object.keys(POWERS),
    doc: "weights of labels by their volume V: 1 / V^2, 1 / V, or equal",
  },
} as const satisfies Record<string, OptionSpec>;

/** Overlap, errors and true volume of each label, `[n, labels]`. */
interface Labels {
  readonly overlap: Tensor;
  readonly errors: Tensor;
  readonly volume: Tensor;
}

function labelsOf(pixels: Pixels): Labels {
  const counts = softCounts(pixels);
  const overlap = counts.truePositives;
  const errors = counts.falsePositives.add(counts.falseNegatives);
  const volume = countedVolumes(pixels);
  if (pixels.mode !== "binary") return { overlap, errors, volume };
  // One channel has two labels: what is wrong of one is wrong of the other.
  return {
    overlap: overlap.concat(complementCounts(pixels, counts).truePositives, 1),
    errors: errors.concat(errors, 1),
    volume: volume.concat(pixels.sum(complement(pixels.g)), 1),
  };
}

/**
 * Generalized Dice loss: one overlap of all labels together, in which each label's share is made equal by the
 * inverse of its volume.
 *
 * `L = 1 - (2 sum_l w_l sum p_l g_l + s) / (sum_l w_l sum (p_l + g_l) + s)`, `w_l = 1 / V_l^2`, `V_l = sum
 * g_l`, for each image, then reduced.
 *
 * Symbols: l a label, p predicted, g target share, s `smooth`. The weights are taken as shares of the
 * image's largest one, `w_l = (v / V_l)^2` with v the smallest volume: the ratio is the same, and s is as many
 * pixels of the rarest label. MONAI adds its s (1e-5) to sums of the plain `1 / V^2`, where it outweighs
 * everything once all labels are large; to get its numbers, multiply its s by the square of v. Range 0 .. 1.
 *
 * Labels: exclusive classes are the labels. One channel has two, itself and its background `1 - p`, as in the
 * paper and pytorch-3dunet, so that a sigmoid of x costs what a softmax of (0, x) does; MONAI takes the channel
 * alone, where the weight cancels (`mode: "multilabel"` does). With `mode: "multilabel"` the channels are the
 * labels. Labels join within their image: `reduction: "none"` gives `[n]`, one value an image (`[1]` with
 * `aggregate: "batch"`). `classWeights` multiply w, and a class of weight 0 is as though it were not there.
 *
 * One-class images: the weight of an absent label would be infinite; it gets the largest weight among the labels
 * that are there, as in MONAI and NiftyNet (a weight of 1e10 or so, as elsewhere, drives the loss to 1 and its
 * gradient to 0). An empty mask costs `2 sum p / (2 N + s)`, N its pixels: every p is pushed down, and of a full
 * mask up. Where no label is there at all (channels of their own, or without the background) all weights are 1,
 * and p is pushed down as in {@link diceLoss}; MONAI's loss is 0 there.
 *
 * Kin: `weighting: "uniform"` is {@link diceLoss} of all labels side by side; a single label is `diceLoss`
 * itself. {@link penaltyGeneralizedDiceLoss} counts its errors `1 + k` times.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Sudre et al. 2017, section 2.1; Crum et al. 2006
 * @example
 * ```ts
 * import { generalizedDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[0.8, 0.4, 0, 0]]]]);
 * const g = tensor([[[[1, 0, 0, 0]]]]);
 * const loss = generalizedDiceLoss(p, g, { input: "probabilities", smooth: 0 });
 * await loss.item(); // weights 1 and 1/9: 1 - 2 (0.8 + 2.6 / 9) / (2.2 + 5.8 / 9) = 0.2343...
 * ```
 */
export const generalizedDiceLoss: Loss<GeneralizedDiceOptions> = defineLoss<GeneralizedDiceOptions>(
  "generalizedDiceLoss",
  {
    title: "Generalized Dice",
    family: "region",
    summary: "One overlap of all labels, each weighed by the inverse of its squared volume.",
    formula: "L = 1 - (2 sum_l w_l sum p g + s) / (sum_l w_l sum (p + g) + s), w_l = 1 / (sum g)^2",
    latex:
      "L = 1 - \\frac{2\\sum_l w_l \\sum p_l g_l + s}{\\sum_l w_l \\sum (p_l + g_l) + s}, " +
      "\\quad w_l = \\frac{1}{(\\sum g_l)^2}",
    source: "Sudre et al. 2017",
    constants: "label weights w",
    shared: REGION_LOSS,
    options: GENERALIZED_DICE_OPTIONS,
  },
  (pixels, { weighting, ...smooth }) => {
    const { overlap, errors, volume } = labelsOf(pixels);
    const weight = inverseVolumes(volume, POWERS[weighting]);
    const total = (x: Tensor) => totalOverClasses(x.mul(weight), pixels);
    return errorShare(total(overlap.mul(2)), total(errors), smooth);
  },
);
