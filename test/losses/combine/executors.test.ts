/** Losses made of losses, value and gradient, on every executor that works here, against the float64 reference. */
import { expect, test } from "vitest";
import {
  categoricalCrossEntropyLoss,
  deepSupervision,
  diceLoss,
  focalLoss,
  hausdorffDistanceLoss,
  maskedLoss,
  multiScale,
  ramp,
  rampedSum,
  type Tensor,
  tensor,
  weightedSum,
} from "../../../src/index.ts";
import { describeModes, relativeError } from "../../support/backends.ts";
import { toleranceOf, valueAndSlope } from "../../support/loss-scenes.ts";
import { filled, hardMask, logitsOf } from "../../support/losses.ts";

const SHAPE = [2, 1, 10, 9];
const labels = filled([2, 10, 9], (i) => (i % 7 === 0 ? 255 : Math.floor(i / 11) % 3));
const half = filled(SHAPE, (i) => Number(i % 9 < 4));
const g = hardMask(SHAPE);

/** Each with the shape of what it is differentiated by. */
const CASES: readonly (readonly [string, readonly number[], (x: Tensor) => Tensor])[] = [
  ["weightedSum", SHAPE, (x) => weightedSum([diceLoss, [focalLoss, 3]])(x, g)],
  [
    "rampedSum",
    SHAPE,
    (x) =>
      rampedSum([
        [diceLoss, ramp.exponential(1, 0.01)],
        [hausdorffDistanceLoss, ramp.smooth(0, 0.99)],
      ])(x, g, { progress: tensor(0.3) }),
  ],
  [
    "deepSupervision, also by sizes that are no divisors",
    [2, 1, 4, 2],
    (x) =>
      deepSupervision(diceLoss)(
        [
          x
            .upsample(3)
            .slice([[0], [0], [1, 11], [0]])
            .pad([
              [0, 0],
              [0, 0],
              [0, 0],
              [1, 2],
            ]),
          x,
        ],
        g,
      ),
  ],
  [
    "multiScale, blocks cut off and pixels ignored",
    [2, 3, 10, 9],
    (x) =>
      multiScale(weightedSum([diceLoss, categoricalCrossEntropyLoss]), [1, 2, 4])(x, labels, {
        ignoreIndex: 255,
      }),
  ],
  ["maskedLoss", SHAPE, (x) => maskedLoss(diceLoss)(x, g, half)],
];

await describeModes("combinators", (mode) => {
  test.each(CASES)("%s", async (_name, shape, f) => {
    const x = logitsOf(shape);
    const exact = await valueAndSlope("reference", f, x);
    const actual = await valueAndSlope(mode, f, x);
    const tolerance = toleranceOf(mode);
    expect(relativeError([actual.value], [exact.value])).toBeLessThan(tolerance);
    expect(relativeError(actual.slope, exact.slope)).toBeLessThan(tolerance);
  });
});
