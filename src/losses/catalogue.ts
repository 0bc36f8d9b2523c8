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

/**
 * The catalogue: every loss by its name, with title, family, summary, formula, source and options.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * losses.diceLoss.options.smooth.default; // 1
 * ```
 */
export const losses: Readonly<Record<string, Loss>> = Object.fromEntries(
  [
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
  ].map((loss) => [loss.name, loss as unknown as Loss]),
);
