/** Questions of truth: what labels and probabilities mean. */
import type { Question } from "./question.ts";

export const labels: readonly Question[] = [
  {
    id: "noise",
    short: "noisy labels",
    title: "My labels are noisy",
    why: "Cross entropy pulls hardest where the network is surest that the label is wrong. If the network is right there, it learns the mistake. Losses whose pull fades on sure mistakes give in less.",
    evidence: ["kept", "mistake"],
    study: "noise",
    answers: [
      {
        loss: "generalizedCrossEntropyLoss",
        reason:
          "One number, `q`, between cross entropy (0) and the plain error (1), which wrong labels hardly move.",
      },
      {
        loss: "symmetricCrossEntropyLoss",
        reason:
          "A bounded reverse term beside cross entropy: learns from labels without trusting each of them.",
      },
      {
        loss: "biTemperedLogisticLoss",
        reason: "Bounded cost for outliers far away, heavy tails for labels mixed up near the border.",
      },
      {
        loss: "noiseRobustDiceLoss",
        reason: "Overlap with a power of the errors between 1 and 2: made for the labels of many hands.",
      },
      {
        loss: "diceLoss",
        reason: "Judges regions: single wrong pixels change a sum, and the pull on sure mistakes is small.",
      },
    ],
    mind: "What is robust to wrong labels is slow to mend right ones: expect a slower start, or begin with cross entropy. Focal, top-k and hard example mining do the opposite of what is wanted here.",
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
          "Weights that follow the border, not the pixel's own label, leave cross entropy nearly proper.",
      },
    ],
    mind: "Class weights, `alpha` and `beta` move the answer: see the measured column. Overlap losses answer *all* or *nothing*.",
  },
  {
    id: "soft",
    short: "soft labels",
    title: "My labels are soft",
    why: "Averages of several annotators, or a teacher's probabilities, are shares between 0 and 1. A loss suits them if it is least where the prediction equals the target. Overlap in its usual form is not: it sharpens.",
    evidence: ["soft"],
    answers: [
      { loss: "binaryCrossEntropyLoss", reason: "Least exactly where p equals g." },
      { loss: "categoricalCrossEntropyLoss", reason: "The same for shares of exclusive classes." },
      {
        loss: "softLabelDiceLoss",
        reason: "Dice, written so that it is 0 exactly where the prediction is the label.",
      },
      { loss: "softLabelJaccardLoss", reason: "The same of Jaccard; a distance in the strict sense." },
      { loss: "softLabelTverskyLoss", reason: "The same with a weight for misses and one for false alarms." },
      {
        loss: "qualityFocalLoss",
        reason: "Focal loss for shares: fades as the prediction nears the label, whatever that is.",
      },
    ],
  },
];
