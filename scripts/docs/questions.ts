/**
 * What people come with, and the losses that answer it. The reasons stand here because they compare losses; what a loss is
 * stands in its doc comment. Every answer shows what was measured of it, so that a reason can be checked.
 */

/** A loss that answers, and why. */
export interface Answer {
  readonly loss: string;
  /** Markdown, one or two sentences. */
  readonly reason: string;
}

export interface Question {
  /** Place on the page. */
  readonly id: string;
  /** Two or three words, for links. */
  readonly short: string;
  readonly title: string;
  /** What goes wrong with an ordinary loss. Markdown. */
  readonly why: string;
  /** Columns of the table of all losses that bear on it; the first one says it best. */
  readonly evidence: readonly string[];
  readonly answers: readonly Answer[];
  /** What not to take, or what to mind. Markdown. */
  readonly mind?: string;
  /** Every loss with this option answers as well. */
  readonly option?: string;
}

export const QUESTIONS: readonly Question[] = [
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
      {
        loss: "categoricalCrossEntropyLoss",
        reason: "The same for classes that exclude each other.",
      },
      {
        loss: "comboLoss",
        reason:
          "Cross entropy and Dice together: the first never lets go, the second keeps small objects in sight. The usual second step. Its value is negative by construction.",
      },
    ],
  },
  {
    id: "tiny",
    short: "tiny objects",
    title: "My objects are tiny",
    why: "In a mean over pixels an object has the say of its area: with 0.1 % of the image, 0.1 % of the gradient, and a network that predicts nothing looks 99.9 % right. A ratio of sums over the object's own pixels gives it the same weight at any size.",
    evidence: ["share01", "share1"],
    answers: [
      {
        loss: "diceLoss",
        reason:
          "Overlap relative to the object's size: the object pulls as hard as all of the background together, however small it is.",
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
        loss: "exponentialLogarithmicLoss",
        reason: "For several classes of very different sizes: classes weigh by the root of their rarity.",
      },
    ],
    mind: "Overlap losses let go of what is missed with certainty (look at *pull on sure mistakes*), and an image's largest object still leads among several. Add a cross entropy, as `comboLoss` does, and keep `smooth` well below the object's number of pixels: at 1 it is a tenth of an object of ten pixels.",
  },
  {
    id: "rare",
    short: "a rare class",
    title: "One class is rare, or missing from most images",
    why: "Where a class is absent from most images, most steps teach *nothing here*. Weights on the class repair the balance; how a loss answers an empty mask decides whether these images help or harm.",
    evidence: ["share1", "share01"],
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
        loss: "categoricalCrossEntropyLoss",
        reason: "With `classWeights`, one number a class; means are divided by the sum of the weights.",
      },
      {
        loss: "sensitivitySpecificityLoss",
        reason:
          "Each class has a mean error of its own, joined by one weight between sensitivity and specificity.",
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
    id: "boundaries",
    short: "boundaries",
    title: "Boundaries matter",
    why: "A border one pixel off is a small share of an area: overlap hardly sees it, and a blob far away costs no more than one nearby. These losses measure where a mistake is.",
    evidence: ["shift", "far"],
    answers: [
      {
        loss: "distanceMapCrossEntropyLoss",
        reason:
          "Cross entropy with up to twice the weight beside the target's border: the gentlest step, and always safe.",
      },
      {
        loss: "hausdorffDistanceLoss",
        reason:
          "Mistakes cost by the square of their distance: far outliers go first. Join it with an overlap loss, since near the border it is weak.",
      },
      {
        loss: "hausdorffErosionLoss",
        reason:
          "An estimate of the same by repeated erosion; differentiable throughout, and the most expensive here.",
      },
      {
        loss: "shapeAwareLoss",
        reason: "Weighs wrong pixels by how far the predicted contour lies from the true one.",
      },
      {
        loss: "ssimLoss",
        reason:
          "Compares local patterns: the most sensitive to a shift of one pixel, since edges must coincide.",
      },
      {
        loss: "basnetLoss",
        reason:
          "Cross entropy, SSIM and Jaccard: sharp borders, with pixels and regions held at the same time.",
      },
    ],
  },
  {
    id: "noise",
    short: "noisy labels",
    title: "My labels are noisy",
    why: "Cross entropy pulls hardest where the network is surest that the label is wrong. If the network is right there, it learns the mistake. Losses whose pull fades on sure mistakes give in less.",
    evidence: ["mistake"],
    answers: [
      {
        loss: "binaryCrossEntropyLoss",
        reason:
          "With `labelSmoothing` of about 0.1: no label is certain, so no prediction is driven to certainty.",
      },
      {
        loss: "diceLoss",
        reason: "Judges regions: single wrong pixels change a sum, and the pull on sure mistakes is small.",
      },
      {
        loss: "logCoshDiceLoss",
        reason:
          "As Dice, and the gradient fades as the prediction gets right: the last, doubtful pixels are left alone.",
      },
    ],
    mind: "What is robust to wrong labels is slow to mend right ones: expect a slower start.",
  },
  {
    id: "topology",
    short: "thin tubes, topology",
    title: "Vessels, roads, membranes: nothing may break",
    why: "A gap of a few pixels in a vessel is nothing to an overlap, and everything to what comes after. A loss that sees neighbourhoods charges a gap more than the same number of pixels along the rim.",
    evidence: ["gap"],
    answers: [
      {
        loss: "msSsimLoss",
        reason: "Structure at several resolutions: at the coarser ones a gap is a missing piece of a line.",
      },
      {
        loss: "unet3PlusLoss",
        reason: "The same, with focal loss for the pixels and Jaccard for the region.",
      },
    ],
  },
  {
    id: "calibration",
    short: "calibration",
    title: "I need probabilities that can be believed",
    why: "If three pixels in ten that look like this are foreground, the network should say 0.3. Only proper scores teach that; overlap asks for a decision and drives probabilities to 0 and 1.",
    evidence: ["honest", "soft"],
    answers: [
      { loss: "binaryCrossEntropyLoss", reason: "A proper score: its answer to 30 % is 0.3." },
      { loss: "categoricalCrossEntropyLoss", reason: "The same for exclusive classes." },
      {
        loss: "distanceMapCrossEntropyLoss",
        reason:
          "Weights that do not depend on a pixel's own label keep cross entropy proper; these depend on the border alone.",
      },
    ],
    mind: "Class weights, `alpha` and `beta` move the answer: see the measured column. Overlap losses answer *all* or *nothing*.",
  },
  {
    id: "classes",
    short: "many classes",
    title: "I have many classes",
    why: "With exclusive classes, a mean over pixels belongs to the largest ones; a mean over classes gives the smallest as much as the largest. All losses below take `[n, c, ...space]` logits with class indices `[n, ...space]` as the target.",
    evidence: ["value"],
    answers: [
      {
        loss: "categoricalCrossEntropyLoss",
        reason: "Softmax and likelihood, with `classWeights` where classes are uneven.",
      },
      {
        loss: "diceLoss",
        reason: "One ratio a class, then their mean; `includeBackground: false` leaves class 0 out.",
      },
      {
        loss: "exponentialLogarithmicLoss",
        reason: "Made for many labels of very different sizes: rarity weighs in both of its parts.",
      },
    ],
    mind: 'In a small image most classes are absent. Each page\'s *Images of one class* says what an absent class costs; `aggregate: "batch"` takes the ratio over the batch, where more of them are present.',
  },
  {
    id: "soft",
    short: "soft labels",
    title: "My labels are soft",
    why: "Averages of several annotators, or a teacher's probabilities, are shares between 0 and 1. A loss suits them if it is at rest where the prediction equals the target. Overlap in its usual form is not: it sharpens.",
    evidence: ["soft"],
    answers: [
      { loss: "binaryCrossEntropyLoss", reason: "At rest exactly where p equals g." },
      { loss: "categoricalCrossEntropyLoss", reason: "The same for shares of exclusive classes." },
      { loss: "ssimLoss", reason: "Compares the two maps as they are, soft or hard." },
      {
        loss: "sensitivitySpecificityLoss",
        reason: "Squared errors: at rest where p equals g, with each class in its own balance.",
      },
    ],
  },
  {
    id: "anisotropic",
    short: "3-D, anisotropic voxels",
    title: "My volumes have anisotropic voxels",
    why: "Every loss here takes volumes as it takes images. Where distances count, a step between slices must not count as a step within one: `spacing` says how far apart neighbours are along each axis.",
    evidence: ["far"],
    answers: [
      {
        loss: "hausdorffDistanceLoss",
        reason: "`spacing: [5, 1, 1]` measures distances in millimetres, not in voxels.",
      },
      { loss: "distanceMapCrossEntropyLoss", reason: "Nearness to a border in real units." },
      { loss: "shapeAwareLoss", reason: "How far apart two surfaces are, in real units." },
    ],
    option: "spacing",
  },
];

/** The questions that a loss answers. */
export const questionsOf = (name: string): Question[] =>
  QUESTIONS.filter(({ answers }) => answers.some(({ loss }) => loss === name));
