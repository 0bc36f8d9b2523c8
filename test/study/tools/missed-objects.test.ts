import { beforeAll, describe, expect, test } from "vitest";
import { defineLoss, losses, setBackend, type Tensor } from "../../../src/index.ts";
import { studyTools } from "../../../src/study/index.ts";

beforeAll(() => setBackend("reference"));

const settings = { side: 32, pixels: [2, 5, 20, 100] };
const AREA = 32 * 32;

describe("missed objects", () => {
  test("cross-entropy charges 8 for a missed pixel, whatever it belongs to", async () => {
    const subject = { losses: [losses.binaryCrossEntropyLoss] };
    const data = await studyTools.missedObjects.run(subject, settings);
    const [row] = data.losses;
    const cost = (pixels: number) => (8 * pixels) / AREA;
    settings.pixels.forEach((pixels, i) => {
      expect(row.charge[i] / cost(pixels)).toBeCloseTo(1, 2);
      expect(row.pullPerPixel[i] * AREA).toBeCloseTo(1, 2);
    });
    expect(row.smallCharge / cost(27)).toBeCloseTo(1, 2);
    expect(row.allCharge / cost(127)).toBeCloseTo(1, 2);
    expect(row.exponent).toBeCloseTo(1, 2);
    // 27 missed pixels pull with 1 each, 997 others with 0.000335 each.
    expect(row.pullShare).toBeCloseTo(27 / (27 + 997 * 0.000335), 3);
    expect(studyTools.missedObjects.findings(data)[0].text).toMatch(
      /^Binary cross entropy charges pixels: the 3 small objects together cost at most 21 %/,
    );
  });

  test("a root of the missed pixels grows with half the exponent, a yes or no with none", async () => {
    const missed = (name: string, f: (count: Tensor) => Tensor) =>
      defineLoss(name, {}, (pixels) => f(pixels.sum(pixels.g.mul(pixels.p.sub(1).abs()))));
    const asked = [
      missed("rootLoss", (count) => count.sqrt()),
      missed("anyLoss", (count) => count.div(count.add(0.2))),
      missed("squareLoss", (count) => count.square()),
    ];
    const data = await studyTools.missedObjects.run({ losses: asked }, settings);
    expect(data.losses[0].exponent).toBeCloseTo(0.5, 1);
    expect(data.losses[1].exponent).toBeCloseTo(0, 1);
    expect(data.losses[2].exponent).toBeCloseTo(2, 1);
    const told = studyTools.missedObjects.findings(data);
    expect(told.map((finding) => finding.losses)).toEqual(
      expect.arrayContaining([["anyLoss"], ["rootLoss"], ["squareLoss"]]),
    );
    expect(told[0]).toMatchObject({
      losses: ["anyLoss"],
      text: expect.stringContaining("charges objects"),
    });
  });

  test("a loss that does not look has no exponent, and no share of the pull", async () => {
    const blind = defineLoss("blindLoss", {}, ({ p }) => p.mul(0));
    const data = await studyTools.missedObjects.run({ losses: [blind] }, settings);
    expect(data.losses[0]).toMatchObject({ exponent: null, pullShare: null, charge: [0, 0, 0, 0] });
    expect(studyTools.missedObjects.findings(data)[0].text).toBe(
      "By blindLoss some missed object costs nothing at all.",
    );
  });

  test("refuses sizes that do not rise, or have no room", async () => {
    const subject = { losses: [losses.diceLoss] };
    for (const pixels of [[5, 2], [3], [2, 3, 4, 5, 6, 7, 8, 9], [400, 700]])
      await expect(studyTools.missedObjects.run(subject, { side: 32, pixels })).rejects.toThrow(/pixels is/);
  });
});
