import { beforeAll, describe, expect, it } from "vitest";
import {
  cbDiceLoss,
  clDiceLoss,
  grad,
  gradcheck,
  OptionError,
  setBackend,
  type Tensor,
} from "../../../src/index.ts";
import {
  apartLogits,
  emptyLike,
  expectFinite,
  fullLike,
  picture,
  slopeUpwards,
} from "../../support/loss-images.ts";
import { filled, labelsOf, logitsOf, PROBABILITIES } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const value = (p: Tensor, g: Tensor, options: object = {}): Promise<number> =>
  cbDiceLoss(p, g, { ...PROBABILITIES, smooth: 0, ...options }).item();

/** A thick vessel across and a thin one down, and a prediction of both a little beside them. */
const plane = (f: (y: number, x: number) => number) =>
  filled([1, 1, 12, 16], (i) => f(Math.floor(i / 16), i % 16));
const vessels = () =>
  plane((y, x) => Number((Math.abs(y - 3) <= 1 && x >= 2 && x <= 13) || (x === 8 && y >= 5 && y <= 10)));
const found = () =>
  plane((y, x) =>
    Math.max(
      5 - 2.3 * Math.abs(y - 3.4) - 0.02 * (x - 7) ** 2,
      4 - 5 * Math.abs(x - 8.3) - 0.1 * (y - 7) ** 2,
    ),
  ).sigmoid();

/** The same in space. */
const solid = (f: (z: number, y: number, x: number) => number) =>
  filled([1, 1, 5, 7, 8], (i) => f(Math.floor(i / 56), Math.floor(i / 8) % 7, i % 8));
const tubes = () =>
  solid((z, y, x) =>
    Number(
      (Math.abs(y - 3) <= 1 && Math.abs(z - 2) <= 1 && x >= 1 && x <= 6) || (x === 2 && z === 2 && y >= 1),
    ),
  );
const foundTubes = () =>
  solid((z, y, x) =>
    Math.max(
      4 - 2 * Math.abs(y - 3.3) - 1.9 * Math.abs(z - 2.1) + 0.05 * x,
      3 - 4 * Math.abs(x - 2.2) - 3 * Math.abs(z - 2),
    ),
  ).sigmoid();

describe("cbDiceLoss", () => {
  it("weighs a thin vessel like a thick one, by hand", async () => {
    const g = picture("........", ".#####..", ".#####..", ".#####..", "........", ".#####..", "........");
    // Skeletons: 3 pixels of radius 2 in the bar, 5 of radius 1 in the line. With R = 2 their weights are 1 and 2.
    const bar = picture("........", ".#####..", ".#####..", ".#####..", "........", "........", "........");
    // T = 1; of the target's skeleton 3 * 1 * 1 is covered, of 3 * 1 * 1 + 5 * 2 * 1/2.
    expect(await value(bar, g)).toBeCloseTo(1 - (2 * (3 / 8)) / (1 + 3 / 8), 14);
    // The later weights are 1 - 1 + 1/2 and 1 - 1/2 + 1/2: 3 * 1/2, of 3 * 1/2 + 5 * 1 * 1/2.
    const linear = { radiusWeight: "linear" } as const;
    expect(await value(bar, g, linear)).toBeCloseTo(1 - (2 * (1.5 / 4)) / (1 + 1.5 / 4), 14);
    expect(await value(bar, g, { smooth: 1 })).toBeCloseTo(1 - (2 * (4 / 9)) / (1 + 4 / 9), 14);
    expect(await value(g, g)).toBe(0);
  });

  it("is centerline Dice where all radii are one", async () => {
    const g = picture(".......", "#######", ".......", "..#....", "..#....", "..#....");
    const p = picture(".......", "##.####", ".......", "..#....", ".......", "..###..");
    expect(await value(p, g, { smooth: 1 })).toBeCloseTo(
      await clDiceLoss(p, g, { ...PROBABILITIES, smooth: 1 }).item(),
      14,
    );
  });

  it("agrees with SciPy's distances, both weights, a spacing, 2-D and 3-D", async () => {
    const one = { smooth: 1 };
    const [p, g] = [found(), vessels()];
    expect(await value(p, g, one)).toBeCloseTo(0.2427850699930525, 12);
    expect(await value(p, g, { smooth: 0.1, iterations: 1 })).toBeCloseTo(0.19532496379042918, 12);
    expect(await value(p, g, { ...one, spacing: [1, 2.5] })).toBeCloseTo(0.22275942053058162, 12);
    const linear = { ...one, radiusWeight: "linear" };
    expect(await value(p, g, linear)).toBeCloseTo(0.23185923200646907, 12);
    expect(await value(p, g, { ...linear, spacing: [1, 2.5] })).toBeCloseTo(0.2152473214441626, 12);
    expect(await value(foundTubes(), tubes(), one)).toBeCloseTo(0.1965315929468524, 12);
    expect(await value(foundTubes(), tubes(), linear)).toBeCloseTo(0.17141601051211586, 12);
  });

  it("may cost less than the target itself", async () => {
    const g = picture(".......", "..###..", "..###..", ".#####.", ".#####.", ".#####.", ".......");
    // A corner less, and a soft pixel: T is 1.025.
    const hole = picture(".......", ".......", "...#...", ".......", ".......", ".......", ".......");
    const corner = picture(".......", ".......", ".......", ".....#.", ".......", ".......", ".......");
    const p = g.sub(hole.mul(0.4)).sub(corner);
    expect(await value(g, g)).toBe(0);
    expect(await value(p, g)).toBeCloseTo(-0.012429151724210552, 12);
  });

  it("asks a flat mask's prediction for no skeleton, or for nothing", async () => {
    const p = found();
    expect(await value(p, emptyLike(p), { smooth: 1 })).toBeGreaterThan(0.5);
    expect(await slopeUpwards((x, g) => cbDiceLoss(x, g, PROBABILITIES), p, emptyLike(p))).toBeGreaterThan(0);
    const slope = await values(grad((x: Tensor) => cbDiceLoss(x, fullLike(p), PROBABILITIES))(p));
    expect(await value(p, fullLike(p), { smooth: 1 })).toBeCloseTo(0, 14);
    expect(slope.every((s) => Math.abs(s) < 1e-14)).toBe(true);
    // Nothing above 1/2 has no skeleton, and so nothing to move.
    const low = p.mul(0.4);
    const none = await values(grad((x: Tensor) => cbDiceLoss(x, vessels(), PROBABILITIES))(low));
    expect(await value(low, vessels(), { smooth: 1 })).toBeGreaterThan(0.5);
    expect(none.every((s) => Math.abs(s) === 0)).toBe(true);
  });

  it("takes ignored pixels for beyond the image", async () => {
    const [p, g] = [found(), vessels()];
    const left = [[0], [0], [0], [0, 11]] as const;
    const cut = await value(p.slice(left), g.slice(left), { smooth: 1 });
    const marked = plane((_, x) => Number(x >= 11)).where(255, g);
    expect(await value(p, marked, { smooth: 1, ignoreIndex: 255 })).toBeCloseTo(cut, 13);
  });

  it("has the right gradient, the chosen held, 2-D, 3-D and over exclusive classes", async () => {
    const held = { holdConstants: true, elements: 12 } as const;
    for (const [x, g] of [
      [apartLogits([1, 1, 6, 7]), picture("...###.", "...###.", "...###.", ".......", "#####..", ".......")],
      [apartLogits([1, 1, 3, 4, 4]), filled([1, 1, 3, 4, 4], (i) => Number(i % 4 < 2))],
      [apartLogits([1, 3, 5, 5]), labelsOf([1, 5, 5], 3)],
    ]) {
      const f = (y: Tensor) => cbDiceLoss(y, g, { iterations: 2 });
      expect(await gradcheck(f, [x], held)).toMatchObject({ ok: true });
      expect(await gradcheck(f, [x], { ...held, order: 2, elements: 6 })).toMatchObject({ ok: true });
    }
  });

  it("stays finite at +-80", () => expectFinite(cbDiceLoss));

  it("refuses what it cannot honour", () => {
    const [x, g] = [logitsOf([1, 1, 4, 4]), emptyLike(logitsOf([1, 1, 4, 4]))];
    expect(() => cbDiceLoss(x, g, { spacing: [1, 1, 1] })).toThrow(OptionError);
    expect(() => cbDiceLoss(x, g, { radiusWeight: "square" } as object)).toThrow(OptionError);
    expect(() => cbDiceLoss(x, g, { iterations: 0.5 })).toThrow(OptionError);
  });
});
