import type { Peer } from "./correspondence.ts";

/** JunMa11/SegLossOdyssey, `losses_pytorch`. */
export const segLossOdyssey: Peer = {
  name: "SegLossOdyssey",
  ids: ["seglossodyssey"],
  general:
    'Losses of regions give minus the score: take 1 from ours. `batch_dice`: `aggregate: "batch"`; `do_bg`: `includeBackground`; `smooth`: `smooth`.',
  losses: [
    { theirs: "CrossentropyND", ours: "categoricalCrossEntropyLoss" },
    {
      theirs: "WeightedCrossEntropyLoss",
      ours: "categoricalCrossEntropyLoss",
      arguments: { weight: "classWeights" },
    },
    { theirs: "TopKLoss", ours: "topKCrossEntropyLoss", arguments: { k: "share: theirs / 100" } },
    {
      theirs: "FocalLoss",
      ours: "focalLoss",
      always: 'mode: "multiclass"',
      arguments: { gamma: "gamma", alpha: "classWeights" },
    },
    {
      theirs: "SoftDiceLoss",
      ours: "diceLoss",
      arguments: {
        square: "squared",
        batch_dice: 'aggregate: "batch"',
        do_bg: "includeBackground",
        smooth: "smooth",
      },
    },
    {
      theirs: "GDiceLoss, GDiceLossV2",
      ours: "generalizedDiceLoss",
      arguments: { smooth: "smooth" },
      golden: ["GDiceLoss", "GDiceLossV2"],
    },
    {
      theirs: "PenaltyGDiceLoss",
      ours: "penaltyGeneralizedDiceLoss",
      arguments: { k: "k" },
    },
    { theirs: "IoULoss", ours: "jaccardLoss" },
    {
      theirs: "TverskyLoss",
      ours: "tverskyLoss",
      arguments: { alpha: "falsePositiveWeight", beta: "falseNegativeWeight" },
    },
    {
      theirs: "FocalTversky_loss",
      ours: "focalTverskyLoss",
      arguments: { gamma: "gamma: 1 / theirs", alpha: "falsePositiveWeight", beta: "falseNegativeWeight" },
    },
    {
      theirs: "AsymLoss",
      ours: "fBetaLoss",
      arguments: { beta: "beta" },
    },
    {
      theirs: "SSLoss",
      ours: "sensitivitySpecificityLoss",
      arguments: { r: "sensitivityWeight", smooth: "smooth" },
      golden: ["SSLoss", "SSLoss(softmax)"],
    },
    { theirs: "ExpLog_loss", ours: "exponentialLogarithmicLoss" },
    { theirs: "LovaszSoftmax", ours: "lovaszSoftmaxLoss", always: 'classes: "all", aggregate: "batch"' },
    { theirs: "DC_and_CE_loss", ours: "diceCrossEntropyLoss" },
    { theirs: "DC_and_topk_loss", ours: "diceTopKLoss" },
    { theirs: "BDLoss", ours: "boundaryLoss" },
    { theirs: "DC_and_BD_loss", ours: "weightedSum", note: "weightedSum of diceLoss and boundaryLoss" },
    { theirs: "HDDTBinaryLoss, HausdorffDTLoss", ours: "hausdorffDistanceLoss", golden: ["HausdorffDTLoss"] },
    {
      theirs: "HausdorffERLoss",
      ours: "hausdorffErosionLoss",
      golden: [],
      note: "computed by numpy without a gradient",
    },
    {
      theirs: "DisPenalizedCE",
      ours: "distanceMapCrossEntropyLoss",
      golden: ["DisPenalizedCE", "DisPenalizedCE(weighted_loss)"],
      note: "returns the mean of the unweighted loss: plain cross entropy",
    },
    {
      theirs: "DistBinaryDiceLoss",
      ours: null,
      note: "a Dice whose true positives alone are weighted by a distance map; no paper says why",
    },
  ],
  metrics: ["compute_edts_forPenalizedLoss", "compute_edts_forhdloss"],
};
