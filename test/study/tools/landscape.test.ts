import { beforeAll, describe, expect, test } from "vitest";
import { defineLoss, losses, ShapeError, setBackend } from "../../../src/index.ts";
import { type StudyPair, studyTools } from "../../../src/study/index.ts";
import { smallPair } from "../../../src/study/tools/shared/plane.ts";

beforeAll(() => setBackend("reference"));

const SIDE = 8;
const pixels = Array.from({ length: SIDE * SIDE }, (_, i) => i);
const target = Float64Array.from(pixels, (i) => Number(i % SIDE < 3));
const logits = Float64Array.from(pixels, (i) => 2 * Math.sin(i));
const pair: StudyPair = {
  prediction: logits.map((x) => 1 / (1 + Math.exp(-x))),
  target,
  width: SIDE,
  height: SIDE,
};
const mean = (f: (i: number) => number) => pixels.reduce((sum, i) => sum + f(i), 0) / pixels.length;
/** The way to the target: its logits are 8 and -8. */
const way = (i: number) => 8 * (2 * target[i] - 1) - logits[i];
const square = mean((i) => way(i) ** 2);

/** Mean squared distance of the logits from those of the target, then a function of it. */
const bowl = (name: string, f: (distance: Parameters<typeof losses.diceLoss>[0]) => typeof distance) =>
  defineLoss(name, {}, (all) => {
    const x = all.p.log().sub(all.p.neg().log1p());
    return f(all.mean(x.sub(all.g.mul(16).sub(8)).square()));
  });
const run = (loss: ReturnType<typeof bowl>) =>
  studyTools.landscape.run({ losses: [loss], pair, logits, seed: 5 }, { side: SIDE, points: 9 });
const value = (values: readonly number[], column: number, row: number) => values[row * 9 + column];

describe("landscape", () => {
  test("a bowl has the values of a bowl in both planes", async () => {
    const [{ classes, random, climb, ...row }] = (await run(bowl("bowlLoss", (x) => x))).losses;
    expect(row.prediction).toBeCloseTo(square, 6);
    expect(row.target).toBeCloseTo(0, 6);
    expect(climb).toBe(0);
    // Columns step by 1/4 from -1/2, rows by -1/4 from 1.
    const slant = mean(way);
    for (const [column, line] of [
      [0, 4],
      [4, 4],
      [2, 0],
      [5, 7],
    ]) {
      const [a, b] = [-0.5 + column / 4, 1 - line / 4];
      const shifted = (1 - a) ** 2 * square - 24 * b * (1 - a) * slant + (12 * b) ** 2;
      expect(value(classes.values, column, line) / shifted).toBeCloseTo(1, 5);
    }
    // At the target, along a direction as long as the way there.
    expect(value(random.values, 6, 0)).toBeCloseTo(square, 5);
    expect(value(random.values, 6, 8)).toBeCloseTo(square, 5);
    expect(value(random.values, 6, 2)).toBeCloseTo(square / 4, 5);
    expect(classes.plateauShare).toBe(0);
  });

  test("finds the plateau above a rim, and that all background lies on it", async () => {
    const data = await run(bowl("rimLoss", (x) => x.minimum(60)));
    const [{ classes, background }] = data.losses;
    classes.plateau.forEach((flat, i) => {
      if (flat) expect(classes.values[i]).toBeCloseTo(60, 9);
    });
    expect(classes.plateauShare).toBeGreaterThan(0.2);
    expect(background).toEqual({ flat: true, value: 60 });
    expect(studyTools.landscape.findings(data).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^All background is a plateau of rimLoss/),
    );
  });

  test("measures the ridge between prediction and target", async () => {
    // r + 4 r (1 - r) at r = 1, 9/16, 1/4, 1/16, 0: it climbs from 1 to 99/64.
    const ridge = bowl("ridgeLoss", (x) => {
      const r = x.div(square);
      return r.add(r.mul(4).mul(r.neg().add(1)));
    });
    const data = await run(ridge);
    expect(data.losses[0].climb).toBeCloseTo(99 / 64 - 1, 5);
    expect(studyTools.landscape.findings(data)[0].text).toMatch(/^ridgeLoss must climb .*: up to 55 %/);
    const upside = await run(bowl("upsideLoss", (x) => x.neg()));
    expect(upside.losses[0].climb).toBeNull();
  });

  test("a loss that needs room gets the larger stage", async () => {
    const wide = defineLoss("wideLoss", {}, ({ p, space }) => {
      if (space[0] < 100) throw new ShapeError(`wideLoss: ${space[0]} pixels, expected 100`);
      return p.square();
    });
    const even = (x: number) => new Float64Array(104 * 104).fill(x);
    const large = { prediction: even(0.5), target: even(1), width: 104, height: 104 };
    const data = await studyTools.landscape.run({ losses: [wide], pair: large }, { points: 5 });
    expect(data.losses[0]).toMatchObject({ width: 104, height: 104, points: 5 });
  });

  test("a smaller pair has the means of the larger, and hard labels", () => {
    const small = smallPair({ pair, logits }, 4);
    expect(small.pair).toMatchObject({ width: 4, height: 4 });
    expect(small.logits[0]).toBeCloseTo((logits[0] + logits[1] + logits[8] + logits[9]) / 4, 12);
    expect([...small.pair.target.subarray(0, 4)]).toEqual([1, 1, 0, 0]);
    const odd = smallPair({ pair, logits }, 5);
    const average = (list: Float64Array) => list.reduce((a, b) => a + b, 0) / list.length;
    expect(average(odd.logits)).toBeCloseTo(average(logits), 12);
    expect(smallPair({ pair, logits }, 8).pair).toBe(pair);
  });

  test("refuses a grid without a place for prediction and target", async () => {
    const subject = { losses: [losses.diceLoss], pair };
    await expect(studyTools.landscape.run(subject, { points: 11 })).rejects.toThrow(
      /points is 11, expected 5, 9/,
    );
    await expect(studyTools.landscape.run(subject, { side: 1 })).rejects.toThrow(/side is 1/);
  });
});
