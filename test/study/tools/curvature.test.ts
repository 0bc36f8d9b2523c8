import { beforeAll, describe, expect, test } from "vitest";
import {
  defineLoss,
  type Loss,
  losses,
  type Pixels,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import { seededRandom } from "../../../src/random.ts";
import { type StudyPair, studyTools } from "../../../src/study/index.ts";
import { type Asker, diagonalOf, extremeEigenvalues } from "../../../src/study/tools/shared/hessian.ts";

beforeAll(() => setBackend("reference"));

const SIDE = 5;
const N = SIDE * SIDE;
const target = Float64Array.from({ length: N }, (_, i) => Number(i % SIDE < 2));
const logits = Float64Array.from({ length: N }, (_, i) => 1.5 * Math.sin(i + 1));
const pair: StudyPair = {
  prediction: logits.map((x) => 1 / (1 + Math.exp(-x))),
  target,
  width: SIDE,
  height: SIDE,
};
const ofLogits = (name: string, f: (x: Tensor, pixels: Pixels) => Tensor) =>
  defineLoss(name, {}, (pixels) => f(pixels.p.log().sub(pixels.p.neg().log1p()), pixels));
const run = (...asked: Loss[]) =>
  studyTools.curvature.run({ losses: asked, pair, logits }, { side: SIDE, steps: 10 });

describe("products with a known matrix", () => {
  // Symmetric, with eigenvalues 5, 2, 2 and -3.
  const matrix = [
    [1, 4, 0, 0],
    [4, 1, 0, 0],
    [0, 0, 2, 0],
    [0, 0, 0, 2],
  ];
  const ask: Asker = async (queries) =>
    queries.map(({ x, v }) => ({
      gradient: x,
      product: matrix.map((row) => row.reduce((sum, m, k) => sum + m * v[k], 0)),
    }));
  const x = new Float64Array(4);

  test("give both ends of the spectrum, a repeated eigenvalue notwithstanding", async () => {
    const { largest, smallest } = await extremeEigenvalues(ask, x, 30, 1);
    expect(largest).toBeCloseTo(5, 10);
    expect(smallest).toBeCloseTo(-3, 10);
    // Too few steps stay within.
    const early = await extremeEigenvalues(ask, x, 1, 1);
    expect(early.largest).toBeLessThan(5);
    expect(early.smallest).toBeGreaterThan(-3);
  });

  test("give the diagonal, exactly or in the mean", async () => {
    expect([...(await diagonalOf(ask, x, null, seededRandom(1)))]).toEqual([1, 1, 2, 2]);
    const estimated = await diagonalOf(ask, x, 400, seededRandom(1));
    [1, 1, 2, 2].forEach((d, i) => {
      expect(Math.abs(estimated[i] - d)).toBeLessThan(0.6);
    });
    // Off the diagonal nothing: exact at once.
    expect(estimated[3]).toBeCloseTo(2, 12);
  });
});

describe("curvature", () => {
  test("of a weighted square: eigenvalues are the weights", async () => {
    const weights = tensor([1, 2, 3, 4, 5]);
    const [row] = (await run(ofLogits("squareLoss", (x) => x.square().mul(weights)))).losses;
    // Mean over 25 of w x^2: second derivatives 2 w / 25.
    expect(row.largest).toBeCloseTo(10 / N, 6);
    expect(row.smallest).toBeCloseTo(2 / N, 6);
    expect(row.diagonal[0]).toBeCloseTo(2 / N, 6);
    expect(row.diagonal[20]).toBeCloseTo(10 / N, 6);
    expect(row).toMatchObject({ exact: true, negativeShare: 0 });
    expect(row.coupling).toBeCloseTo(1, 5);
    expect(row.missed).toBeLessThan(1e-6);
    const slope = Math.hypot(...logits.map((x, i) => (2 * (1 + (i % SIDE)) * x) / N));
    expect(row.gradientNorm).toBeCloseTo(slope, 6);
    expect(row.sharpness).toBeCloseTo(10 / N / slope, 5);
  });

  test("of a squared mean: the pixels move together", async () => {
    const data = await run(ofLogits("togetherLoss", (x, pixels) => pixels.mean(x).square()));
    const [row] = data.losses;
    // (sum x / N)^2: every entry of the Hessian is 2 / N^2, and its one eigenvalue 2 / N.
    expect(row.largest).toBeCloseTo(2 / N, 6);
    expect(row.smallest).toBeCloseTo(0, 6);
    expect(row.coupling).toBeCloseTo(N, 3);
    expect(row.alongGradient).toBeCloseTo(row.sharpness ?? 0, 6);
    expect(studyTools.curvature.findings(data).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^The pixels of togetherLoss move together/),
    );
  });

  test("names kinks, straight losses, and those that bend down", async () => {
    const at = (off: number) =>
      tensor(
        Array.from(logits, (z) => z + off),
        [1, 1, SIDE, SIDE],
      );
    const data = await run(
      ofLogits("straightLoss", (x) => x),
      ofLogits("kinkedLoss", (x) =>
        x
          .sub(
            tensor(
              Array.from(logits, (z) => z + 0.001),
              [1, 1, SIDE, SIDE],
            ),
          )
          .abs(),
      ),
      ofLogits("downLoss", (x) => x.square().neg()),
      losses.binaryCrossEntropyLoss,
      ofLogits("turningLoss", (x) => x.sub(at(0.2)).mul(20).exp()),
    );
    const [straight, kinked, down, bce, turning] = data.losses;
    expect(straight).toMatchObject({ largest: 0, smallest: 0, sharpness: 0, missed: 0, coupling: null });
    expect(kinked.missed).toBeGreaterThan(0.9);
    expect(kinked.missedNear).toBeGreaterThan(0.9);
    // exp(20 x): sinh(1) against 1 over half a tenth, sinh(0.1) against 0.1 over half a hundredth.
    expect(turning.missed).toBeCloseTo((Math.sinh(1) - 1) / Math.sinh(1), 4);
    expect(turning.missedNear).toBeCloseTo((Math.sinh(0.1) - 0.1) / Math.sinh(0.1), 4);
    expect(down.negativeShare).toBe(1);
    expect(down.largest).toBeCloseTo(-2 / N, 6);
    expect(bce.negativeShare).toBe(0);
    expect(bce.missed).toBeLessThan(1e-3);
    // The largest p (1 - p).
    expect(bce.largest * N).toBeCloseTo(Math.max(...pair.prediction.map((p) => p * (1 - p))), 3);
    const texts = studyTools.curvature.findings(data).map(({ text }) => text);
    expect(texts).toContain("Straight around here, without any curvature: straightLoss.");
    expect(texts).toContain(
      "Straight between kinks, so that they are all the curvature there is: kinkedLoss.",
    );
    expect(texts.join(" ")).toMatch(/prediction Binary cross entropy and turningLoss bend up only/);
    expect(texts.join(" ")).toMatch(/downLoss bends down at a tenth of the pixels or more \(up to 100 %\)/);
  });

  test("refuses settings out of range", async () => {
    const subject = { losses: [losses.diceLoss], pair };
    await expect(studyTools.curvature.run(subject, { side: 1 })).rejects.toThrow(/side is 1/);
    await expect(studyTools.curvature.run(subject, { steps: 0 })).rejects.toThrow(/steps is 0/);
  });
});
