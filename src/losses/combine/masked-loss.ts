import { OptionError, refuse } from "../../errors.ts";
import { asTensor, type Tensor } from "../../tensor.ts";
import { checkMask, checkPixelWeights } from "../shared/checks.ts";
import type { Loss } from "../shared/define-loss.ts";
import type { SharedOptions } from "../shared/options.ts";
import { checkLoss, honours } from "./checks.ts";

/** A loss that looks at a part of the image. */
export interface MaskedLoss<Own extends object> {
  /** Prediction and target, the mask of 0 and 1, and the options of the loss. */
  (prediction: Tensor, target: Tensor, mask: Tensor, options?: Own): Tensor;
  readonly name: string;
}

/**
 * A loss that counts only where a mask is 1.
 *
 * The mask becomes the loss's `pixelWeights`: what lies outside is in no sum, above or below a fraction, as though
 * the image ended there. Given `pixelWeights` are multiplied by it. Outside, prediction and target must still be what
 * they are elsewhere: probabilities, classes, finite.
 *
 * MONAI's MaskedLoss multiplies prediction and target by the mask instead. Masked pixels then become background that is
 * found without effort: they still count in every mean, where they dilute the rest, and logits of 0 become
 * probabilities of 1/2, which are not even right. Here they do not count at all.
 *
 * Losses that look through windows cannot leave a single pixel out: it is in its neighbours' windows. They do not honour
 * `pixelWeights`, and are refused. Losses of distances that do take pixels of weight 0 for neither side of a border.
 *
 * @param loss - a loss that honours `pixelWeights`
 * @returns the loss with a third argument, the mask: 0 and 1, `[n, 1, ...space]`, `[n, ...space]` or the prediction's
 *   shape
 * @throws {@link OptionError} for a loss that does not honour `pixelWeights`; at a call {@link ShapeError} and
 *   {@link DTypeError} for a mask that does not fit, or holds other values
 * @example
 * ```ts
 * import { binaryCrossEntropyLoss, maskedLoss, tensor } from "segtape";
 * const loss = maskedLoss(binaryCrossEntropyLoss);
 * const [p, g, mask] = [tensor([[[0.8, 0.5]]]), tensor([[[1, 0]]]), tensor([[[1, 0]]])];
 * await loss(p, g, mask, { input: "probabilities" }).item(); // -log 0.8 = 0.2231...
 * ```
 */
export function maskedLoss<Own extends object>(loss: Loss<Own>): MaskedLoss<Own> {
  const inner: unknown = loss;
  checkLoss("maskedLoss", "loss", inner);
  if (!honours(inner, "pixelWeights")) {
    const given = `${loss.name}, which sees pixels together and cannot leave one out`;
    refuse(OptionError, "maskedLoss", "loss", given, "a loss that honours pixelWeights");
  }
  const name = `maskedLoss(${loss.name})`;
  const masked = (prediction: Tensor, target: Tensor, mask: Tensor, options?: Own): Tensor => {
    const { shape } = asTensor(prediction, name, "prediction");
    const { pixelWeights } = (options ?? {}) as SharedOptions;
    if (pixelWeights !== undefined) checkPixelWeights(name, pixelWeights, shape);
    const weights = checkMask(name, mask, shape);
    const product = pixelWeights === undefined ? weights : weights.mul(pixelWeights);
    return inner(prediction, target, { ...options, pixelWeights: product });
  };
  return Object.defineProperty(masked, "name", { value: name });
}
