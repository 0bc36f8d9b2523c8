/** Metrics of borders: how far those of prediction and target are from each other. */
import type { Comparison } from "./comparison.ts";
import { defineMetric, type Metric, type MetricDefinition } from "./metric.ts";
import type { FilledOptions, OptionName } from "./options.ts";
import { percentileOf, type SurfaceDistances } from "./surface.ts";

type About = Omit<MetricDefinition, "rule" | "options" | "needs">;

/** A metric of two borders, with values for where one or both of them are missing. */
function borderMetric(
  name: string,
  about: About & { options?: readonly OptionName[] },
  missing: (comparison: Comparison, options: FilledOptions) => number,
  formula: (distances: SurfaceDistances, options: FilledOptions) => number,
): Metric {
  return defineMetric(name, {
    ...about,
    needs: "classes",
    options: ["spacing", "whenEmpty", ...(about.options ?? [])],
    rule: {
      perClass: (comparison, c, options) => {
        const { truePositives, falsePositives, falseNegatives } = comparison.counts(c);
        const predicted = truePositives + falsePositives > 0;
        const present = truePositives + falseNegatives > 0;
        if (!predicted && !present) return options.whenEmpty ?? Number(about.higherIsBetter);
        if (!predicted || !present) return missing(comparison, options);
        return formula(comparison.surfaces(c), options);
      },
    },
  });
}

const longest = (comparison: Comparison, { whenMissing }: FilledOptions) =>
  whenMissing ?? comparison.diagonal;

/**
 * Hausdorff distance at the 95th percentile: nearly the worst that the borders are apart, without the few outliers.
 *
 * `max(P95 of d(p, G) over p in P, P95 of d(g, P) over g in G)`: MONAI's definition, the larger of the two directed
 * percentiles (medpy takes one percentile of both sets together). P and G are the border pixels of prediction and
 * target: those with a neighbour along an axis outside the mask or the image. Distances are between the centres of
 * pixels, in the unit of `spacing`; percentiles are interpolated linearly. `percentile: 100` is the Hausdorff distance.
 *
 * 0 or `whenEmpty` where neither has the class; the image's diagonal or `whenMissing` where one has. Needs `size`.
 *
 * Options, errors: `classes`, `size`, `spacing`, `ignoreIndex`, `includeBackground`, `whenEmpty`,
 * `whenMissing`, `percentile` (95); see {@link Metric}.
 *
 * @see Huttenlocher et al., TPAMI 15, 1993; Maier-Hein et al., "Metrics reloaded", Nature Methods 2024
 * @example
 * ```ts
 * import { hausdorff95 } from "segtape/metrics";
 * const [prediction, target] = [[0, 1, 0, 0], [0, 1, 1, 1]];
 * hausdorff95(prediction, target, { size: [1, 4] }).mean; // 1.9
 * hausdorff95(prediction, target, { size: [1, 4], percentile: 100, spacing: 0.5 }).mean; // 1
 * ```
 */
export const hausdorff95: Metric = borderMetric(
  "hausdorff95",
  {
    title: "Hausdorff distance, 95th percentile",
    higherIsBetter: false,
    formula: "max(P95 d(p, G), P95 d(g, P))",
    source: "Huttenlocher et al. 1993; as MONAI",
    options: ["whenMissing", "percentile"],
  },
  longest,
  ({ toTarget, toPrediction }, { percentile }) =>
    Math.max(percentileOf(toTarget, percentile), percentileOf(toPrediction, percentile)),
);

/**
 * Average symmetric surface distance: the mean distance of all border pixels of both to the other's border.
 *
 * `(sum of d(p, G) + sum of d(g, P)) / (|P| + |G|)`, symbols and policy as at {@link hausdorff95}. Needs `size`.
 *
 * Options, errors: `classes`, `size`, `spacing`, `ignoreIndex`, `includeBackground`, `whenEmpty`,
 * `whenMissing`; see {@link Metric}.
 *
 * @see Heimann et al., "Comparison and Evaluation of Methods for Liver Segmentation", TMI 28, 2009
 * @example
 * ```ts
 * import { averageSurfaceDistance } from "segtape/metrics";
 * averageSurfaceDistance([0, 1, 0, 0], [0, 1, 1, 1], { size: [1, 4] }).mean; // (0 + 0 + 1 + 2) / 4
 * ```
 */
export const averageSurfaceDistance: Metric = borderMetric(
  "averageSurfaceDistance",
  {
    title: "Average symmetric surface distance",
    higherIsBetter: false,
    formula: "(sum d(p, G) + sum d(g, P)) / (|P| + |G|)",
    source: "Heimann et al. 2009",
    options: ["whenMissing"],
  },
  longest,
  ({ toTarget, toPrediction }) => {
    const total = (distances: Float64Array) => distances.reduce((sum, d) => sum + d, 0);
    return (total(toTarget) + total(toPrediction)) / (toTarget.length + toPrediction.length);
  },
);

/**
 * Boundary F1: precision and recall of border pixels, right where the other's border is within a tolerance.
 *
 * `2 PR / (P + R)`, where P is the share of the prediction's border pixels with `d(p, G) <= tolerance`, R that of the
 * target's with `d(g, P) <= tolerance`; borders and distances as at {@link hausdorff95}. Needs `size`.
 *
 * 1 or `whenEmpty` where neither has the class, 0 where one has.
 *
 * Options, errors: `classes`, `size`, `spacing`, `ignoreIndex`, `includeBackground`, `whenEmpty`,
 * `tolerance` (2); see {@link Metric}.
 *
 * @see Csurka et al., "What is a good evaluation measure for semantic segmentation?", BMVC 2013
 * @example
 * ```ts
 * import { boundaryF1 } from "segtape/metrics";
 * boundaryF1([0, 1, 0, 0], [0, 1, 1, 1], { size: [1, 4], tolerance: 1 }).mean; // 0.8
 * ```
 */
export const boundaryF1: Metric = borderMetric(
  "boundaryF1",
  {
    title: "Boundary F1",
    higherIsBetter: true,
    formula: "2 PR / (P + R), right within the tolerance",
    source: "Csurka et al. 2013",
    options: ["tolerance"],
  },
  () => 0,
  ({ toTarget, toPrediction }, { tolerance }) => {
    // Three steps of 0.1 are a little more than 0.3 in float64, and mean the same.
    const limit = tolerance * (1 + 1e-12);
    const near = (distances: Float64Array) =>
      distances.reduce((count, d) => count + Number(d <= limit), 0) / distances.length;
    const [precision, recall] = [near(toTarget), near(toPrediction)];
    return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  },
);
