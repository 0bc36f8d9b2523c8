/** Losses that do what they should. */
import type { Example } from "./example.ts";

export const softDice: Example = {
  name: "dice",
  title: "Soft Dice, by hand",
  by: "logits",
  code: `import { sigmoid } from "segtape";

// One minus twice the overlap over the sum of both areas.
// prediction: logits, target: 0 or 1; both [1, 1, height, width].
export default function loss(prediction, target) {
  const p = sigmoid(prediction);
  const overlap = p.mul(target).sum();
  const areas = p.sum().add(target.sum());
  const dice = overlap.mul(2).add(1).div(areas.add(1));
  return dice.neg().add(1);
}
`,
};

export const weightedCrossEntropy: Example = {
  name: "weighted",
  title: "Weighted cross-entropy",
  by: "logits",
  code: `import { softplus } from "segtape";

// Cross-entropy in which a pixel inside counts for more than one outside.
const WEIGHT = 3;

export default function loss(prediction, target) {
  // -log sigmoid(x) is softplus(-x), and -log(1 - sigmoid(x)) is softplus(x): finite for every logit.
  const inside = softplus(prediction.neg()).mul(target).mul(WEIGHT);
  const outside = softplus(prediction).mul(target.neg().add(1));
  return inside.add(outside).mean();
}
`,
};

export const focal: Example = {
  name: "focal",
  title: "Focal, with a power that you choose",
  by: "logits",
  code: `import { sigmoid, softplus, where } from "segtape";

// Cross-entropy times (1 - p of the right class) to the power GAMMA:
// what is already right hardly counts. Try 0, 1 and 5.
const GAMMA = 2;

export default function loss(prediction, target) {
  // The logit of the right class, whichever that is.
  const right = where(target, prediction, prediction.neg());
  const doubt = sigmoid(right.neg());
  return softplus(right.neg()).mul(doubt.pow(GAMMA)).mean();
}
`,
};

export const boundaryWeighted: Example = {
  name: "boundary",
  title: "Cross-entropy that looks at the boundary",
  by: "logits",
  code: `import { abs, avgPool, binaryCrossEntropyLoss } from "segtape";

// A pixel near the border of the mask counts up to 1 + STRENGTH times.
const STRENGTH = 8;
const WINDOW = 7;

export default function loss(prediction, target) {
  // How much of the window around a pixel belongs to the other class: 0 away from the border.
  const around = avgPool(target, WINDOW, { stride: 1, padding: (WINDOW - 1) / 2 });
  const weights = abs(around.sub(target)).mul(2 * STRENGTH).add(1);
  return binaryCrossEntropyLoss(prediction, target, { pixelWeights: weights });
}
`,
};

export const composed: Example = {
  name: "composed",
  title: "Losses of the catalogue, added up",
  by: "logits",
  code: `import { diceLoss, focalLoss, totalVariationLoss } from "segtape";

// Overlap, hard pixels, and a little smoothness.
export default function loss(prediction, target) {
  return diceLoss(prediction, target)
    .add(focalLoss(prediction, target, { gamma: 2 }))
    .add(totalVariationLoss(prediction, target).mul(0.05));
}
`,
};

export const ownRule: Example = {
  name: "hinge",
  title: "A gradient of your own: straight through a threshold",
  by: "logits",
  code: `import { customVjp, sigmoid } from "segtape";

// Dice of the thresholded mask. A threshold has no gradient, so this one passes the gradient on as if it
// were not there. The check of the gradient says, rightly, that this is not the derivative.
const threshold = customVjp(
  (p) => p.greater(0.5),
  (g) => [g],
);

export default function loss(prediction, target) {
  const mask = threshold(sigmoid(prediction));
  const overlap = mask.mul(target).sum();
  const areas = mask.sum().add(target.sum());
  return overlap.mul(2).add(1).div(areas.add(1)).neg().add(1);
}
`,
};
