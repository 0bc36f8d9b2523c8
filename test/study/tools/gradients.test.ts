import { beforeAll, describe, expect, test } from "vitest";
import { defineLoss, losses, setBackend } from "../../../src/index.ts";
import { studyTools } from "../../../src/study/index.ts";

beforeAll(() => setBackend("reference"));

// One pixel of each kind, in a row: missed, invented, found, background.
const pair = {
  prediction: Float64Array.of(0.25, 0.75, 0.75, 0.25),
  target: Float64Array.of(1, 0, 1, 0),
  width: 4,
  height: 1,
};

describe("gradients", () => {
  test("cross-entropy shares its pull by |p - g|", async () => {
    const data = await studyTools.gradients.run({ losses: [losses.binaryCrossEntropyLoss], pair });
    expect(data).toMatchObject({ width: 4, height: 1, borderPixels: 1 });
    expect(data.pixels).toEqual({ missed: 0.25, invented: 0.25, found: 0.25, background: 0.25 });
    const [row] = data.losses;
    // |p - g| is 3/4, 3/4, 1/4, 1/4, all over 4.
    expect(row.pull?.missed).toBeCloseTo(3 / 8, 12);
    expect(row.pull?.invented).toBeCloseTo(3 / 8, 12);
    expect(row.pull?.found).toBeCloseTo(1 / 8, 12);
    expect(row.pull?.background).toBeCloseTo(1 / 8, 12);
    expect(row.norm).toBeCloseTo(Math.hypot(0.75, 0.75, 0.25, 0.25) / 4, 12);
    expect(row.largest).toBeCloseTo(3 / 16, 12);
    expect(row).toMatchObject({ wrongWay: 0, vanishingShare: 0 });
    expect(row.borderPull).toBeCloseTo(1, 12);
    // Up is against the gradient: a missed pixel is blue, -100.
    expect(row.map).toEqual([-100, 100, -33, 33]);
    expect(row.limit).toBeCloseTo(3 / 16, 12);
    expect(studyTools.gradients.findings(data)[0].text).toBe(
      "At least half of the pull of Binary cross entropy goes to mistakes, which are 50 % of the pixels.",
    );
  });

  test("a loss that only lowers leads away from foreground; one without gradient pulls nowhere", async () => {
    const lower = defineLoss("lowerLoss", { title: "Lower" }, ({ p }) => p.log().sub(p.neg().log1p()));
    const nothing = defineLoss("flatLoss", { title: "Flat" }, ({ p }) => p.mul(0));
    const data = await studyTools.gradients.run({ losses: [lower, nothing], pair });
    const [down, flat] = data.losses;
    expect(down.wrongWay).toBeCloseTo(0.5, 12);
    expect(down.pull?.missed).toBeCloseTo(0.25, 12);
    expect(flat).toMatchObject({ pull: null, borderPull: null, wrongWay: null, norm: 0, map: [0, 0, 0, 0] });
    const texts = studyTools.gradients.findings(data).map(({ text }) => text);
    expect(texts).toContain("Part of the pull of Lower leads away from the label: up to 50 %.");
    expect(texts).toContain("No gradient at all on this pair: Flat.");
  });

  test("makes maps smaller by their means", async () => {
    const subject = { losses: [losses.binaryCrossEntropyLoss], pair: { ...pair, width: 2, height: 2 } };
    const data = await studyTools.gradients.run(subject, { side: 4 });
    expect(data).toMatchObject({ width: 2, height: 2 });
    const wide = { prediction: new Float64Array(64).fill(0.5), width: 8, height: 8 };
    const target = Float64Array.from({ length: 64 }, (_, i) => Number(i % 8 < 4));
    const half = await studyTools.gradients.run({ ...subject, pair: { ...wide, target } }, { side: 4 });
    expect(half).toMatchObject({ width: 4, height: 4 });
    expect(half.losses[0].map.slice(0, 4)).toEqual([-100, -100, 100, 100]);
    await expect(studyTools.gradients.run(subject, { side: 0 })).rejects.toThrow(/side is 0/);
  });
});

describe("curves", () => {
  test("are those of the study, and told by how they end", async () => {
    const squared = defineLoss("squaredLoss", { title: "Squared" }, ({ p, g }) => p.sub(g).square());
    const data = await studyTools.curves.run({ losses: [losses.binaryCrossEntropyLoss, squared] });
    const [{ curves: bce }] = data.losses;
    const middle = bce.probability.indexOf(0.5);
    // The background is right at 0.05: what moves is the foreground's share of log 2.
    const share = bce.gradient.foreground[middle] / -0.5;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.3);
    expect(bce.gradient.foreground[0] / share).toBeCloseTo(-0.99, 6);
    const texts = studyTools.curves.findings(data).map(({ text }) => text);
    expect(texts[0]).toMatch(/^Binary cross entropy holds on: mistakes of both kinds/);
    // p (1 - p)^2 is largest at 1/3.
    expect(texts[1]).toMatch(/^Squared lets go of sure mistakes of both kinds: .* strongest by p = 0\.34?,/);
  });
});
