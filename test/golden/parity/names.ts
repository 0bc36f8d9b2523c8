/** Published names that are no loss of their own here, and losses that were left out. */

/** A name that papers or libraries use. */
export interface OtherName {
  readonly name: string;
  /** The call that it is; names of losses and options are checked. */
  readonly loss: string;
  readonly options: string;
  readonly why: string;
}

export const otherNames: readonly OtherName[] = [
  {
    name: "label smoothing (cross entropy)",
    loss: "categoricalCrossEntropyLoss",
    options: "labelSmoothing",
    why: "an option of every plain cross entropy",
  },
  {
    name: "soft BCE",
    loss: "binaryCrossEntropyLoss",
    options: "labelSmoothing",
    why: "targets `g (1 - s) + (1 - g) s` are a label smoothing of 2s",
  },
  { name: "log-Dice", loss: "diceLoss", options: "log: true", why: "the same ratio" },
  { name: "log-Jaccard", loss: "jaccardLoss", options: "log: true", why: "the same ratio" },
  {
    name: "squared Dice (V-Net)",
    loss: "diceLoss",
    options: "squared: true",
    why: "the same ratio with squares below the line",
  },
  {
    name: "consistency-enhanced loss",
    loss: "diceLoss",
    options: 'smooth: 1e-6, aggregate: "batch"',
    why: "one minus Dice has the same numerator; a test holds it",
  },
  {
    name: "symmetric focal loss (of unified focal)",
    loss: "focalLoss",
    options: "alpha",
    why: "alpha is its delta",
  },
  {
    name: "symmetric focal Tversky loss (of unified focal)",
    loss: "focalTverskyLoss",
    options: "gamma: 1 / (1 - gamma)",
    why: "the same power of the same index",
  },
  {
    name: "Dice + BCE",
    loss: "diceCrossEntropyLoss",
    options: "mode",
    why: "on one channel, or independent ones, its cross entropy is the binary one",
  },
  {
    name: "JDT losses (Jaccard, Dice, Tversky for soft labels)",
    loss: "softLabelJaccardLoss",
    options: "",
    why: "with softLabelDiceLoss and softLabelTverskyLoss",
  },
  {
    name: "JML",
    loss: "softLabelJaccardLoss",
    options: "",
    why: "Jaccard metric loss, first of the JDT losses",
  },
  {
    name: "online bootstrapping (Wu et al.)",
    loss: "topKCrossEntropyLoss",
    options: "share",
    why: "the hardest pixels; bootstrappedCrossEntropyLoss is that of Reed et al.",
  },
  { name: "IoU loss", loss: "jaccardLoss", options: "", why: "another word" },
  { name: "surface loss", loss: "boundaryLoss", options: "", why: "the name of its first code" },
];

/** Losses that were looked into and left out. */
export const leftOut: Readonly<Record<string, string>> = {
  "Laplacian pyramid":
    "every second pixel of a level is not every second pixel of its mirror image, and codes differ in kernel and weights of levels",
  "CF loss (retinal vessels)":
    "the name stands for several losses; the box counts of one are steps without a gradient",
  InverseForm:
    "the norm of a transformation that a trained network predicts: it needs that network's weights",
  "conditional boundary": "its authors' code was not to be had, and ports differ from the paper",
};
