import type { Peer } from "./correspondence.ts";

/** keras-team/keras, `keras.losses`. */
export const keras: Peer = {
  name: "Keras",
  ids: ["keras2", "keras3"],
  general:
    'Channels stand last there, first here. `from_logits=False`, its default, is `input: "probabilities"`. Keras 2 adds 1e-7 inside the logarithm.',
  losses: [
    {
      theirs: "BinaryCrossentropy",
      ours: "binaryCrossEntropyLoss",
      arguments: { label_smoothing: "labelSmoothing", from_logits: "input" },
      golden: [
        "binary_crossentropy",
        "binary_crossentropy(from_logits)",
        "binary_crossentropy(label_smoothing)",
      ],
    },
    {
      theirs: "CategoricalCrossentropy, SparseCategoricalCrossentropy",
      ours: "categoricalCrossEntropyLoss",
      arguments: { label_smoothing: "labelSmoothing", ignore_class: "ignoreIndex" },
      golden: [],
    },
    {
      theirs: "BinaryFocalCrossentropy",
      ours: "focalLoss",
      arguments: { alpha: "alpha", gamma: "gamma", apply_class_balancing: "(false is alpha: null)" },
      golden: ["binary_focal_crossentropy"],
    },
    {
      theirs: "CategoricalFocalCrossentropy",
      ours: "focalLoss",
      always: 'mode: "multiclass"',
      arguments: { alpha: "alpha", gamma: "gamma" },
      golden: ["categorical_focal_crossentropy"],
    },
    {
      theirs: "CategoricalGeneralizedCrossEntropy",
      ours: "generalizedCrossEntropyLoss",
      arguments: { q: "q" },
      golden: [],
    },
    { theirs: "Dice", ours: "diceLoss", always: 'aggregate: "batch", smoothNumerator: 0', golden: ["dice"] },
    {
      theirs: "Tversky",
      ours: "tverskyLoss",
      always: 'aggregate: "batch", smoothNumerator: 0',
      arguments: { alpha: "falseNegativeWeight", beta: "falsePositiveWeight" },
      golden: ["tversky"],
      note: "as of 3.9, whose documentation says it the other way round; later releases exchange the two",
    },
  ],
};
