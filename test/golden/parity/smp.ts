import type { Peer } from "./correspondence.ts";

/** qubvel-org/segmentation_models.pytorch, `segmentation_models_pytorch.losses`. */
export const smp: Peer = {
  name: "segmentation_models.pytorch",
  ids: ["smp", "smp-2024"],
  general:
    '`mode` is ours. `from_logits=False`: `input: "probabilities"`. Region losses sum over the batch (`aggregate: "batch"`), smooth by 0, and ' +
    "are held at 0 for classes without a pixel, where ours pushes every p down. `ignore_index`: `ignoreIndex`.",
  losses: [
    {
      theirs: "DiceLoss",
      ours: "diceLoss",
      always: 'aggregate: "batch", smooth: 0',
      arguments: {
        smooth: "smooth",
        log_loss: "log",
        ignore_index: "ignoreIndex",
        classes: "(classWeights of 0 and 1)",
      },
      golden: ["DiceLoss", "DiceLoss(from_logits)"],
      note: "its intersection is an L1 norm: for soft labels it is softLabelDiceLoss",
    },
    {
      theirs: "JaccardLoss",
      ours: "jaccardLoss",
      always: 'aggregate: "batch", smooth: 0',
      arguments: { smooth: "smooth", log_loss: "log", classes: "(classWeights of 0 and 1)" },
      golden: ["JaccardLoss", "JaccardLoss(multiclass)"],
    },
    {
      theirs: "TverskyLoss",
      ours: "tverskyLoss",
      always: 'aggregate: "batch", smooth: 0',
      arguments: {
        alpha: "falsePositiveWeight",
        beta: "falseNegativeWeight",
        smooth: "smooth",
        ignore_index: "ignoreIndex",
      },
      golden: ["TverskyLoss", "TverskyLoss(multiclass)"],
    },
    {
      theirs: "TverskyLoss(gamma)",
      ours: "focalTverskyLoss",
      always: 'aggregate: "batch", smooth: 0',
      arguments: { gamma: "gamma: 1 / theirs", alpha: "falsePositiveWeight", beta: "falseNegativeWeight" },
      golden: ["TverskyLoss(gamma)", "TverskyLoss(gamma,multiclass)"],
      note: "its gamma is the exponent itself, taken after the mean over classes (issue 734); ours of each class",
    },
    {
      theirs: "FocalLoss",
      ours: "focalLoss",
      arguments: {
        alpha: "alpha",
        gamma: "gamma",
        ignore_index: "ignoreIndex",
        class_weights: "classWeights",
        normalized: "(normalizedFocalLoss)",
        reduced_threshold: "(reducedFocalLoss)",
      },
      golden: ["FocalLoss", "FocalLoss(from_logits=False)", "softmax_focal_loss_with_logits"],
      note: 'its default alpha is none (`alpha: null`); mode "multiclass" is one sigmoid a class (our `multilabel`)',
    },
    {
      theirs: "LovaszLoss",
      ours: "lovaszSoftmaxLoss",
      always: 'aggregate: "batch"',
      arguments: { per_image: 'aggregate: "image"', ignore_index: "ignoreIndex" },
      golden: ["LovaszLoss(multiclass)"],
      note: "`from_logits` is ignored: probabilities go through softmax again",
    },
    {
      theirs: 'LovaszLoss(mode="binary")',
      ours: "lovaszHingeLoss",
      always: 'aggregate: "batch"',
      arguments: { per_image: 'aggregate: "image"', ignore_index: "ignoreIndex" },
      golden: ["LovaszLoss(binary)"],
    },
    {
      theirs: "MCCLoss",
      ours: "matthewsCorrelationLoss",
      always: 'aggregate: "batch"',
      arguments: { eps: "smooth" },
    },
    {
      theirs: "SoftBCEWithLogitsLoss",
      ours: "binaryCrossEntropyLoss",
      arguments: {
        smooth_factor: "labelSmoothing: 2 * theirs",
        ignore_index: "ignoreIndex",
        pos_weight: "(weightedCrossEntropyLoss)",
        weight: "pixelWeights",
      },
    },
    {
      theirs: "SoftCrossEntropyLoss",
      ours: "categoricalCrossEntropyLoss",
      arguments: { smooth_factor: "labelSmoothing", ignore_index: "ignoreIndex" },
      note: "its mean counts ignored pixels among all",
    },
  ],
};
