import { type BinaryCrossEntropyOptions, binaryCrossEntropyLoss } from "../pixel/binary-cross-entropy.ts";
import { categoricalCrossEntropyLoss } from "../pixel/categorical-cross-entropy.ts";
import { type JaccardOptions, jaccardLoss } from "../region/jaccard.ts";
import { defineLoss, type Loss } from "../shared/define-loss.ts";
import { type PartOptions, partOf, sumOfParts } from "../shared/parts.ts";
import { WINDOW_LOSS, type WindowSharedOptions } from "../shared/similarity.ts";
import { type SsimOptions, ssimLoss } from "../structure/ssim.ts";

/** Options of {@link basnetLoss} beside the shared ones. */
export interface BasnetOptions extends WindowSharedOptions {
  /** Options of {@link binaryCrossEntropyLoss}. @defaultValue its own */
  readonly bce?: PartOptions<BinaryCrossEntropyOptions>;
  /** Options of {@link ssimLoss}; here `padding` is "zero" by default. @defaultValue its own */
  readonly ssim?: PartOptions<SsimOptions>;
  /** Options of {@link jaccardLoss}. @defaultValue its own */
  readonly jaccard?: PartOptions<JaccardOptions>;
}

/**
 * BASNet hybrid loss: pixels, patches and the whole map, each with a loss of its own.
 *
 * `L = L_bce + L_ssim + L_jaccard`
 *
 * Symbols: the parts are {@link binaryCrossEntropyLoss} ({@link categoricalCrossEntropyLoss} for exclusive
 * classes), {@link ssimLoss} with zeros beyond the image as in BASNet's code, and {@link jaccardLoss}; their means add
 * up, and `reduction: "none"` gives one value an image, `[n]`. Options of a part go under its name and
 * override what the whole loss was given. The paper adds the loss up over eight outputs of its network, each
 * with weight 1: call it once an output.
 *
 * One-class images: as each part says; an empty mask pushes p down, a full one up. BASNet's Jaccard has no
 * smoothing (`jaccard: { smooth: 0 }`), and so no gradient on an empty mask.
 *
 * Kin: {@link unet3PlusLoss} has focal loss and several scales.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @throws {@link OptionError} for `ignoreIndex`, `pixelWeights` and `aggregate`, which windows cannot honour,
 *   and for `input`, `mode` or `reduction` of a part
 * @see Qin et al. 2019 (BASNet), eq. 3-6
 * @example
 * ```ts
 * import { basnetLoss, full, zeros } from "segtape";
 * const loss = basnetLoss(full([1, 1, 16, 16], 0.1), zeros([1, 1, 16, 16]), { input: "probabilities" });
 * await loss.item(); // 0.10536 + 0.99205 + 0.96241 = 2.0598...
 * ```
 */
export const basnetLoss: Loss<BasnetOptions> = defineLoss<BasnetOptions>(
  "basnetLoss",
  {
    title: "BASNet hybrid",
    family: "compound",
    summary: "Cross entropy, SSIM and Jaccard together: pixels, patches and the whole map.",
    formula: "L = L_bce + L_ssim + L_jaccard",
    latex: "L = L_{\\mathrm{bce}} + L_{\\mathrm{ssim}} + L_{\\mathrm{iou}}",
    source: "Qin et al. 2019, eq. 3",
    shared: WINDOW_LOSS,
    options: {
      bce: partOf("binaryCrossEntropyLoss"),
      ssim: partOf("ssimLoss"),
      jaccard: partOf("jaccardLoss"),
    },
  },
  ({ mode }, { bce, ssim, jaccard }, call) => {
    const crossEntropyLoss = mode === "multiclass" ? categoricalCrossEntropyLoss : binaryCrossEntropyLoss;
    return sumOfParts(
      [
        (p, g, shared) => crossEntropyLoss(p, g, { ...shared, ...bce }),
        (p, g, shared) => ssimLoss(p, g, { ...shared, padding: "zero", ...ssim }),
        (p, g, shared) => jaccardLoss(p, g, { ...shared, ...jaccard }),
      ],
      call,
    );
  },
);
