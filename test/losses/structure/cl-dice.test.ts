import { beforeAll, describe, expect, it } from "vitest";
import { clDiceLoss, grad, OptionError, setBackend, type Tensor, tensor } from "../../../src/index.ts";
import { apartLogits, box, emptyLike, expectFinite, fullLike, picture } from "../../support/loss-images.ts";
import { expectDerivatives, logitsOf, PROBABILITIES, softMask } from "../../support/losses.ts";
import { values } from "../../support/values.ts";
import { plainClDice } from "./plain-skeleton.ts";

beforeAll(() => setBackend("reference"));

const value = (p: Tensor, g: Tensor, options: object = {}): Promise<number> =>
  clDiceLoss(p, g, { ...PROBABILITIES, smooth: 0, ...options }).item();

const bar = picture(".......", ".#####.", ".#####.", ".#####.", ".......");
const middle = picture(".......", ".......", "..###..", ".......", ".......");
const rim = picture(".......", ".#####.", ".......", ".......", ".......");

describe("clDiceLoss", () => {
  it("counts a gap in a line of one pixel by hand", async () => {
    const [gap, line] = [picture("...", "#.#", "..."), picture("...", "###", "...")];
    // T = 1, S = 2 / 3.
    expect(await value(gap, line)).toBeCloseTo(0.2, 14);
    // T = 2 / 3, S = 1: the same the other way round.
    expect(await value(line, gap)).toBeCloseTo(0.2, 14);
    // T = (2 + 1) / (2 + 1), S = (2 + 1) / (3 + 1).
    expect(await value(gap, line, { smooth: 1 })).toBeCloseTo(1 - 1.5 / 1.75, 14);
    expect(await value(gap, line, { smoothNumerator: 0, smoothDenominator: 1 })).toBeCloseTo(
      1 - (2 * (2 / 3) * (2 / 4)) / (2 / 3 + 2 / 4),
      14,
    );
  });

  it("thins a bar of three rows to its middle, in one erosion", async () => {
    // The skeleton of the bar is its middle row, which the middle covers, and the rim does not.
    expect(await value(middle, bar)).toBe(0);
    expect(await value(rim, bar)).toBe(1);
    expect(await value(rim, bar, { smooth: 1 })).toBeCloseTo(1 - (2 * (1 / 4)) / (1 + 1 / 4), 14);
    // Without an erosion the bar is taken for flat: it has no skeleton, and S is 1.
    expect(await value(rim, bar, { iterations: 0 })).toBe(0);
    expect(await value(rim, bar, { iterations: 1 })).toBe(1);
  });

  it("agrees with skeletons made pixel by pixel, 2-D and 3-D", async () => {
    for (const space of [
      [7, 9],
      [5, 6, 7],
    ]) {
      const shape = [1, 1, ...space];
      const [x, g] = [logitsOf(shape).sigmoid(), softMask(shape)];
      const [p, q] = [await values(x), await values(g)];
      for (const [iterations, smooth] of [
        [0, 1],
        [3, 0],
        [4, 0.5],
      ]) {
        const expected = 1 - plainClDice({ data: p, space }, { data: q, space }, iterations, smooth);
        expect(expected).toBeGreaterThan(0.05);
        expect(await value(x, g, { iterations, smooth })).toBeCloseTo(expected, 12);
      }
    }
  });

  it("shares the gradient among equal pixels", async () => {
    const flat = tensor([[Array.from({ length: 5 }, () => [0.2, 0.7, 0.7, 0.7, 0.2])]]);
    const g = picture(".....", "..#..", "..#..", "..#..", ".....");
    const slope = await values(grad((p: Tensor) => clDiceLoss(p, g, PROBABILITIES))(flat));
    expect(slope.some((s) => s !== 0)).toBe(true);
    slope.forEach((s, i) => {
      const [y, x] = [Math.floor(i / 5), i % 5];
      expect(s).toBeCloseTo(slope[5 * y + 4 - x], 14);
      expect(s).toBeCloseTo(slope[5 * (4 - y) + x], 14);
    });
  });

  it("asks for no ridges where the mask is empty, and for nothing where it is full", async () => {
    const p = logitsOf([1, 1, 6, 6]).sigmoid();
    expect(await value(p, emptyLike(p), { smooth: 1 })).toBeGreaterThan(0.1);
    expect(await value(p.mul(0).add(0.4), emptyLike(p), { smooth: 1 })).toBeCloseTo(0, 14);
    expect(await value(p, fullLike(p), { smooth: 1 })).toBe(0);
    const slope = await values(grad((x: Tensor) => clDiceLoss(x, fullLike(p), PROBABILITIES))(p));
    expect(slope.map(Math.abs).reduce((a, b) => Math.max(a, b))).toBeLessThan(1e-14);
  });

  it("takes ignored pixels for beyond the image", async () => {
    const [x, g] = [logitsOf([1, 1, 5, 6]), box([1, 1, 5, 6])];
    const left = [[0], [0], [0], [0, 4]] as const;
    const cut = await clDiceLoss(x.slice(left), g.slice(left)).item();
    const marked = g.slice(left).pad(
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 2],
      ],
      255,
    );
    expect(await clDiceLoss(x, marked, { ignoreIndex: 255 }).item()).toBeCloseTo(cut, 14);
    const pixelWeights = marked.notEqual(255);
    expect(await clDiceLoss(x, g, { pixelWeights }).item()).toBeCloseTo(cut, 14);
  });

  it("has the right derivatives in 2-D, 3-D and over exclusive classes", async () => {
    for (const shape of [
      [1, 1, 5, 6],
      [1, 1, 3, 4, 4],
      [1, 3, 4, 4],
    ]) {
      await expectDerivatives((x) => clDiceLoss(x, box(shape), { iterations: 2 }), apartLogits(shape));
    }
  });

  it("sums over the batch where told", async () => {
    const [p, g] = [picture("...", "#.#", "..."), picture("...", "###", "...")];
    const [twice, other] = [p.concat(g), g.concat(g)];
    // T = 5 / 5, S = 5 / 6.
    expect(await value(twice, other, { aggregate: "batch" })).toBeCloseTo(1 - (2 * (5 / 6)) / (11 / 6), 14);
    expect(await value(twice, other)).toBeCloseTo(0.1, 14);
  });

  it("stays finite at +-80", () => expectFinite(clDiceLoss));

  it("refuses what it cannot honour", () => {
    expect(() => clDiceLoss(bar, bar, { ...PROBABILITIES, iterations: 1.5 })).toThrow(OptionError);
    expect(() => clDiceLoss(bar, bar, { ...PROBABILITIES, iterations: -1 })).toThrow(OptionError);
    expect(() => clDiceLoss(bar, bar, { spacing: 2 } as object)).toThrow(OptionError);
  });
});
