import { beforeAll, describe, expect, it } from "vitest";
import {
  adaptivePixelIntensityLoss,
  binaryCrossEntropyLoss,
  grad,
  jaccardLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import {
  expectDerivatives,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { segmeBinary, segmeClasses } from "../../support/segme.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const log = Math.log;

/** Sixteen copies along each spatial axis, as segme's tests have them. */
function tiled(x: Tensor): Tensor {
  const [rows, columns] = [x.rank - 2, x.rank - 1];
  const copies = (y: Tensor, axis: number) => y.concat(new Array<Tensor>(15).fill(y), axis);
  return copies(copies(x, rows), columns);
}

describe("adaptivePixelIntensityLoss", () => {
  // Pixels taken out of an image bring others together: windows of one pixel do not see it.
  sharedOptionsHold(adaptivePixelIntensityLoss, ["independent", "exclusive"], { windowSizes: [1] });

  it("has the right derivatives with windows", async () => {
    const options = { windowSizes: [3, 5] };
    for (const shape of [
      [2, 1, 4, 5],
      [1, 1, 3, 3, 3],
    ]) {
      for (const g of [hardMask(shape), softMask(shape)]) {
        await expectDerivatives((x) => adaptivePixelIntensityLoss(x, g, options), logitsOf(shape));
      }
    }
    const labels = labelsOf([1, 4, 4], 3);
    await expectDerivatives(
      (x) => adaptivePixelIntensityLoss(x, labels, { ...options, classWeights: [1, 2, 4] }),
      logitsOf([1, 3, 4, 4]),
    );
  });

  it("adds up three parts, each weighed by how a pixel stands out", async () => {
    const [p, g] = [
      [0.7, 0.4, 0.2],
      [1, 1, 0],
    ];
    const options = { ...PROBABILITIES, windowSizes: [3], emphasis: 2 };
    // Means of g under three pixels, inside the row: 1, 2/3, 1/2.
    const w = [1, 1 + 2 / 3, 1];
    const sum = (f: (i: number) => number) => w.reduce((total, weight, i) => total + weight * f(i), 0);
    const cost = (i: number) => -log(g[i] === 1 ? p[i] : 1 - p[i]);
    const expected =
      sum(cost) / (sum(() => 1) + 1.5) +
      1 -
      (sum((i) => p[i] * g[i]) + 1) / (sum((i) => p[i] + g[i] - p[i] * g[i]) + 1) +
      sum((i) => Math.abs(p[i] - g[i])) / (sum(() => 1) - 1.5);
    expect(await adaptivePixelIntensityLoss(row(p), row(g), options).item()).toBeCloseTo(expected, 13);
  });

  it("has the values of segme's own tests", async () => {
    const { logits, labels } = segmeClasses();
    const classes = adaptivePixelIntensityLoss(tiled(logits), tiled(labels));
    expect(await classes.item()).toBeCloseTo(5.394371, 5);
    // One channel is two classes there.
    const { logits: x, mask } = segmeBinary();
    const [one, image] = [tiled(x), tiled(mask.reshape([2, 4, 4]))];
    const binary = adaptivePixelIntensityLoss(one.mul(0).concat(one, 1), image);
    expect(await binary.item()).toBeCloseTo(2.4229412, 5);
  });

  it("has no emphasis where nothing stands out, nor with an emphasis of 0", async () => {
    const [x, g] = [logitsOf([1, 1, 4, 4]), hardMask([1, 1, 4, 4])];
    const plain = async (mask: Tensor) =>
      (await binaryCrossEntropyLoss(x, mask).item()) / 1.5 +
      (await jaccardLoss(x, mask, { smooth: 1 }).item()) +
      2 * (await x.sigmoid().sub(mask).abs().mean().item());
    const flat = adaptivePixelIntensityLoss(x, g, { emphasis: 0 });
    expect(await flat.item()).toBeCloseTo(await plain(g), 13);
    for (const label of [0, 1]) {
      const mask = g.mul(0).add(label);
      expect(await adaptivePixelIntensityLoss(x, mask).item()).toBeCloseTo(await plain(mask), 13);
    }
  });

  it("puts more of its gradient on a thin part than on a wide one", async () => {
    // A bar of one pixel beside one of five, all at p = 1/2.
    const g = tensor([[[0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0]]]);
    const slope = await values(
      grad((x: Tensor) => adaptivePixelIntensityLoss(x, g, { windowSizes: [3] }))(g.mul(0)),
    );
    expect(Math.abs(slope[2])).toBeGreaterThan(1.2 * Math.abs(slope[8]));
    expect(Math.abs(slope[6])).toBeGreaterThan(1.1 * Math.abs(slope[8]));
    expect(slope[0]).toBeCloseTo(slope[4], 14);
  });

  it("sees nothing of ignored pixels", async () => {
    const x = row([0.5, -1, 2, 0.3]);
    const options = { windowSizes: [3], ignoreIndex: 255 };
    const marked = adaptivePixelIntensityLoss(x, row([1, 1, 255, 255]), options);
    const alone = adaptivePixelIntensityLoss(x.slice([[0], [0], [0, 2]]), row([1, 1]), { windowSizes: [3] });
    expect(await marked.item()).toBeCloseTo(await alone.item(), 13);
  });

  it("refuses windows of no middle, and none at all", () => {
    const call = (options: object) => () => adaptivePixelIntensityLoss(row([0]), row([1]), options);
    for (const windowSizes of [[], [4], [3, 0], 3]) expect(call({ windowSizes })).toThrow(OptionError);
    expect(call({ emphasis: -1 })).toThrow(OptionError);
  });
});
