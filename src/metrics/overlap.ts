/** Metrics of overlap: all of them ratios of the four counts of a class, out of one confusion matrix. */
import type { ClassCounts } from "./confusion.ts";
import { defineMetric, type Metric, type MetricDefinition } from "./metric.ts";

type Formula = (counts: ClassCounts) => number;

/**
 * The policy for what has no value: where the class is in neither prediction nor target, `whenEmpty` (1); where the
 * formula is 0 / 0 otherwise, 1 if the class has no error, else 0.
 */
function overlapMetric(
  name: string,
  formula: Formula,
  about: Omit<MetricDefinition, "rule" | "options">,
): Metric {
  return defineMetric(name, {
    ...about,
    options: ["whenEmpty"],
    rule: {
      perClass: (comparison, c, { whenEmpty = 1 }) => {
        const counts = comparison.counts(c);
        const { truePositives, falsePositives, falseNegatives } = counts;
        const errors = falsePositives + falseNegatives;
        if (truePositives + errors === 0) return whenEmpty;
        const value = formula(counts);
        return Number.isNaN(value) ? Number(errors === 0) : value;
      },
    },
  });
}

const BOTH = { higherIsBetter: true, needs: "classes" } as const;

/**
 * Dice coefficient (F1): twice the overlap over the sum of both areas, `2 TP / (2 TP + FP + FN)`.
 *
 * 0 where just one of prediction and target has the class, `whenEmpty` (1) where neither has.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `includeBackground`, `whenEmpty`; see {@link Metric}.
 *
 * @see Dice 1945; Sorensen 1948
 * @example
 * ```ts
 * import { dice } from "segtape/metrics";
 * const { perClass, mean } = dice([0, 1, 1, 1], [0, 0, 1, 1]);
 * perClass; // [0.66666..., 0.80000...]
 * mean; // 0.8
 * ```
 */
export const dice: Metric = overlapMetric(
  "dice",
  ({ truePositives: tp, falsePositives: fp, falseNegatives: fn }) => (2 * tp) / (2 * tp + fp + fn),
  { ...BOTH, title: "Dice", formula: "2 TP / (2 TP + FP + FN)", source: "Dice 1945" },
);

/**
 * Intersection over union (Jaccard index), `TP / (TP + FP + FN)`.
 *
 * 0 where just one of prediction and target has the class, `whenEmpty` (1) where neither has.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `includeBackground`, `whenEmpty`; see {@link Metric}.
 *
 * @see Jaccard 1912
 * @example
 * ```ts
 * import { iou } from "segtape/metrics";
 * iou([0, 1, 1, 1], [0, 0, 1, 1]).mean; // 2 / 3
 * ```
 */
export const iou: Metric = overlapMetric(
  "iou",
  ({ truePositives: tp, falsePositives: fp, falseNegatives: fn }) => tp / (tp + fp + fn),
  { ...BOTH, title: "Intersection over union", formula: "TP / (TP + FP + FN)", source: "Jaccard 1912" },
);

/**
 * Sensitivity (recall): the share of the class that was found, `TP / (TP + FN)`.
 *
 * 0 where the target lacks the class and the prediction has it, `whenEmpty` (1) where neither has.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `includeBackground`, `whenEmpty`; see {@link Metric}.
 *
 * @example
 * ```ts
 * import { sensitivity } from "segtape/metrics";
 * sensitivity([0, 1, 0, 0], [0, 1, 1, 0]).mean; // 0.5
 * ```
 */
export const sensitivity: Metric = overlapMetric(
  "sensitivity",
  ({ truePositives: tp, falseNegatives: fn }) => tp / (tp + fn),
  { ...BOTH, title: "Sensitivity (recall)", formula: "TP / (TP + FN)", source: "Yerushalmy 1947" },
);

/**
 * Specificity: the share of what is not of the class that was left alone, `TN / (TN + FP)`.
 *
 * Where every pixel of the target is of the class, 1 if the prediction says so too, else 0.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `includeBackground`, `whenEmpty`; see {@link Metric}.
 *
 * @example
 * ```ts
 * import { specificity } from "segtape/metrics";
 * specificity([0, 1, 0, 0, 1], [0, 1, 1, 0, 0]).mean; // 2 / 3
 * ```
 */
export const specificity: Metric = overlapMetric(
  "specificity",
  ({ trueNegatives: tn, falsePositives: fp }) => tn / (tn + fp),
  { ...BOTH, title: "Specificity", formula: "TN / (TN + FP)", source: "Yerushalmy 1947" },
);

/**
 * Precision: the share of what was predicted that is right, `TP / (TP + FP)`.
 *
 * 0 where the prediction lacks the class and the target has it, `whenEmpty` (1) where neither has.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `includeBackground`, `whenEmpty`; see {@link Metric}.
 *
 * @example
 * ```ts
 * import { precision } from "segtape/metrics";
 * precision([1, 1, 1, 0], [0, 1, 1, 0]).mean; // 2 / 3
 * ```
 */
export const precision: Metric = overlapMetric(
  "precision",
  ({ truePositives: tp, falsePositives: fp }) => tp / (tp + fp),
  { ...BOTH, title: "Precision", formula: "TP / (TP + FP)", source: "Kent et al. 1955" },
);

/**
 * Accuracy of a class against the rest, `(TP + TN) / (TP + TN + FP + FN)`; for the share of all pixels that are right,
 * see {@link pixelAccuracy}, which is the same for two classes.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `includeBackground`, `whenEmpty`; see {@link Metric}.
 *
 * @example
 * ```ts
 * import { accuracy } from "segtape/metrics";
 * const { perClass } = accuracy([0, 1, 2, 2], [0, 1, 1, 2], { classes: 3 });
 * perClass; // [1, 0.75, 0.75]
 * ```
 */
export const accuracy: Metric = overlapMetric(
  "accuracy",
  ({ truePositives: tp, trueNegatives: tn, falsePositives: fp, falseNegatives: fn }) =>
    (tp + tn) / (tp + tn + fp + fn),
  { ...BOTH, title: "Accuracy of a class", formula: "(TP + TN) / (TP + TN + FP + FN)", source: "usual" },
);

/**
 * Balanced accuracy: the mean of {@link sensitivity} and {@link specificity}, so that a rare class counts as much as
 * the rest.
 *
 * Where one of the two is 0 / 0, it counts 1 if the class has no error, else 0. For the mean recall over classes, take
 * sensitivity with `includeBackground`.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `includeBackground`, `whenEmpty`; see {@link Metric}.
 *
 * @see Brodersen et al., "The Balanced Accuracy and Its Posterior Distribution", ICPR 2010
 * @example
 * ```ts
 * import { balancedAccuracy } from "segtape/metrics";
 * balancedAccuracy([1, 0, 0, 0, 0], [1, 1, 0, 0, 0]).mean; // (0.5 + 1) / 2
 * ```
 */
export const balancedAccuracy: Metric = overlapMetric(
  "balancedAccuracy",
  ({ truePositives: tp, trueNegatives: tn, falsePositives: fp, falseNegatives: fn }) => {
    const share = (right: number, wrong: number) =>
      right + wrong === 0 ? Number(fp + fn === 0) : right / (right + wrong);
    return (share(tp, fn) + share(tn, fp)) / 2;
  },
  {
    ...BOTH,
    title: "Balanced accuracy",
    formula: "(TP / (TP + FN) + TN / (TN + FP)) / 2",
    source: "Brodersen et al. 2010",
  },
);

/**
 * Matthews correlation coefficient: the correlation of prediction and target, -1 .. 1, 0 for chance.
 *
 * `(TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))`. Where the denominator is 0: 1 if the class has no
 * error, -1 if nothing is right, else 0.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`, `includeBackground`, `whenEmpty`; see {@link Metric}.
 *
 * @see Matthews 1975; limits: Chicco and Jurman, BMC Genomics 21, 2020
 * @example
 * ```ts
 * import { matthewsCorrelation } from "segtape/metrics";
 * matthewsCorrelation([1, 1, 0, 0], [1, 0, 0, 0]).mean; // 2 / sqrt(12) = 0.5773...
 * ```
 */
export const matthewsCorrelation: Metric = overlapMetric(
  "matthewsCorrelation",
  ({ truePositives: tp, trueNegatives: tn, falsePositives: fp, falseNegatives: fn }) => {
    const scale = Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn));
    if (scale > 0) return (tp * tn - fp * fn) / scale;
    return fp + fn === 0 ? 1 : tp + tn === 0 ? -1 : 0;
  },
  {
    ...BOTH,
    title: "Matthews correlation",
    formula: "(TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))",
    source: "Matthews 1975",
  },
);

/**
 * The share of all pixels whose class is right: the trace of the confusion matrix over its sum. NaN where every pixel
 * is ignored.
 *
 * Options, errors: `classes`, `size`, `ignoreIndex`; see {@link Metric}.
 *
 * @example
 * ```ts
 * import { pixelAccuracy } from "segtape/metrics";
 * pixelAccuracy([0, 1, 2, 2], [0, 1, 1, 2], { classes: 3 }).mean; // 0.75
 * ```
 */
export const pixelAccuracy: Metric = defineMetric("pixelAccuracy", {
  ...BOTH,
  title: "Pixel accuracy",
  formula: "right pixels / all pixels",
  source: "usual",
  rule: {
    whole: ({ confusion: { classes, counts } }) => {
      let [right, all] = [0, 0];
      counts.forEach((count, cell) => {
        all += count;
        // The diagonal.
        if (cell % (classes + 1) === 0) right += count;
      });
      return right / all;
    },
  },
});
