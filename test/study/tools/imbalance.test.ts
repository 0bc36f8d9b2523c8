import { beforeAll, describe, expect, test } from "vitest";
import { defineLoss, type Loss, losses, setBackend } from "../../../src/index.ts";
import { type ImbalanceRow, studyTools } from "../../../src/study/index.ts";

beforeAll(() => setBackend("reference"));

const settings = { side: 40, shares: [0.5, 0.1, 0.01, 0.00125] };
const PIXELS = [800, 160, 16, 2];
async function rowOf(loss: Loss, options: object = {}): Promise<ImbalanceRow> {
  const subject = { losses: [loss], options: { [loss.name]: { ...options } } };
  const data = await studyTools.imbalance.run(subject, settings);
  expect(data.pixels).toEqual(PIXELS);
  expect(data.unmeasured).toEqual([]);
  return data.losses[0];
}

describe("imbalance", () => {
  test("cross-entropy counts pixels: share of the pull, cost, norms", async () => {
    const { undecided, charge } = await rowOf(losses.binaryCrossEntropyLoss);
    PIXELS.forEach((pixels, i) => {
      expect(undecided.pullShare[i]).toBeCloseTo(pixels / 1600, 3);
      // |p - g| / N with p = 1/2.
      expect(undecided.pullPerPixel[i]).toBeCloseTo(0.5 / 1600, 6);
      expect(undecided.foregroundNorm[i] / Math.sqrt(pixels)).toBeCloseTo(0.5 / 1600, 6);
      expect(undecided.backgroundNorm[i] / Math.sqrt(1600 - pixels)).toBeCloseTo(0.5 / 1600, 6);
      // A missed pixel costs 8, a found one next to nothing.
      expect(charge[i] / (8 * (pixels / 1600))).toBeCloseTo(1, 2);
    });
  });

  test("balanced cross-entropy gives each class half, whatever its size", async () => {
    const { undecided } = await rowOf(losses.balancedCrossEntropyLoss);
    for (const share of undecided.pullShare) expect(share).toBeCloseTo(0.5, 2);
  });

  test("Dice without smoothing charges a lesion of two pixels like one of 800, and pulls at it", async () => {
    const { charge, undecided, missed } = await rowOf(losses.diceLoss, { smooth: 0 });
    for (const cost of charge) expect(cost).toBeGreaterThan(0.85);
    // p = 1/2: D = F / (N / 2 + F), so that half of the pull is the lesion's as F falls.
    expect(undecided.pullShare[3]).toBeCloseTo(0.5, 2);
    expect(undecided.pullPerPixel[3] / undecided.pullPerPixel[0]).toBeGreaterThan(1);
    expect(missed.pullShare[0]).toBeGreaterThan(0.99);
  });

  test("a pull of nothing has no share", async () => {
    const constant = defineLoss("constantLoss", {}, ({ p }) => p.mul(0).sum());
    const { undecided, charge } = await rowOf(constant);
    expect(undecided.pullShare).toEqual([null, null, null, null]);
    expect(charge).toEqual([0, 0, 0, 0]);
    const data = await studyTools.imbalance.run({ losses: [constant] }, settings);
    expect(studyTools.imbalance.findings(data)[0].text).toBe(
      "On an undecided prediction there is no gradient at all by constantLoss.",
    );
  });

  test("a loss of the whole batch is asked image by image", async () => {
    // As one image it is the plain mean; in a batch it would see the others.
    const mean = defineLoss("meanLoss", {}, ({ p, g }) => p.sub(g).square());
    const batch = defineLoss("batchLoss", {}, ({ p, g }) => p.sub(g).square().mean().expand(p.shape));
    const [alone, among] = [await rowOf(mean), await rowOf(batch)];
    among.charge.forEach((cost, i) => {
      expect(cost).toBeCloseTo(alone.charge[i], 9);
    });
    among.missed.pullShare.forEach((share, i) => {
      expect(share).toBeCloseTo(alone.missed.pullShare[i] ?? Number.NaN, 9);
    });
  });

  test("says who counts pixels, who counts lesions, and who does all that small lesions need", async () => {
    const all = [losses.binaryCrossEntropyLoss, losses.diceLoss, losses.tverskyLoss];
    const options = { diceLoss: { smooth: 0 } };
    const data = await studyTools.imbalance.run({ losses: all, options }, settings);
    const texts = studyTools.imbalance.findings(data);
    expect(texts[0].losses).toEqual(["binaryCrossEntropyLoss"]);
    expect(texts[0].text).toMatch(
      /^Binary cross entropy counts by the pixel, or less: .* of 0\.1 % of the image/,
    );
    expect(texts[1]).toMatchObject({ losses: ["diceLoss", "tverskyLoss"] });
    expect(texts[texts.length - 1].text).toMatch(/Dice/);
  });

  test("refuses sizes that do not fall, and sides out of range", async () => {
    const subject = { losses: [losses.diceLoss] };
    for (const shares of [[0.1, 0.5], [0], [1.5, 1]])
      await expect(studyTools.imbalance.run(subject, { shares })).rejects.toThrow(/shares is/);
    await expect(studyTools.imbalance.run(subject, { side: 4 })).rejects.toThrow(/side is 4/);
  });
});
