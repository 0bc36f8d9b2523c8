import { beforeAll, describe, expect, it } from "vitest";
import { balancedCrossEntropyLoss, comboLoss, diceLoss, setBackend, tensor } from "../../../src/index.ts";
import {
  expectSame,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const log = Math.log;

describe("comboLoss", () => {
  sharedOptionsHold(comboLoss, ["independent", "exclusive"]);

  it("is the paper's formula, with the minus on both terms", async () => {
    const options = { ...PROBABILITIES, alpha: 0.3, beta: 0.4, smooth: 2 };
    const crossEntropy = -(0.4 * log(0.7) + 0.6 * log(0.8) + 0.4 * log(0.4)) / 3;
    const dice = (2 * 1.1 + 2) / (1.3 + 2 + 2);
    const loss = comboLoss(row([0.7, 0.2, 0.4]), row([1, 0, 1]), options);
    expect(await loss.item()).toBeCloseTo(0.3 * crossEntropy - 0.7 * dice, 14);
  });

  it("costs more, the more a background pixel is taken for foreground", async () => {
    const at = (p: number) => comboLoss(row([p]), row([0]), { ...PROBABILITIES, alpha: 1 }).item();
    expect(await at(0.9)).toBeGreaterThan(await at(0.1));
  });

  it("is -(1 - alpha) K where everything is right", async () => {
    const p = tensor([
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    ]);
    const loss = comboLoss(p, tensor([[0, 1, 2]]), { ...PROBABILITIES, alpha: 0.2 });
    expect(await loss.item()).toBeCloseTo(-0.8 * 3, 14);
  });

  it("is a balanced cross entropy minus Dice, for one class", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 3]), softMask([2, 1, 3, 3])];
    await expectSame(
      (y) => comboLoss(y, g, { beta: 0.7 }),
      (y) => balancedCrossEntropyLoss(y, g, { beta: 0.7 }).add(diceLoss(y, g)).sub(1).div(2),
      x,
    );
  });

  it("joins classes within their image: a mean of cross entropies, a sum of Dice", async () => {
    const [x, g] = [logitsOf([2, 2, 2, 3]), softMask([2, 2, 2, 3])];
    const mode = "multilabel";
    const part = (c: number) => {
      const channel = [[0], [c, c + 1]] as const;
      return [x.slice(channel), g.slice(channel)] as const;
    };
    const mean = (alpha: number) => {
      const [first, second] = [0, 1].map((c) => comboLoss(...part(c), { alpha, reduction: "none" }));
      return first.add(second.mul(3)).div(4);
    };
    const weighted = mean(1).add(mean(0).mul(2)).div(2);
    const each = comboLoss(x, g, { mode, classWeights: [1, 3], reduction: "none" });
    expect(each.shape).toEqual([2]);
    const expected = await values(weighted);
    (await values(each)).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 14);
    });
    const whole = comboLoss(x, g, { mode, aggregate: "batch", reduction: "none" });
    expect(whole.shape).toEqual([1]);
  });

  it("pulls right without smoothing too, where Dice is blind", async () => {
    const x = row([1, -1]);
    const none = comboLoss(x, row([0, 0]), { smooth: 0 });
    expect(await none.item()).toBeCloseTo((0.5 * (log(1 + Math.E) + log(1 + 1 / Math.E))) / 4, 14);
  });
});
