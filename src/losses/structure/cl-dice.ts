import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { complement } from "../shared/pixels.ts";
import { centerlineDice, ITERATIONS } from "../shared/skeleton.ts";

/** Options of {@link clDiceLoss} beside the shared ones. */
export interface ClDiceOptions extends SharedOptions, SmoothOptions {
  /** Erosions of the soft skeleton: the largest radius, in pixels, that it thins. From 0. @defaultValue 3 */
  readonly iterations?: number;
}

/**
 * Centerline Dice loss: one minus how well each mask covers the other's skeleton, so that a gap in a thin
 * vessel costs as much as a lost piece of a thick one.
 *
 * `L = 1 - 2 T S / (T + S)`, `T = (sum k(p) g + s) / (sum k(p) + s)`, `S = (sum k(g) p + s) / (sum k(g) + s)`,
 * for each image and class, then reduced
 *
 * Symbols: p predicted, g target share, k soft skeleton, s `smooth`; T is the precision of the topology, S its
 * sensitivity. The skeleton gathers, after each of `iterations` erosions, what an opening takes away:
 * `k = k + (1 - k) relu(e - open e)`, e the eroded shares, `open e` their erosion, dilated. Erosion is the
 * smallest share of the cross (5 pixels in 2-D, 7 in 3-D), dilation the largest of the box of 3 around a pixel.
 * Beyond the image is nothing: its border does not erode. Structures of a larger radius than `iterations` have
 * no skeleton in their middle. Everything is differentiated; where several pixels share an extremum, they
 * share its gradient evenly.
 *
 * Peers: the authors' PyTorch code always makes 10 erosions and sums over the batch (`aggregate: "batch"`).
 * MONAI leaves out channel 0 (`includeBackground: false`), which with one channel leaves nothing: its loss is
 * then 0 (issue 8239). It also joins all other classes in one ratio; here each class has its own.
 *
 * Pixels of weight 0 (`ignoreIndex`, `pixelWeights`) are taken as beyond the image; other weights apply to the
 * sums.
 *
 * One-class images: a flat mask has no skeleton. For an empty one `S = 1` and T asks for a prediction without
 * ridges; for a full one the loss is 0, without gradient. Neither tells empty from full: join an overlap
 * loss, as {@link diceClDiceLoss} does.
 *
 * Kin: {@link diceClDiceLoss} joins {@link diceLoss}; the paper trains on that.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Shit et al. 2021, algorithms 1 and 2 (arXiv 2003.07311)
 * @example
 * ```ts
 * import { clDiceLoss, tensor } from "segtape";
 * const p = tensor([[[[0, 0, 0], [1, 0, 1], [0, 0, 0]]]]);
 * const g = tensor([[[[0, 0, 0], [1, 1, 1], [0, 0, 0]]]]);
 * // lines of one pixel are their own skeletons: T = 1, S = 2 / 3
 * await clDiceLoss(p, g, { input: "probabilities", smooth: 0 }).item(); // 1 - 2 * 2 / 3 / (1 + 2 / 3) = 0.2
 * ```
 */
export const clDiceLoss: Loss<ClDiceOptions> = defineLoss<ClDiceOptions>(
  "clDiceLoss",
  {
    title: "Centerline Dice",
    family: "structure",
    summary: "One minus how well each mask covers the other's skeleton: gaps in thin structures count.",
    formula: "L = 1 - 2 T S / (T + S), T = sum k(p) g / sum k(p), S = sum k(g) p / sum k(g)",
    latex:
      "L = 1 - \\frac{2\\,T\\,S}{T + S}, \\quad T = \\frac{\\sum k(p)\\,g + s}{\\sum k(p) + s}, " +
      "\\quad S = \\frac{\\sum k(g)\\,p + s}{\\sum k(g) + s}",
    source: "Shit et al. 2021, algorithms 1 and 2",
    shared: REGION_LOSS,
    options: {
      smooth: { default: 1, min: 0, doc: "added to numerators and denominators of T and S" },
      iterations: ITERATIONS,
    },
  },
  (pixels, { iterations, ...smooth }) => complement(centerlineDice(pixels, iterations, smooth)),
);
