import { beforeAll, describe, expect, it } from "vitest";
import {
  asymmetricFocalLoss,
  asymmetricFocalTverskyLoss,
  focalLoss,
  focalTverskyLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
  unifiedFocalLoss,
  zeros,
} from "../../../src/index.ts";
import {
  expectSame,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const log = Math.log;

describe("unifiedFocalLoss", () => {
  sharedOptionsHold(unifiedFocalLoss, ["independent", "exclusive"]);
  sharedOptionsHold(unifiedFocalLoss, ["independent", "exclusive"], {
    form: "symmetric",
    focalShare: 0.2,
    gamma: 0.7,
  });

  it("is a share of each of its asymmetric parts", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 4]), softMask([2, 1, 3, 4])];
    const shape = { delta: 0.55, gamma: 0.3 };
    await expectSame(
      (y) => unifiedFocalLoss(y, g, { ...shape, focalShare: 0.2, smooth: 0.5 }),
      (y) =>
        asymmetricFocalLoss(y, g, shape)
          .mul(0.2)
          .add(asymmetricFocalTverskyLoss(y, g, { ...shape, smooth: 0.5 }).mul(0.8)),
      x,
    );
  });

  it("is, in its symmetric form, focal and focal Tversky of exclusive classes", async () => {
    const [x, labels] = [logitsOf([2, 3, 2, 3]), labelsOf([2, 2, 3], 3)];
    const tversky = { falsePositiveWeight: 0.4, falseNegativeWeight: 0.6, gamma: 1 / 0.8 };
    await expectSame(
      (y) => unifiedFocalLoss(y, labels, { form: "symmetric", gamma: 0.2 }),
      (y) =>
        focalLoss(y, labels, { alpha: 0.6, gamma: 0.2 })
          .add(focalTverskyLoss(y, labels, tversky))
          .div(2),
      x,
    );
  });

  it("takes the same root of both classes of a lone channel, in its symmetric form", async () => {
    const options = { ...PROBABILITIES, form: "symmetric", focalShare: 0.5, smooth: 0 } as const;
    const focal = -(0.6 * Math.sqrt(0.3) * log(0.7) + 0.4 * Math.sqrt(0.2) * log(0.8)) / 2;
    const foreground = Math.sqrt((0.4 * 0.2 + 0.6 * 0.3) / (0.7 + 0.4 * 0.2 + 0.6 * 0.3));
    const background = Math.sqrt((0.4 * 0.3 + 0.6 * 0.2) / (0.8 + 0.4 * 0.3 + 0.6 * 0.2));
    const loss = unifiedFocalLoss(row([0.7, 0.2]), row([1, 0]), options);
    expect(await loss.item()).toBeCloseTo((focal + (foreground + background) / 2) / 2, 14);
  });

  it.each(["asymmetric", "symmetric"] as const)("takes one channel for two classes, %s", async (form) => {
    const labels = tensor([0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0], [2, 2, 3]);
    const both = (y: Tensor) => zeros([2, 1, 2, 3]).concat(y, 1);
    await expectSame(
      (y) => unifiedFocalLoss(y, labels.reshape([2, 1, 2, 3]), { form }),
      (y) => unifiedFocalLoss(both(y), labels, { form }),
      logitsOf([2, 1, 2, 3]),
    );
  });

  it("gives one value an image, and the batch's regions to each with aggregate batch", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 4]), softMask([2, 1, 3, 4])];
    const each = await values(unifiedFocalLoss(x, g, { reduction: "none" }));
    const alone = (i: number) => unifiedFocalLoss(x.slice([[i, i + 1]]), g.slice([[i, i + 1]])).item();
    expect(each[0]).toBeCloseTo(await alone(0), 14);
    expect(each[1]).toBeCloseTo(await alone(1), 14);
    const pixels = await values(asymmetricFocalLoss(x, g, { delta: 0.6, gamma: 0.5, reduction: "image" }));
    const regions = await asymmetricFocalTverskyLoss(x, g, {
      delta: 0.6,
      gamma: 0.5,
      aggregate: "batch",
    }).item();
    const batch = await values(unifiedFocalLoss(x, g, { aggregate: "batch", reduction: "image" }));
    expect(batch[0]).toBeCloseTo((pixels[0] + regions) / 2, 14);
    expect(batch[1]).toBeCloseTo((pixels[1] + regions) / 2, 14);
  });

  it("takes means as its parts do: pixels of a class weigh alike in whichever image", async () => {
    const [x, labels] = [logitsOf([2, 2, 4]), tensor([0, 0, 0, 1, 0, 1, 1, 1], [2, 4])];
    const shared = { classWeights: [1, 3], delta: 0.6, gamma: 0.5 };
    const focal = asymmetricFocalLoss(x, labels, shared);
    const tversky = asymmetricFocalTverskyLoss(x, labels, shared);
    const expected = await focal.add(tversky).div(2).item();
    expect(await unifiedFocalLoss(x, labels, shared).item()).toBeCloseTo(expected, 14);
  });

  it("refuses what is no share, a gamma of 1 and another form", () => {
    const [x, g] = [row([0.3]), row([1])];
    expect(() => unifiedFocalLoss(x, g, { focalShare: 1.1 })).toThrow(OptionError);
    expect(() => unifiedFocalLoss(x, g, { gamma: 1 })).toThrow(/below 1/);
    expect(() => unifiedFocalLoss(x, g, { form: "both" } as object)).toThrow(/"asymmetric", "symmetric"/);
  });
});
