import type { Peer } from "./correspondence.ts";

const REGION = {
  include_background: "includeBackground",
  batch: 'aggregate: "batch"',
  smooth_nr: "smoothNumerator",
  smooth_dr: "smoothDenominator",
  weight: "classWeights",
};

/** Project-MONAI/MONAI, `monai.losses`. */
export const monai: Peer = {
  name: "MONAI",
  ids: ["monai"],
  general:
    "`sigmoid=True` and `softmax=True` are our modes `multilabel` (or `binary`) and `multiclass` of logits; without either, and without " +
    '`other_act`, our `input: "probabilities"`. `to_onehot_y=True`: give class indices. `reduction="none"` keeps axes of length 1 that ours ' +
    "drops. Means are over channels and images; smoothing is 1e-5 where ours is 1.",
  losses: [
    {
      theirs: "DiceLoss",
      ours: "diceLoss",
      arguments: {
        ...REGION,
        squared_pred: "squared",
        jaccard: "(jaccardLoss)",
        soft_label: "(softLabelDiceLoss)",
      },
      golden: ["DiceLoss", "DiceLoss(sigmoid)", "test_dice_loss"],
    },
    {
      theirs: "DiceLoss(jaccard=True)",
      ours: "jaccardLoss",
      arguments: { smooth_nr: "smoothNumerator", smooth_dr: "smoothDenominator", squared_pred: "squared" },
      golden: ["DiceLoss(jaccard)"],
      note: "its fraction is doubled: halve both smoothing terms",
    },
    {
      theirs: "GeneralizedDiceLoss",
      ours: "generalizedDiceLoss",
      arguments: { ...REGION, w_type: "weighting" },
      golden: [
        "GeneralizedDiceLoss",
        "GeneralizedDiceLoss(binary)",
        "GeneralizedDiceLoss(softmax)",
        "test_generalized_dice_loss",
      ],
    },
    {
      theirs: "GeneralizedWassersteinDiceLoss",
      ours: "generalizedWassersteinDiceLoss",
      arguments: { dist_matrix: "distances", weighting_mode: "weighting" },
      golden: [],
    },
    {
      theirs: "TverskyLoss",
      ours: "tverskyLoss",
      arguments: {
        ...REGION,
        alpha: "falsePositiveWeight",
        beta: "falseNegativeWeight",
        soft_label: "(softLabelTverskyLoss)",
      },
      golden: ["TverskyLoss", "TverskyLoss(softmax)", "test_tversky_loss"],
    },
    {
      theirs: "FocalLoss",
      ours: "focalLoss",
      arguments: {
        include_background: "includeBackground",
        gamma: "gamma",
        alpha: "alpha",
        weight: "classWeights",
        use_softmax: 'mode: "multiclass"',
      },
      golden: ["FocalLoss", "test_focal_loss"],
      note: 'its default alpha is none (`alpha: null`); `reduction="sum"` first takes the mean over space',
    },
    {
      theirs: "AsymmetricFocalLoss",
      ours: "asymmetricFocalLoss",
      arguments: { delta: "delta", gamma: "gamma" },
      note: "applies no activation, and clips at `epsilon`",
    },
    {
      theirs: "AsymmetricFocalTverskyLoss",
      ours: "asymmetricFocalTverskyLoss",
      arguments: { delta: "delta", gamma: "gamma", epsilon: "smooth" },
    },
    {
      theirs: "AsymmetricUnifiedFocalLoss",
      ours: "unifiedFocalLoss",
      arguments: { weight: "focalShare", delta: "delta", gamma: "gamma" },
      golden: ["AsymmetricUnifiedFocalLoss", "AsymmetricUnifiedFocalLoss(1 channel)"],
    },
    {
      theirs: "DiceCELoss",
      ours: "diceCrossEntropyLoss",
      arguments: { lambda_dice: "diceWeight", lambda_ce: "crossEntropyWeight", weight: "classWeights" },
      golden: ["DiceCELoss", "DiceCELoss(sigmoid)", "test_dice_ce_loss"],
      note: "for one channel its `weight` is a weight of the foreground in the cross entropy alone",
    },
    {
      theirs: "DiceFocalLoss",
      ours: "diceFocalLoss",
      arguments: { lambda_dice: "diceWeight", lambda_focal: "focalWeight", gamma: "focal: { gamma }" },
      golden: ["DiceFocalLoss", "DiceFocalLoss(binary)"],
    },
    {
      theirs: "GeneralizedDiceFocalLoss",
      ours: "generalizedDiceFocalLoss",
      arguments: {
        lambda_gdl: "generalizedDiceWeight",
        lambda_focal: "focalWeight",
        gamma: "focal: { gamma }",
      },
    },
    {
      theirs: "HausdorffDTLoss",
      ours: "hausdorffDistanceLoss",
      arguments: { alpha: "alpha", include_background: "includeBackground" },
      golden: ["HausdorffDTLoss", "HausdorffDTLoss(softmax)"],
    },
    { theirs: "LogHausdorffDTLoss", ours: "logHausdorffDistanceLoss", arguments: { alpha: "alpha" } },
    {
      theirs: "SSIMLoss",
      ours: "ssimLoss",
      arguments: { win_size: "windowSize", kernel_sigma: "sigma", k1: "k1", k2: "k2" },
      golden: ["SSIMLoss", "SSIMLoss(3d)"],
    },
    {
      theirs: "SoftclDiceLoss",
      ours: "clDiceLoss",
      arguments: { iter_: "iterations", smooth: "smooth" },
      golden: ["SoftclDiceLoss", "SoftclDiceLoss(1 channel)"],
    },
    {
      theirs: "SoftDiceclDiceLoss",
      ours: "diceClDiceLoss",
      arguments: { iter_: "iterations", alpha: "alpha", smooth: "smooth" },
    },
    {
      theirs: "NACLLoss",
      ours: "neighborAwareCrossEntropyLoss",
      always: 'border: "zero"',
      arguments: {
        alpha: "penaltyWeight",
        kernel_size: "windowSize",
        kernel_ops: "window",
        sigma: "sigma",
        distance_type: "(l2 is squared: true)",
      },
      golden: [],
      note: "its Gaussian window is integrated over each pixel, ours is sampled",
    },
    {
      theirs: "MaskedLoss",
      ours: "maskedLoss",
      golden: [],
      note: "multiplies prediction and target by the mask, which makes easy background of what is masked; ours leaves it out",
    },
    {
      theirs: "MultiScaleLoss",
      ours: "multiScale",
      golden: [],
      note: "smooths by Gaussian or Cauchy kernels; ours pools",
    },
    { theirs: "DeepSupervisionLoss", ours: "deepSupervision", golden: [] },
  ],
};
