import type { Tensor } from "../../tensor.ts";
import { asymmetricFocalTerms } from "../pixel/asymmetric-focal.ts";
import { focalTerms } from "../pixel/focal.ts";
import { focalTverskyTerms, TVERSKY_GAMMA } from "../region/asymmetric-focal-tversky.ts";
import { defineLoss, type Loss, REGION_LOSS } from "../shared/define-loss.ts";
import type { SharedOptions, SmoothOptions } from "../shared/options.ts";
import { reductionOfParts } from "../shared/parts.ts";
import { reduceLoss } from "../shared/reduce.ts";

/** Options of {@link unifiedFocalLoss} beside the shared ones. */
export interface UnifiedFocalOptions extends SharedOptions, SmoothOptions {
  /** Whether foreground and background are treated alike. @defaultValue "asymmetric" */
  readonly form?: "asymmetric" | "symmetric";
  /** Lambda: share of the focal part, the rest for the Tversky part. Range 0 .. 1. @defaultValue 0.5 */
  readonly focalShare?: number;
  /** Weight of the foreground and of misses, `1 - delta` on the others. Range 0 .. 1. @defaultValue 0.6 */
  readonly delta?: number;
  /** How much easy pixels fade and small regions gain. From 0, below 1. @defaultValue 0.5 */
  readonly gamma?: number;
}

/**
 * Unified focal loss: a focal loss of pixels and a focal Tversky loss of regions under one set of parameters.
 *
 * `L = lambda L_focal + (1 - lambda) L_Tversky`
 *
 * Symbols: lambda `focalShare`. With `form: "asymmetric"` the parts are {@link asymmetricFocalLoss} and
 * {@link asymmetricFocalTverskyLoss}: background fades in the first, foreground gains in the second. With
 * `form: "symmetric"` both classes do both: {@link focalLoss} with `alpha: delta`, and powers `1 - gamma` of
 * `1 - TI` of background and foreground alike ({@link focalTverskyLoss} with `gamma: 1 / (1 - gamma)` over
 * exclusive classes). `delta` and `gamma` go to both parts, `smooth` (1e-7 in the authors' code) to the second.
 *
 * Lambda is called by what it weighs, because it is swapped: the paper and MONAI give it to the focal part, as
 * here, the authors' code (mlyg) gives its `weight` to the Tversky part, `focalShare: 1 - weight`. The paper's
 * symmetric equations have exponents `1 - gamma` of the focus and gamma of `1 - TI`; its code, and this loss,
 * have them the other way around, as in the asymmetric form.
 *
 * Background and foreground: one channel is the foreground, its background `1 - p`; of exclusive classes,
 * class 0 is the background and every other a foreground. A single sigmoid costs what two classes with a
 * softmax do. Classes join within their image: `reduction: "none"` gives one value an image, `[n]`. With
 * `aggregate: "batch"` counts of the Tversky part run over the batch.
 *
 * One-class images: the focal part sees each pixel, whatever the others are; the Tversky part is as in
 * {@link asymmetricFocalTverskyLoss}. Both pull every pixel the right way.
 *
 * Kin: `gamma: 0` is a balanced cross entropy and the mean of {@link tverskyLoss} over both classes;
 * {@link comboLoss} has the same parts without focus.
 *
 * @param prediction - `[n, c, ...space]`, logits by default
 * @param target - the same shape, or class indices `[n, ...space]` for exclusive classes
 * @see Yeung et al. 2022, unified focal loss, symmetric and asymmetric
 * @example
 * ```ts
 * import { tensor, unifiedFocalLoss } from "segtape";
 * const p = tensor([[[[1, 0.5]]]]);
 * const g = tensor([[[[1, 0]]]]);
 * const loss = unifiedFocalLoss(p, g, { input: "probabilities", smooth: 0 });
 * await loss.item(); // 0.4 sqrt(0.5) log 2 / 4 + (0.3 / 0.8 + sqrt(0.2 / 1.2)) / 4 = 0.2448...
 * ```
 */
export const unifiedFocalLoss: Loss<UnifiedFocalOptions> = defineLoss<UnifiedFocalOptions>(
  "unifiedFocalLoss",
  {
    title: "Unified focal",
    family: "compound",
    summary: "Focal and focal Tversky under one set of parameters: pixels and regions, rare classes first.",
    formula: "L = lambda L_focal + (1 - lambda) L_Tversky",
    latex: "L = \\lambda L_{\\mathrm{focal}} + (1 - \\lambda) L_{\\mathrm{Tversky}}",
    source: "Yeung et al. 2022",
    shared: REGION_LOSS,
    options: {
      form: { default: "asymmetric", choices: ["asymmetric", "symmetric"], doc: "how classes are treated" },
      focalShare: { default: 0.5, min: 0, max: 1, doc: "lambda, the share of the focal part" },
      delta: { default: 0.6, min: 0, max: 1, doc: "weight of the foreground and of misses" },
      gamma: { ...TVERSKY_GAMMA, default: 0.5, doc: "how much easy pixels fade and small regions gain" },
      smooth: { default: 1, min: 0, doc: "added to numerator and denominator of the Tversky indices" },
    },
  },
  (pixels, { form, focalShare, delta, gamma, reduction, ...smooth }) => {
    const symmetric = form === "symmetric";
    const focal = symmetric ? focalTerms(pixels, delta, gamma) : asymmetricFocalTerms(pixels, delta, gamma);
    const exponents = { background: symmetric ? 1 - gamma : 1, foreground: 1 - gamma };
    const tversky = focalTverskyTerms(pixels, delta, exponents, smooth);
    const part = (values: Tensor) => reduceLoss(values, pixels, reductionOfParts(reduction));
    return part(focal)
      .mul(focalShare)
      .add(part(tversky).mul(1 - focalShare));
  },
);
