import type { Peer } from "./correspondence.ts";

/** kornia/kornia, `kornia.losses`. */
export const kornia: Peer = {
  name: "kornia",
  ids: ["kornia"],
  general:
    "Predictions are logits of exclusive classes, targets class indices. `ignore_index`: `ignoreIndex`; `weight`: `classWeights`.",
  losses: [
    {
      theirs: "dice_loss",
      ours: "diceLoss",
      arguments: { eps: "smoothDenominator", weight: "classWeights", ignore_index: "ignoreIndex" },
      note: '`average="micro"`, its default, sums over all classes before the ratio: one minus the mean probability of the true class',
    },
    {
      theirs: "tversky_loss",
      ours: "tverskyLoss",
      arguments: {
        alpha: "falsePositiveWeight",
        beta: "falseNegativeWeight",
        eps: "smoothDenominator",
        ignore_index: "ignoreIndex",
      },
      note: "sums over all classes before the ratio, where false positives and false negatives are the same number",
    },
    {
      theirs: "focal_loss",
      ours: "focalLoss",
      arguments: { alpha: "alpha", gamma: "gamma", ignore_index: "ignoreIndex", weight: "classWeights" },
    },
    {
      theirs: "binary_focal_loss_with_logits",
      ours: "focalLoss",
      arguments: {
        alpha: "alpha",
        gamma: "gamma",
        pos_weight: "(weightedCrossEntropyLoss has it without gamma)",
      },
    },
    { theirs: "lovasz_hinge_loss", ours: "lovaszHingeLoss" },
    {
      theirs: "lovasz_softmax_loss",
      ours: "lovaszSoftmaxLoss",
      arguments: { weight: "classWeights" },
      note: "for more than two classes it is another number: the steps are made of label values instead of one class's foreground",
    },
    {
      theirs: "HausdorffERLoss, HausdorffERLoss3D",
      ours: "hausdorffErosionLoss",
      arguments: { alpha: "alpha", k: "erosions" },
      golden: ["HausdorffERLoss", "HausdorffERLoss3D"],
    },
    {
      theirs: "ssim_loss",
      ours: "ssimLoss",
      arguments: { window_size: "windowSize", padding: 'padding: "reflect"' },
      note: "is half of ours, held in 0 .. 1",
    },
    {
      theirs: "MS_SSIMLoss",
      ours: null,
      golden: [],
      note: "a pyramid of Gaussian widths on one resolution, mixed with an L1 term: another measure than msSsimLoss",
    },
    { theirs: "total_variation", ours: "totalVariationLoss", golden: [] },
  ],
};
