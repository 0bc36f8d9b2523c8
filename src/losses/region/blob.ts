import { arange, ones } from "../../create.ts";
import { components } from "../../ops/host/components.ts";
import type { Connectivity } from "../../ops/host/connected-components.ts";
import { scatterAdd } from "../../ops/order.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { softCounts } from "../shared/counts.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { type TverskyWeights, tverskyDistance } from "../shared/overlap.ts";
import { complement, onKnown, type Pixels, ratio } from "../shared/pixels.ts";

/** Options of {@link blobLoss} beside the shared ones. */
export interface BlobOptions extends Omit<SharedOptions, "aggregate">, SmoothOptions {
  /** Weight of the mean over components, from 0. @defaultValue 1 */
  readonly blobWeight?: number;
  /** Weight of the whole image's loss, from 0. @defaultValue 2 */
  readonly globalWeight?: number;
  /** Weight of false positives in the base loss, from 0; 1/2 with 1/2 is Dice. @defaultValue 0.5 */
  readonly falsePositiveWeight?: number;
  /** Weight of false negatives in the base loss, from 0; 1 with 1 is Jaccard. @defaultValue 0.5 */
  readonly falseNegativeWeight?: number;
  /** Times this, cross entropy is part of the base loss. From 0. @defaultValue 0 */
  readonly crossEntropyWeight?: number;
  /** Which pixels hang together: along axes, or over corners too. @defaultValue "full" */
  readonly connectivity?: Connectivity;
}

/** Weighted sums over the same pixels: of a whole image `[n, c]`, or of each component's surroundings `[n, c, k]`. */
type Sum = (x: Tensor) => Tensor;

/** The most components that an image can have: no two of them touch. */
function mostComponents(space: Shape, connectivity: Connectivity): number {
  return connectivity === "full"
    ? sizeOf(space.map((length) => Math.ceil(length / 2)))
    : Math.ceil(sizeOf(space) / 2);
}

/** The components of the target, counted and summed over without a loop: one place for each that there can be. */
class Blobs {
  readonly #pixels: Pixels;
  readonly #most: number;
  /** The number of each pixel's component, 0 where it is in none: `[n, c, pixels]`. */
  readonly #labels: Tensor;

  constructor(pixels: Pixels, connectivity: Connectivity) {
    const { g, space } = pixels;
    this.#pixels = pixels;
    this.#most = mostComponents(space, connectivity);
    const mask = onKnown(g.greater(0.5), pixels);
    this.#labels = this.#flat(new Tensor(components(mask.node, space.length, connectivity)));
  }

  /** Sums over all pixels but those of other components, `[n, c, most]`: the background's, and the component's own. */
  sum(x: Tensor): Tensor {
    const { weight } = this.#pixels;
    const weighted = this.#flat(weight === null ? x : x.mul(weight));
    const sums = new Tensor(scatterAdd(weighted.node, this.#labels.node, 2, this.#most + 1));
    return sums.slice([[0], [0], [1]]).add(sums.slice([[0], [0], [0, 1]]));
  }

  /** Mean over the components that there are, `[n, c]`; 0 without any. */
  mean(x: Tensor): Tensor {
    const number = this.#labels.max(2, true);
    const present = number.greaterEqual(arange(1, this.#most + 1));
    return ratio(present.where(x, 0).sum(2), number.reshape(this.#pixels.shape.slice(0, 2)), 0);
  }

  #flat(x: Tensor): Tensor {
    const [n, c] = this.#pixels.shape;
    return x.reshape([n, c, -1]);
  }
}

type BaseOptions = TverskyWeights & Required<Pick<BlobOptions, "crossEntropyWeight">>;

function baseLoss(pixels: Pixels, sum: Sum, options: BaseOptions): Tensor {
  const overlap = tverskyDistance(softCounts(pixels, sum), options);
  if (options.crossEntropyWeight === 0) return overlap;
  const { g, logP, logQ } = pixels;
  const crossEntropy = sum(g.mul(logP).add(complement(g).mul(logQ))).neg();
  return overlap.add(ratio(crossEntropy, sum(ones(g.shape)), 0).mul(options.crossEntropyWeight));
}

/**
 * Blob loss: a loss of the whole image, and the mean of the same loss over the components of the target, each seen
 * without the others. A missed small object costs as much as a missed large one.
 *
 * `L = w_b 1/K sum_k B(components k) + w_g B(image)`, `B = 1 - (TP + s) / (TP + a FP + b FN + s) + v mean(CE)`, for each
 * image and class
 *
 * Symbols: K number of connected components of the target (of g > 1/2, for soft targets); B the base loss, over all
 * pixels but those of other components for `B(component k)`; TP, FP, FN as in {@link tverskyLoss}, a
 * `falsePositiveWeight`, b `falseNegativeWeight`, s `smooth`; CE cross entropy of the pixel in that class,
 * `-g log p - (1 - g) log (1 - p)`, v `crossEntropyWeight`; w_b `blobWeight`, w_g `globalWeight`.
 *
 * Base losses are those made of sums over pixels, since a sum over all but the other components is that over the
 * background plus that over the component: all components come of one pass, whatever their number. So Dice (by
 * default), Jaccard, Tversky, and each with cross entropy; no losses of borders or windows.
 *
 * In the published code the masked pixels stay, with a logit of 0: half a false positive each in a Dice of logits, and
 * a pixel more in a mean. Here they are not there. It takes the mean over images with components, here over all; there
 * the base loss is Dice with a smoothing of 1e-5, or Dice and cross entropy.
 *
 * Exclusive classes: each class has components of its own, and all other classes are its background.
 *
 * One-class images: an empty mask has no components, and its whole image's loss alone, which pushes every p down; a
 * full mask is one component, and an ordinary case. Components are cut where pixels have weight 0.
 *
 * Kin: with `blobWeight: 0` and `globalWeight: 1`, {@link tverskyLoss}, and by default {@link diceLoss} with its
 * smoothing of 1.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `aggregate`: components belong to their image
 * @see Kofler et al. 2022 (arXiv 2205.08209)
 * @example
 * ```ts
 * import { blobLoss, tensor } from "segtape";
 * const p = tensor([[[1, 0, 0.5]]]);
 * const g = tensor([[[1, 0, 1]]]);
 * // Components cost 0 and 1 - 0.5 / 0.75 = 1/3, the whole 1 - 1.5 / 1.75 = 1/7.
 * await blobLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1/6 + 2/7 = 0.4523...
 * ```
 */
export const blobLoss: Loss<BlobOptions> = defineLoss<BlobOptions>(
  "blobLoss",
  {
    title: "Blob",
    family: "region",
    summary: "Overlap of the whole image, and of each connected component of the target by itself.",
    formula:
      "L = w_b mean over components k of B(all but other components) + w_g B(image), B = 1 - Tversky index",
    latex:
      "L = w_b\\frac{1}{K}\\sum_k B\\left(\\Omega \\setminus \\textstyle\\bigcup_{j \\ne k} C_j\\right) + w_g B(\\Omega)," +
      "\\quad B = 1 - \\frac{TP + s}{TP + \\alpha FP + \\beta FN + s}",
    source: "Kofler et al. 2022",
    constants: "the components of the target",
    shared: REGION_LOSS.filter((name) => name !== "aggregate"),
    options: {
      smooth: { default: 0.5, min: 0, doc: "added to numerator and denominator" },
      blobWeight: { default: 1, min: 0, doc: "weight of the mean over components" },
      globalWeight: { default: 2, min: 0, doc: "weight of the whole image's loss" },
      falsePositiveWeight: { default: 0.5, min: 0, doc: "weight of false positives in the base loss" },
      falseNegativeWeight: { default: 0.5, min: 0, doc: "weight of false negatives in the base loss" },
      crossEntropyWeight: { default: 0, min: 0, doc: "weight of cross entropy in the base loss" },
      connectivity: { default: "full", choices: ["faces", "full"], doc: "which pixels hang together" },
    },
  },
  (pixels, options) => {
    const { blobWeight, globalWeight, connectivity } = options;
    const blobs = new Blobs(pixels, connectivity);
    const each = blobs.mean(baseLoss(pixels, (x) => blobs.sum(x), options));
    const whole = baseLoss(pixels, (x) => pixels.sum(x), options);
    return each.mul(blobWeight).add(whole.mul(globalWeight));
  },
);
