/** Losses made of losses, value and gradient, on every executor that works here, against the float64 reference. */
import { beforeAll, expect, test } from "vitest";
import {
  type BackendId,
  categoricalCrossEntropyLoss,
  deepSupervision,
  diceLoss,
  evaluate,
  focalLoss,
  hausdorffDistanceLoss,
  maskedLoss,
  multiScale,
  ramp,
  rampedSum,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
  weightedSum,
} from "../../../src/index.ts";
import { describeModes, relativeError } from "../../support/backends.ts";
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

async function run(mode: BackendId, shape: readonly number[], f: (x: Tensor) => Tensor) {
  await setBackend(mode);
  const { value, grad } = valueAndGrad(f)(logitsOf(shape));
  await evaluate(value, grad);
  return { value: await value.data(), slope: await grad.data() };
}

await describeModes("combinators", (mode) => {
  beforeAll(() => setBackend(mode));

  test.each(CASES)("%s", async (_name, shape, f) => {
    const exact = await run("reference", shape, f);
    const actual = await run(mode, shape, f);
    const tolerance = ["headlessgl", "webgl2", "webgpu"].includes(mode) ? 5e-5 : 1e-5;
    expect(relativeError(actual.value, exact.value)).toBeLessThan(tolerance);
    expect(relativeError(actual.slope, exact.slope)).toBeLessThan(tolerance);
  });
});
