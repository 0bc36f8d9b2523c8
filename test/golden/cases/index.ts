/** Every family of golden cases. */
import type { Family } from "../format.ts";
import { asymmetricFocalTversky } from "./asymmetric-focal-tversky.ts";
import { balancedCrossEntropy } from "./balanced-cross-entropy.ts";
import { basnetHybrid } from "./basnet-hybrid.ts";
import { bceDice } from "./bce-dice.ts";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { boundary } from "./boundary.ts";
import { cldice } from "./cldice.ts";
import { combo } from "./combo.ts";
import { correlationMaximisedSsl } from "./correlation-maximised-ssl.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { diceBinary } from "./dice-binary.ts";
import { diceCe } from "./dice-ce.ts";
import { diceFocal } from "./dice-focal.ts";
import { diceMulticlass } from "./dice-multiclass.ts";
import { distanceMapCe } from "./distance-map-ce.ts";
import { distanceTransforms } from "./distance-transforms.ts";
import { exponentialLog } from "./exponential-log.ts";
import { focalBinary } from "./focal-binary.ts";
import { focalMulticlass } from "./focal-multiclass.ts";
import { focalTversky } from "./focal-tversky.ts";
import { generalisedDice } from "./generalised-dice.ts";
import { hausdorffDt } from "./hausdorff-dt.ts";
import { hausdorffEr } from "./hausdorff-er.ts";
import { jaccard } from "./jaccard.ts";
import { logCoshDice } from "./log-cosh-dice.ts";
import { lovaszHinge } from "./lovasz-hinge.ts";
import { lovaszSoftmax } from "./lovasz-softmax.ts";
import { mcc } from "./mcc.ts";
import { monaiTables } from "./monai-tables.ts";
import { msSsim } from "./ms-ssim.ts";
import { segmeTables } from "./segme-tables.ts";
import { sensitivitySpecificity } from "./sensitivity-specificity.ts";
import { shapeAware } from "./shape-aware.ts";
import { ssim } from "./ssim.ts";
import { tversky } from "./tversky.ts";
import { unet3PlusHybrid } from "./unet3plus-hybrid.ts";
import { unifiedFocal } from "./unified-focal.ts";
import { weightedCrossEntropy } from "./weighted-cross-entropy.ts";

export const families: readonly Family[] = [
  binaryCrossEntropy,
  crossEntropy,
  weightedCrossEntropy,
  balancedCrossEntropy,
  focalBinary,
  focalMulticlass,
  diceBinary,
  diceMulticlass,
  generalisedDice,
  sensitivitySpecificity,
  tversky,
  focalTversky,
  asymmetricFocalTversky,
  logCoshDice,
  jaccard,
  lovaszHinge,
  lovaszSoftmax,
  mcc,
  combo,
  exponentialLog,
  unifiedFocal,
  bceDice,
  diceCe,
  diceFocal,
  boundary,
  distanceMapCe,
  distanceTransforms,
  hausdorffDt,
  hausdorffEr,
  shapeAware,
  correlationMaximisedSsl,
  cldice,
  ssim,
  msSsim,
  unet3PlusHybrid,
  basnetHybrid,
  monaiTables,
  segmeTables,
];
