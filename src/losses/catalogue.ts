/** Every loss by name. */
import { balancedCrossEntropyLoss } from "./balanced-cross-entropy.ts";
import { basnetLoss } from "./basnet.ts";
import { binaryCrossEntropyLoss } from "./binary-cross-entropy.ts";
import { categoricalCrossEntropyLoss } from "./categorical-cross-entropy.ts";
import { comboLoss } from "./combo.ts";
import { correlationMaximizedSimilarityLoss } from "./correlation-maximized-similarity.ts";
import { diceLoss } from "./dice.ts";
import { distanceMapCrossEntropyLoss } from "./distance-map-cross-entropy.ts";
import { exponentialLogarithmicLoss } from "./exponential-logarithmic.ts";
import { focalLoss } from "./focal.ts";
import { focalTverskyLoss } from "./focal-tversky.ts";
import { hausdorffDistanceLoss } from "./hausdorff-distance.ts";
import { hausdorffErosionLoss } from "./hausdorff-erosion.ts";
import { jaccardLoss } from "./jaccard.ts";
import { logCoshDiceLoss } from "./log-cosh-dice.ts";
import { msSsimLoss } from "./ms-ssim.ts";
import { sensitivitySpecificityLoss } from "./sensitivity-specificity.ts";
import { shapeAwareLoss } from "./shape-aware.ts";
import type { Loss } from "./shared/define-loss.ts";
import { ssimLoss } from "./ssim.ts";
import { tverskyLoss } from "./tversky.ts";
import { unet3PlusLoss } from "./unet3-plus.ts";
import { weightedCrossEntropyLoss } from "./weighted-cross-entropy.ts";

/** Without a prototype: no name that objects inherit passes for a loss. */
function catalogueOf(list: readonly { readonly name: string }[]): Readonly<Record<string, Loss>> {
  const byName: Record<string, Loss> = Object.create(null);
  for (const loss of list) byName[loss.name] = loss as Loss;
  return Object.freeze(byName);
}

/**
 * The catalogue: every loss by its name, with title, family, summary, formula, source and options.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * losses.diceLoss.options.smooth.default; // 1
 * ```
 */
export const losses: Readonly<Record<string, Loss>> = catalogueOf([
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  weightedCrossEntropyLoss,
  balancedCrossEntropyLoss,
  focalLoss,
  distanceMapCrossEntropyLoss,
  diceLoss,
  sensitivitySpecificityLoss,
  tverskyLoss,
  focalTverskyLoss,
  logCoshDiceLoss,
  hausdorffDistanceLoss,
  hausdorffErosionLoss,
  shapeAwareLoss,
  comboLoss,
  exponentialLogarithmicLoss,
  correlationMaximizedSimilarityLoss,
  jaccardLoss,
  ssimLoss,
  msSsimLoss,
  unet3PlusLoss,
  basnetLoss,
]);
