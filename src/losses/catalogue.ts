/** Every loss by name. */

import {
  activeBoundaryLoss,
  activeContourLoss,
  boundaryDouLoss,
  boundaryLoss,
  distanceMapCrossEntropyLoss,
  hausdorffDistanceLoss,
  hausdorffErosionLoss,
  laplaceEdgeLoss,
  logHausdorffDistanceLoss,
  mumfordShahLoss,
  shapeAwareLoss,
  sobelEdgeLoss,
} from "./boundary/index.ts";
import {
  adaptivePixelIntensityLoss,
  basnetLoss,
  comboLoss,
  diceClDiceLoss,
  diceCrossEntropyLoss,
  diceFocalLoss,
  diceTopKLoss,
  exponentialLogarithmicLoss,
  generalizedDiceFocalLoss,
  unet3PlusLoss,
  unifiedFocalLoss,
} from "./compound/index.ts";
import {
  asymmetricFocalLoss,
  balancedCrossEntropyLoss,
  binaryCrossEntropyLoss,
  biTemperedLogisticLoss,
  bootstrappedCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  focalLoss,
  generalizedCrossEntropyLoss,
  neighborAwareCrossEntropyLoss,
  normalizedFocalLoss,
  ohemCrossEntropyLoss,
  polyCrossEntropyLoss,
  polyFocalLoss,
  qualityFocalLoss,
  reducedFocalLoss,
  symmetricCrossEntropyLoss,
  topKCrossEntropyLoss,
  weightedCrossEntropyLoss,
} from "./pixel/index.ts";
import {
  asymmetricFocalTverskyLoss,
  blobLoss,
  diceLoss,
  fBetaLoss,
  focalDiceLoss,
  focalTverskyLoss,
  generalizedDiceLoss,
  generalizedWassersteinDiceLoss,
  jaccardLoss,
  logCoshDiceLoss,
  lovaszHingeLoss,
  lovaszSoftmaxLoss,
  matthewsCorrelationLoss,
  noiseRobustDiceLoss,
  penaltyGeneralizedDiceLoss,
  sensitivitySpecificityLoss,
  softF1Loss,
  softLabelDiceLoss,
  softLabelJaccardLoss,
  softLabelTverskyLoss,
  tverskyLoss,
} from "./region/index.ts";
import type { Loss } from "./shared/define-loss.ts";
import {
  affinityLoss,
  cbDiceLoss,
  clDiceLoss,
  correlationMaximizedSimilarityLoss,
  msSsimLoss,
  regionMutualInformationLoss,
  ssimLoss,
  totalVariationLoss,
} from "./structure/index.ts";

/** Without a prototype: no name that objects inherit passes for a loss. */
function catalogueOf(list: readonly { readonly name: string }[]): Readonly<Record<string, Loss>> {
  const byName: Record<string, Loss> = Object.create(null);
  for (const loss of list) byName[loss.name] = loss as Loss;
  return Object.freeze(byName);
}

/**
 * The catalogue: every loss by its name, with title, family, summary, formula, source and options.
 *
 * A list, so that bundlers see that nobody needs it who does not ask for it: namespaces would keep every loss.
 *
 * @example
 * ```ts
 * import { losses } from "segtape";
 * losses.diceLoss.options.smooth.default; // 1
 * ```
 */
export const losses: Readonly<Record<string, Loss>> = /* @__PURE__ */ catalogueOf([
  asymmetricFocalLoss,
  balancedCrossEntropyLoss,
  biTemperedLogisticLoss,
  binaryCrossEntropyLoss,
  bootstrappedCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  focalLoss,
  generalizedCrossEntropyLoss,
  neighborAwareCrossEntropyLoss,
  normalizedFocalLoss,
  ohemCrossEntropyLoss,
  polyCrossEntropyLoss,
  polyFocalLoss,
  qualityFocalLoss,
  reducedFocalLoss,
  symmetricCrossEntropyLoss,
  topKCrossEntropyLoss,
  weightedCrossEntropyLoss,
  asymmetricFocalTverskyLoss,
  blobLoss,
  diceLoss,
  fBetaLoss,
  focalDiceLoss,
  focalTverskyLoss,
  generalizedDiceLoss,
  generalizedWassersteinDiceLoss,
  jaccardLoss,
  logCoshDiceLoss,
  lovaszHingeLoss,
  lovaszSoftmaxLoss,
  matthewsCorrelationLoss,
  noiseRobustDiceLoss,
  penaltyGeneralizedDiceLoss,
  sensitivitySpecificityLoss,
  softF1Loss,
  softLabelDiceLoss,
  softLabelJaccardLoss,
  softLabelTverskyLoss,
  tverskyLoss,
  activeBoundaryLoss,
  activeContourLoss,
  boundaryDouLoss,
  boundaryLoss,
  distanceMapCrossEntropyLoss,
  hausdorffDistanceLoss,
  hausdorffErosionLoss,
  laplaceEdgeLoss,
  logHausdorffDistanceLoss,
  mumfordShahLoss,
  shapeAwareLoss,
  sobelEdgeLoss,
  affinityLoss,
  cbDiceLoss,
  clDiceLoss,
  correlationMaximizedSimilarityLoss,
  msSsimLoss,
  regionMutualInformationLoss,
  ssimLoss,
  totalVariationLoss,
  adaptivePixelIntensityLoss,
  basnetLoss,
  comboLoss,
  diceClDiceLoss,
  diceCrossEntropyLoss,
  diceFocalLoss,
  diceTopKLoss,
  exponentialLogarithmicLoss,
  generalizedDiceFocalLoss,
  unet3PlusLoss,
  unifiedFocalLoss,
]);
