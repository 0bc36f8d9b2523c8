/** Questions of size and number: what counts how much. */
import type { Question } from "./question.ts";

export const balance: readonly Question[] = [
  {
    id: "start",
    short: "where to start",
    title: "I do not know yet what matters",
    why: "Start with a loss that pulls on every pixel and has no trap, look at the mistakes that remain, and come back with one of the questions below.",
    evidence: ["mistake", "share1"],
    answers: [
      {
        loss: "binaryCrossEntropyLoss",
        reason:
          "One class: smooth, honest probabilities, never stuck. It is the measure of the others; what it gets wrong tells what to look for.",
      },
      { loss: "categoricalCrossEntropyLoss", reason: "The same for classes that exclude each other." },
      {
        loss: "diceCrossEntropyLoss",
        reason:
          "Cross entropy and Dice added up: the first never lets go, the second keeps small objects in sight. The usual second step, and the default of nnU-Net.",
      },
    ],
  },
  {
    id: "tiny",
    short: "tiny objects",
    title: "My objects are tiny",
    why: "In a mean over pixels an object has the say of its area: with 0.1 % of the image, 0.1 % of the gradient, and a network that predicts nothing looks 99.9 % right. A ratio of sums over the object's own pixels gives it the same weight at any size.",
    evidence: ["share01", "share1", "mistake"],
    study: "imbalance",
    answers: [
      {
        loss: "diceLoss",
        reason:
          "Overlap relative to the object's size: a lone object pulls about as hard as all of the background together, however small it is.",
      },
      {
        loss: "focalTverskyLoss",
        reason:
          "As Dice, but misses weigh more than false alarms (0.7 against 0.3 by default), and images that are nearly right keep their pull: for small lesions that are missed altogether.",
      },
      {
        loss: "tverskyLoss",
        reason:
          "The same balance between misses and false alarms, without the root: gentler, and easier to reason about.",
      },
      {
        loss: "balancedCrossEntropyLoss",
        reason:
          "Stays a sum over pixels, with half of its weight on the foreground of each image. Its pull on sure misses does not fade, as it does with overlap.",
      },
      {
        loss: "diceCrossEntropyLoss",
        reason:
          "Where overlap alone gets stuck: the cross entropy keeps pulling at what was missed for sure.",
      },
    ],
    mind: "Overlap losses let go of what is missed with certainty (look at *pull on sure mistakes*): add a cross entropy. Keep `smooth` well below the object's number of pixels: at 1 it is a tenth of an object of ten pixels.",
  },
  {
    id: "many-objects",
    short: "small beside large",
    title: "Small objects lie beside large ones in the same image",
    why: "A ratio over the whole image is led by its largest object: missing a small lesion next to a large one costs overlap little more than its share of pixels. What helps is to count objects, or lines, instead.",
    evidence: ["smallest"],
    study: "missed-objects",
    answers: [
      {
        loss: "blobLoss",
        reason:
          "An overlap for each connected component of the target, the others masked out: every lesion has a vote, besides one for the whole image.",
      },
      {
        loss: "diceClDiceLoss",
        reason:
          "Counts along center lines, beside the overlap: a small object has about the say of its length, not of its area.",
      },
      {
        loss: "regionMutualInformationLoss",
        reason: "Looks at neighbourhoods: what has an outline of its own counts more than its area.",
      },
    ],
  },
  {
    id: "rare",
    short: "a rare class",
    title: "One class is rare, or missing from most images",
    why: "Where a class is absent from most images, most steps teach *nothing here*. Weights on the class repair the balance; how a loss answers an empty mask decides whether these images help or harm.",
    evidence: ["share1", "share01", "honest"],
    answers: [
      {
        loss: "weightedCrossEntropyLoss",
        reason:
          "One number, `positiveWeight`, says how many times a foreground pixel counts. An empty mask is an ordinary image.",
      },
      {
        loss: "balancedCrossEntropyLoss",
        reason:
          "The weight follows from each image, so nothing needs to be set; one-class images keep a small, sane pull.",
      },
      {
        loss: "asymmetricFocalLoss",
        reason:
          "Easy background fades as in focal loss, the rare class does not: what is right about the background stops to drown the rest.",
      },
      {
        loss: "unifiedFocalLoss",
        reason: "The same idea for pixels and for regions at once, with one set of parameters.",
      },
      {
        loss: "matthewsCorrelationLoss",
        reason: "A correlation counts foreground and background alike, whatever their shares.",
      },
      {
        loss: "focalLoss",
        reason:
          "Quietens the many easy background pixels once they are right. At the beginning its `alpha` of 0.25 weighs foreground *down*: raise it where the rare class is the foreground.",
      },
    ],
    mind: "Weights shift probabilities: see *answer to 30 %*. Where the probabilities themselves are used, prefer to draw images or crops with the class more often.",
  },
  {
    id: "errors",
    short: "misses against false alarms",
    title: "Missing something is worse than a false alarm (or the other way round)",
    why: "Overlap counts both kinds of mistakes alike. These losses weigh them by name: `falseNegativeWeight` is for misses, `falsePositiveWeight` for false alarms, whatever letters a paper gives them.",
    evidence: ["honest", "share1"],
    answers: [
      {
        loss: "tverskyLoss",
        reason: "The two weights and nothing else; both 1/2 is Dice, both 1 is Jaccard.",
      },
      { loss: "focalTverskyLoss", reason: "The same, and small errors keep their pull." },
      { loss: "fBetaLoss", reason: "One number: recall counts `beta` times as much as precision." },
      {
        loss: "weightedCrossEntropyLoss",
        reason: "By pixels: `positiveWeight` above 1 costs misses, below 1 false alarms.",
      },
      {
        loss: "sensitivitySpecificityLoss",
        reason: "By rates: `sensitivityWeight` of the one, the rest of the other.",
      },
    ],
  },
  {
    id: "hard",
    short: "hard pixels",
    title: "Most pixels are easy, and the hard ones drown",
    why: "Late in training the mean over pixels is a sum of thousands of nearly perfect ones. These losses turn away from what is right.",
    evidence: ["vanishing", "mistake"],
    answers: [
      {
        loss: "focalLoss",
        reason: "Right pixels fade by a power of what is missing; `gamma` says how fast.",
      },
      {
        loss: "normalizedFocalLoss",
        reason:
          "The same selection, but the whole keeps its size: no need to raise the learning rate as training goes on.",
      },
      {
        loss: "topKCrossEntropyLoss",
        reason: "The hardest tenth of each image's pixels and nothing else: a selection, not a weight.",
      },
      {
        loss: "ohemCrossEntropyLoss",
        reason: "Pixels below a probability, and some number at least: as many as there are hard ones.",
      },
    ],
    mind: "A wrong label looks like a hard pixel. Where labels are noisy these losses chase them: see *way kept at 1 % wrong labels*.",
  },
  {
    id: "classes",
    short: "many classes",
    title: "I have many classes",
    why: "With exclusive classes, a mean over pixels belongs to the largest ones; a mean over classes gives the smallest as much as the largest. All losses below take `[n, c, ...space]` logits with class indices `[n, ...space]` as the target.",
    evidence: ["honest", "mistake"],
    answers: [
      {
        loss: "categoricalCrossEntropyLoss",
        reason:
          "Softmax and likelihood, with `classWeights` where classes are uneven; means are divided by the sum of the weights.",
      },
      {
        loss: "diceCrossEntropyLoss",
        reason:
          "One overlap a class beside the cross entropy; `includeBackground: false` leaves class 0 out.",
      },
      {
        loss: "generalizedDiceLoss",
        reason:
          "One overlap of all classes, each weighed by the inverse of its squared volume, so that all count alike.",
      },
      {
        loss: "lovaszSoftmaxLoss",
        reason:
          "The measure itself, made continuous: for the last points of mean IoU, after training with another loss.",
      },
      {
        loss: "generalizedWassersteinDiceLoss",
        reason: "Where some confusions are worse than others: a matrix says how far apart two classes are.",
      },
      {
        loss: "exponentialLogarithmicLoss",
        reason: "Made for many labels of very different sizes: rarity weighs in both of its parts.",
      },
    ],
    mind: 'In a small image most classes are absent. Each page\'s *Images of one class* says what an absent class costs; `aggregate: "batch"` takes the ratio over the batch, where more of them are present.',
  },
];
