import { type FocalOptions, focalLoss } from "../pixel/focal.ts";
import { type JaccardOptions, jaccardLoss } from "../region/jaccard.ts";
import { defineLoss, type Loss } from "../shared/define-loss.ts";
import { type PartOptions, partOf, sumOfParts } from "../shared/parts.ts";
import { WINDOW_LOSS, type WindowSharedOptions } from "../shared/similarity.ts";
import { type MsSsimOptions, msSsimLoss } from "../structure/ms-ssim.ts";

/** Options of {@link unet3PlusLoss} beside the shared ones. */
export interface Unet3PlusOptions extends WindowSharedOptions {
  /** Options of {@link focalLoss}. @defaultValue its own */
  readonly focal?: PartOptions<FocalOptions>;
  /** Options of {@link msSsimLoss}: fewer `scaleWeights` for smaller images. @defaultValue its own */
  readonly ssim?: PartOptions<MsSsimOptions>;
  /** Options of {@link jaccardLoss}. @defaultValue its own */
  readonly jaccard?: PartOptions<JaccardOptions>;
}

/**
 * U-Net 3+ hybrid loss: pixels, patches and the whole map, each with a loss of its own.
 *
 * `L = L_focal + L_ms-ssim + L_jaccard`
 *
 * Symbols: the parts are {@link focalLoss}, {@link msSsimLoss} and {@link jaccardLoss}; their means add up, and
 * `reduction: "none"` gives one value an image, `[n]`. Options of a part go under its name and override what
 * the whole loss was given. The paper applies the sum at every decoder stage: call it once a stage. Some code
 * of this name uses {@link ssimLoss} at a single scale: `ssim: { scaleWeights: [1] }`.
 *
 * Size: five scales need images of at least 161 along each axis. Scales are never dropped silently: for
 * smaller images give fewer, as in `ssim: { scaleWeights: [0.5, 0.5] }`.
 *
 * One-class images: as each part says; an empty mask pushes p down, a full one up.
 *
 * Kin: {@link basnetLoss} has cross entropy and a single scale.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link ShapeError} for images too small for the scales; {@link OptionError} for `ignoreIndex`,
 *   `pixelWeights` and `aggregate`, which windows cannot honour, and for `input`, `mode` or `reduction` of a
 *   part
 * @see Huang et al. 2020 (U-Net 3+), section 2.2
 * @example
 * ```ts
 * import { full, unet3PlusLoss, zeros } from "segtape";
 * const options = { input: "probabilities", ssim: { scaleWeights: [1] } } as const;
 * const loss = unet3PlusLoss(full([1, 1, 16, 16], 0.1), zeros([1, 1, 16, 16]), options);
 * await loss.item(); // 0.00079 + 0.99010 + 0.96241 = 1.9533...
 * ```
 */
export const unet3PlusLoss: Loss<Unet3PlusOptions> = defineLoss<Unet3PlusOptions>(
  "unet3PlusLoss",
  {
    title: "U-Net 3+ hybrid",
    family: "compound",
    summary: "Focal, multi-scale SSIM and Jaccard together: pixels, patches and the whole map.",
    formula: "L = L_focal + L_ms-ssim + L_jaccard",
    latex: "L = L_{\\mathrm{focal}} + L_{\\mathrm{ms\\text{-}ssim}} + L_{\\mathrm{iou}}",
    source: "Huang et al. 2020, section 2.2",
    shared: WINDOW_LOSS,
    options: { focal: partOf("focalLoss"), ssim: partOf("msSsimLoss"), jaccard: partOf("jaccardLoss") },
  },
  (_pixels, { focal, ssim, jaccard }, call) =>
    sumOfParts(
      [
        (p, g, shared) => focalLoss(p, g, { ...shared, ...focal }),
        (p, g, shared) => msSsimLoss(p, g, { ...shared, ...ssim }),
        (p, g, shared) => jaccardLoss(p, g, { ...shared, ...jaccard }),
      ],
      call,
    ),
);
