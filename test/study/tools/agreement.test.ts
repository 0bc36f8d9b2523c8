import { beforeAll, describe, expect, test } from "vitest";
import { defineLoss, losses, setBackend } from "../../../src/index.ts";
import { studyTools } from "../../../src/study/index.ts";
import { clustered } from "../../../src/study/tools/shared/cluster.ts";
import { smallPair } from "./small.ts";

beforeAll(() => setBackend("reference"));

const opposite = defineLoss("oppositeLoss", { title: "Opposite" }, (pixels) => pixels.crossEntropy.neg());
const blind = defineLoss("blindLoss", { title: "Blind" }, ({ p }) => p.mul(0));

describe("clustered", () => {
  test("puts like beside like, and groups by the mean", () => {
    // 0 and 2 are alike, 1 and 3 are; 3 is a little like 0.
    const similarity = [
      [1, 0, 0.95, 0.3],
      [0, 1, 0, 0.9],
      [0.95, 0, 1, 0.1],
      [0.3, 0.9, 0.1, 1],
    ];
    const { order, groups } = clustered(similarity, 0.85);
    expect([order, [...order].reverse()]).toContainEqual([2, 0, 3, 1]);
    expect(groups.map((group) => [...group].sort())).toEqual(
      expect.arrayContaining([
        [0, 2],
        [1, 3],
      ]),
    );
    expect(clustered(similarity, 0.99).groups).toHaveLength(4);
    expect(clustered(similarity, -1).groups).toHaveLength(1);
    expect(clustered([], 0.9)).toEqual({ order: [], groups: [] });
  });
});

describe("agreement", () => {
  test("identical losses have cosine 1, opposite ones -1, and no gradient has none", async () => {
    const asked = [
      losses.binaryCrossEntropyLoss,
      blind,
      opposite,
      losses.categoricalCrossEntropyLoss,
      losses.diceLoss,
    ];
    const data = await studyTools.agreement.run({ losses: asked, pair: smallPair });
    const [bce, none, against, ce, dice] = data.losses.map(({ cosine }) => cosine);
    expect(bce[3]).toBeCloseTo(1, 12);
    expect(ce[0]).toBeCloseTo(1, 12);
    expect(bce[2]).toBeCloseTo(-1, 12);
    expect(against[0]).toBeCloseTo(-1, 12);
    expect(dice[4]).toBe(1);
    expect(dice[0]).toBeGreaterThan(0.1);
    expect(dice[0]).toBeLessThan(0.99);
    expect(none).toEqual([null, null, null, null, null]);
    expect(data.order[4]).toBe(1);
    expect(Math.abs(data.order.indexOf(0) - data.order.indexOf(3))).toBe(1);
    const texts = studyTools.agreement.findings(data).map(({ text }) => text);
    expect(texts).toContain(
      "The same here but for a factor, with cosines over 0.9995: Binary cross entropy and Categorical cross entropy.",
    );
    expect(texts.join(" ")).toMatch(/Opposite pull against each other most: cosine −1/);
    expect(texts).toContain("No gradient at all on this pair: Blind.");
  });

  test("takes the pair and the logits that it is given", async () => {
    const even = { prediction: new Float64Array(4).fill(0.5), target: Float64Array.of(1, 0, 0, 0) };
    const pair = { ...even, width: 2, height: 2 };
    const one = { losses: [losses.binaryCrossEntropyLoss], pair };
    const data = await studyTools.agreement.run(one);
    // (p - g) / 4, four times 1/2.
    expect(data.losses[0].norm).toBeCloseTo(0.25, 12);
    const logits = new Float64Array(4).fill(-40);
    const sure = await studyTools.agreement.run({ ...one, logits });
    expect(sure.losses[0].norm).toBeCloseTo(0.25, 12);
    await expect(studyTools.agreement.run({ ...one, logits: logits.subarray(1) })).rejects.toThrow(/logits/);
  });
});
