import type { Peer } from "./correspondence.ts";

const BATCH = 'aggregate: "batch"';

/** shruti-jadon/Semantic-Segmentation-Loss-Functions, the package that this project starts from. */
export const semSegLoss: Peer = {
  name: "SemSegLoss",
  ids: ["seed"],
  general:
    'One channel of probabilities (`input: "probabilities"`), and sums over the whole batch (`aggregate: "batch"`). Clipping probabilities leaves ' +
    "pixels at 0 and 1 without a gradient.",
  losses: [
    {
      theirs: "weighted_cross_entropyloss",
      ours: "weightedCrossEntropyLoss",
      arguments: { beta: "positiveWeight: beta / (1 - beta)" },
      note: "beta = 0.25 weighs the foreground by a third: it makes rare classes rarer; fails with TensorFlow 2 (an argument was renamed)",
    },
    { theirs: "focal_loss", ours: "focalLoss", arguments: { alpha: "alpha", gamma: "gamma" } },
    {
      theirs: "dice_loss, generalized_dice_coefficient",
      ours: "diceLoss",
      always: BATCH,
      golden: ["dice_loss", "generalized_dice_coefficient"],
      note: "what is called generalized there is plain Dice: ours is generalizedDiceLoss",
    },
    {
      theirs: "bce_dice_loss",
      ours: "diceCrossEntropyLoss",
      golden: ["bce_dice_loss", "bce_dice_loss(map)"],
      note: "gives a map instead of a number",
    },
    {
      theirs: "tversky_loss",
      ours: "tverskyLoss",
      always: BATCH,
      arguments: { alpha: "falseNegativeWeight", smooth: "smooth" },
    },
    {
      theirs: "focal_tversky",
      ours: "focalTverskyLoss",
      always: BATCH,
      arguments: { gamma: "gamma: 1 / theirs", alpha: "falseNegativeWeight" },
      note: "NaN where rounding takes 1 - T below 0 (issue 2)",
    },
    { theirs: "log_cosh_dice_loss", ours: "logCoshDiceLoss", always: BATCH },
    { theirs: "jacard_loss", ours: "jaccardLoss", always: 'aggregate: "batch", smooth: 0' },
    {
      theirs: "ssim_loss",
      ours: "ssimLoss",
      arguments: { filter_size: "windowSize", sigma: "sigma", k1: "k1", k2: "k2" },
      note: "fails for images below 11 pixels a side; ours takes a smaller window",
    },
    {
      theirs: "unet3p_hybrid_loss",
      ours: "unet3PlusLoss",
      note: "has SSIM of one scale where the paper has five, and gives one number an image",
    },
    { theirs: "basnet_hybrid_loss", ours: "basnetLoss", note: "gives one number an image" },
  ],
  metrics: ["confusion", "dice_coef", "sensitivity", "specificity", "true_negative", "true_positive"],
};
