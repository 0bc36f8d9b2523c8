import { beforeAll, describe, expect, test } from "vitest";
import { defineLoss, losses, setBackend, tensor } from "../../../src/index.ts";
import { studyTools } from "../../../src/study/index.ts";

beforeAll(() => setBackend("reference"));

const settings = { side: 48, moved: [2, 16, 24], grown: [1, 3], shrunk: [1, 2], spot: [1, 5, 12] };
const WAYS = ["moved", "grown", "shrunk", "spot"] as const;

describe("shift", () => {
  test("who counts pixels is charged by their number, near or far", async () => {
    const subject = { losses: [losses.binaryCrossEntropyLoss] };
    const { losses: rows, wrong, pixels } = await studyTools.shift.run(subject, settings);
    expect(pixels).toBe(113);
    // Beside itself: all of it twice.
    expect(wrong.moved.slice(1)).toEqual([226, 226]);
    expect(wrong.spot).toEqual([5, 5, 5]);
    for (const way of WAYS) {
      wrong[way].forEach((count, i) => {
        // A pixel that is wrong for sure costs 8, of 48 x 48.
        expect((rows[0][way].charge[i] * 48 * 48) / (8 * count)).toBeCloseTo(1, 2);
        expect(rows[0][way].pullPerPixel[i] * 48 * 48).toBeCloseTo(1, 2);
        expect(rows[0][way].norm[i] * 48 * 48).toBeCloseTo(Math.sqrt(count), 1);
        expect(rows[0][way].farOverNear[i]).toBeCloseTo(1, 2);
      });
    }
  });

  test("who measures distances is charged by them", async () => {
    // Errors count by their column: a loss whose every number is known.
    const columns = tensor(Float64Array.from({ length: 48 }, (_, x) => x));
    const far = defineLoss("farLoss", {}, ({ p, g }) => p.sub(g).abs().mul(columns));
    const subject = { losses: [far, losses.diceLoss] };
    const data = await studyTools.shift.run(subject, settings);
    const [{ spot }, dice] = data.losses;
    // Spots of radius 1 at 1, 5 and 12 pixels from the lesion: their columns lie 4 and 11 farther.
    expect(spot.charge[1] - spot.charge[0]).toBeCloseTo(4 * (5 / 48 ** 2), 3);
    expect(spot.charge[2] - spot.charge[0]).toBeCloseTo(11 * (5 / 48 ** 2), 3);
    expect(dice.spot.charge[2] / dice.spot.charge[0]).toBeCloseTo(1, 3);
    const found = studyTools.shift.findings(data);
    expect(found[0]).toMatchObject({ losses: ["farLoss"] });
    expect(found[0].text).toMatch(/^farLoss sees how far: a false spot 12 pixels away costs 1\.6 times/);
    expect(found[1]).toMatchObject({ losses: ["diceLoss"] });
    // Moved by 16 it lies beside itself already: 24 costs the same.
    expect(found.find(({ text }) => text.startsWith("Once"))?.losses).toEqual(["diceLoss"]);
  });

  test("tells who would rather draw too much", async () => {
    const asked = [losses.weightedCrossEntropyLoss, losses.binaryCrossEntropyLoss, losses.tverskyLoss];
    const options = { tverskyLoss: { falsePositiveWeight: 0.9, falseNegativeWeight: 0.1 } };
    const data = await studyTools.shift.run({ losses: asked, options }, settings);
    const found = studyTools.shift.findings(data);
    // A missed pixel weighs twice as much.
    expect(found.find(({ text }) => text.includes("too large"))).toMatchObject({
      losses: ["weightedCrossEntropyLoss"],
      text: expect.stringContaining("at most 0.5 of"),
    });
    expect(found.find(({ text }) => text.includes("too small"))?.losses).toEqual(["tverskyLoss"]);
  });

  test.each([
    [{ moved: [4, 2] }, /moved is \[4, 2\], expected rising whole numbers from 1/],
    [{ grown: [40] }, /grown/],
    [{ shrunk: [0] }, /shrunk/],
    [{ spot: [] }, /spot/],
    [{ side: 8 }, /side/],
  ])("refuses %j", async (given, message) => {
    const subject = { losses: [losses.diceLoss] };
    await expect(studyTools.shift.run(subject, { ...settings, ...given })).rejects.toThrow(message);
  });
});
