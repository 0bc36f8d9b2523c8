import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  blobLoss,
  diceLoss,
  jaccardLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
  tverskyLoss,
} from "../../../src/index.ts";
import { connectedComponents } from "../../../src/ops/host/connected-components.ts";
import {
  expectDerivatives,
  expectSame,
  filled,
  finite,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

type Base = (x: Tensor, g: Tensor, options: { pixelWeights: Tensor }) => Tensor;

/** The definition for one image and channel: the base loss once for each component, others without weight. */
async function loop(
  x: Tensor,
  g: Tensor,
  base: Base,
  connectivity: "faces" | "full" = "full",
  weights: readonly number[] | null = null,
): Promise<number> {
  const weight = weights ?? (await values(g)).map(() => 1);
  const mask = (await values(g)).map((label, i) => Number(label > 0.5 && weight[i] > 0));
  const { labels, count } = connectedComponents(mask, g.shape.slice(2), connectivity);
  const alone = (k: number) => {
    const own = weight.map((w, i) => (labels[i] === 0 || labels[i] === k ? w : 0));
    return base(x, g, { pixelWeights: tensor(own, g.shape) }).item();
  };
  let sum = 0;
  for (let k = 1; k <= count; k++) sum += await alone(k);
  const whole = await base(x, g, { pixelWeights: tensor(weight, g.shape) }).item();
  return (count === 0 ? 0 : sum / count) + 2 * whole;
}

const TVERSKY = { falsePositiveWeight: 0.2, falseNegativeWeight: 0.9, smooth: 1e-3 };
const dice: Base = (x, g, options) => diceLoss(x, g, options);
const tversky: Base = (x, g, options) => tverskyLoss(x, g, { ...options, ...TVERSKY });
const both: Base = (x, g, options) => dice(x, g, options).add(binaryCrossEntropyLoss(x, g, options).mul(0.4));

describe("blobLoss", () => {
  it("is what two components and their whole make by hand", async () => {
    const [p, g] = [row([1, 0, 0.5]), row([1, 0, 1])];
    const options = { ...PROBABILITIES, smooth: 0 };
    expect(await blobLoss(p, g, options).item()).toBeCloseTo(1 / 6 + 2 / 7, 14);
    expect(await blobLoss(p, g, { ...options, globalWeight: 0 }).item()).toBeCloseTo(1 / 6, 14);
    expect(await blobLoss(p, g, { ...options, blobWeight: 3, globalWeight: 0.7 }).item()).toBeCloseTo(
      0.6,
      14,
    );
    // With a false alarm of 1/2 in between, both components see it: 1 - 1 / 1.25 and 1 - 0.5 / 1.
    const alarm = blobLoss(row([1, 0.5, 0.5]), g, { ...options, globalWeight: 0 });
    expect(await alarm.item()).toBeCloseTo((0.2 + 0.5) / 2, 14);
  });

  it("equals a loop over components, in 2-D and 3-D, for each base loss and connectivity", async () => {
    const problem = fc
      .tuple(fc.constantFrom(2, 3), fc.constantFrom<"faces" | "full">("faces", "full"))
      .chain(([rank, connectivity]) => {
        const most = rank === 2 ? 7 : 4;
        const space = fc.array(fc.integer({ min: 1, max: most }), { minLength: rank, maxLength: rank });
        return fc.record({
          space,
          connectivity: fc.constant(connectivity),
          density: fc.constantFrom(0.2, 0.5, 0.8),
        });
      })
      .chain((chosen) => {
        const size = chosen.space.reduce((a, b) => a * b, 1);
        const unit = fc.double({ min: 0, max: 1, noNaN: true });
        const many = fc.array(unit, { minLength: size, maxLength: size });
        return fc.tuple(fc.constant(chosen), many, many);
      });
    const property = fc.asyncProperty(problem, async ([{ space, connectivity, density }, logits, draws]) => {
      const shape = [1, 1, ...space];
      const x = tensor(
        logits.map((u) => 6 * u - 3),
        shape,
      );
      const g = tensor(
        draws.map((u) => Number(u < density)),
        shape,
      );
      const value = (options: object) => blobLoss(x, g, { connectivity, ...options }).item();
      expect(await value({})).toBeCloseTo(await loop(x, g, dice, connectivity), 11);
      expect(await value(TVERSKY)).toBeCloseTo(await loop(x, g, tversky, connectivity), 11);
      expect(await value({ crossEntropyWeight: 0.4 })).toBeCloseTo(await loop(x, g, both, connectivity), 11);
    });
    await fc.assert(property, { numRuns: 25, seed: 51 });
  });

  it("takes soft targets by their components above 1/2, and pixels by their weights", async () => {
    const shape = [1, 1, 5, 6];
    const [x, g] = [logitsOf(shape), softMask(shape)];
    expect(await blobLoss(x, g, TVERSKY).item()).toBeCloseTo(await loop(x, g, tversky), 12);
    const weights = Array.from({ length: 30 }, (_, i) => (i % 4 === 0 ? 0 : 1 + (i % 3)));
    const options = { pixelWeights: tensor(weights, shape), crossEntropyWeight: 0.4 };
    const expected = await loop(x, hardMask(shape), both, "full", weights);
    expect(await blobLoss(x, hardMask(shape), options).item()).toBeCloseTo(expected, 12);
  });

  it("cuts components where pixels are ignored, whichever way that is said", async () => {
    const x = row([0.3, -1, 2, 0.4, -0.2]);
    const marked = row([1, 1, 255, 1, 0]);
    const cut = await blobLoss(x, marked, { ignoreIndex: 255, globalWeight: 0 }).item();
    const weighted = { pixelWeights: row([1, 1, 0, 1, 1]), globalWeight: 0 };
    expect(await blobLoss(x, row([1, 1, 1, 1, 0]), weighted).item()).toBeCloseTo(cut, 14);
    // Two components, of two pixels and of one, each with the background's last pixel.
    const first = diceLoss(row([0.3, -1, -0.2]), row([1, 1, 0]));
    const second = diceLoss(row([0.4, -0.2]), row([1, 0]));
    expect(cut).toBeCloseTo(((await first.item()) + (await second.item())) / 2, 14);
  });

  it("is its kin without components", async () => {
    const [x, g] = [logitsOf([2, 1, 4, 5]), hardMask([2, 1, 4, 5])];
    const whole = { blobWeight: 0, globalWeight: 1 };
    await expectSame(
      (y) => blobLoss(y, g, whole),
      (y) => diceLoss(y, g),
      x,
    );
    await expectSame(
      (y) => blobLoss(y, g, { ...whole, ...TVERSKY }),
      (y) => tverskyLoss(y, g, TVERSKY),
      x,
    );
    const jaccard = { falsePositiveWeight: 1, falseNegativeWeight: 1, smooth: 1 };
    await expectSame(
      (y) => blobLoss(y, g, { ...whole, ...jaccard }),
      (y) => jaccardLoss(y, g, { smooth: 1 }),
      x,
    );
    // One component, and three times the same.
    const one = filled([1, 1, 4, 5], (i) => Number(i < 8));
    const image = logitsOf([1, 1, 4, 5]);
    expect(await blobLoss(image, one).item()).toBeCloseTo(3 * (await diceLoss(image, one).item()), 13);
  });

  it("gives an empty mask its whole image's loss alone", async () => {
    const [x, nothing] = [logitsOf([1, 1, 3, 4]), row([0]).expand([1, 1, 3, 4])];
    await expectSame(
      (y) => blobLoss(y, nothing),
      (y) => diceLoss(y, nothing).mul(2),
      x,
    );
    const slope = await finite((y) => blobLoss(y, nothing), x);
    expect(slope.every((s) => s > 0)).toBe(true);
    const ignored = await finite((y) => blobLoss(y, nothing.add(255), { ignoreIndex: 255 }), x);
    expect(ignored.map(Math.abs)).toEqual(ignored.map(() => 0));
  });

  it("charges a missed speck like a missed large object", async () => {
    const g = row([1, 1, 1, 1, 1, 1, 0, 0, 0, 1]);
    const noSpeck = row([1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
    const noLarge = row([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    const options = { ...PROBABILITIES, smooth: 0 };
    for (const p of [noSpeck, noLarge]) {
      expect(await blobLoss(p, g, { ...options, globalWeight: 0 }).item()).toBeCloseTo(0.5, 14);
    }
    expect(await diceLoss(noSpeck, g, options).item()).toBeCloseTo(1 - 12 / 13, 14);
    expect(await diceLoss(noLarge, g, options).item()).toBeCloseTo(1 - 2 / 8, 14);
  });

  it("gives each class components of its own", async () => {
    const [x, labels] = [logitsOf([1, 3, 4, 5]), labelsOf([1, 4, 5], 3)];
    const single = await values(blobLoss(x, labels, { reduction: "none" }));
    const [p, index] = [await values(x.softmax(1)), await values(labels)];
    for (const c of [0, 1, 2]) {
      const own = tensor(p.slice(20 * c, 20 * c + 20), [1, 1, 4, 5]);
      const mask = tensor(
        index.map((label) => Number(label === c)),
        [1, 1, 4, 5],
      );
      const base: Base = (y, g, options) => diceLoss(y, g, { ...PROBABILITIES, ...options });
      expect(single[c]).toBeCloseTo(await loop(own, mask, base), 12);
    }
  });

  it("has the right derivatives", async () => {
    const plane = [2, 1, 5, 6];
    await expectDerivatives((x) => blobLoss(x, hardMask(plane)), logitsOf(plane));
    await expectDerivatives((x) => blobLoss(x, softMask(plane), { crossEntropyWeight: 1 }), logitsOf(plane));
    const volume = [1, 1, 3, 3, 4];
    await expectDerivatives(
      (x) => blobLoss(x, hardMask(volume), { connectivity: "faces" }),
      logitsOf(volume),
    );
    const labels = labelsOf([1, 3, 4], 3);
    await expectDerivatives((x) => blobLoss(x, labels, { classWeights: [1, 2, 3] }), logitsOf([1, 3, 3, 4]));
  });

  it("refuses what it cannot honour", () => {
    const [x, g] = [row([1, 2]), row([0, 1])];
    expect(() => blobLoss(x, g, { aggregate: "batch" } as object)).toThrow(OptionError);
    expect(() => blobLoss(x, g, { connectivity: "edges" } as object)).toThrow(/"faces", "full"/);
    expect(() => blobLoss(x, g, { blobWeight: -1 })).toThrow(OptionError);
  });
});
