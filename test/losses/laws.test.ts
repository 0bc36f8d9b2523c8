/** Laws that hold for every loss of the catalogue, whatever it measures; a new loss is under them at once. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  evaluate,
  grad,
  gradcheck,
  losses,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../src/index.ts";
import * as boundary from "../../src/losses/boundary/index.ts";
import * as compound from "../../src/losses/compound/index.ts";
import * as pixel from "../../src/losses/pixel/index.ts";
import * as region from "../../src/losses/region/index.ts";
import * as structure from "../../src/losses/structure/index.ts";
import { sizeOf } from "../../src/shape.ts";
import {
  keeps,
  LOSS_CASES,
  type LossCase,
  needsClasses,
  type Sample,
  samples,
  takesClasses,
  tensorOf,
} from "../support/catalogue.ts";

beforeAll(() => setBackend("reference"));

/** Losses of one channel; those of exclusive classes alone are tried on classes below. */
const SINGLE = LOSS_CASES.filter((one) => !needsClasses(one));
const MULTI = LOSS_CASES.filter(takesClasses);
const byName = (cases: readonly LossCase[]) => cases.map((one) => [one.name, one] as const);

async function value({ loss, options }: LossCase, x: Tensor, g: Tensor, more = {}): Promise<number> {
  return loss(x, g, { ...options, ...more }).item();
}

function pair({ shape, logits, mask }: Sample): [Tensor, Tensor] {
  return [tensorOf(logits, shape), tensorOf(mask, shape)];
}

describe.each(byName(SINGLE))("%s", (_name, one) => {
  const { loss, options } = one;
  const check = { holdConstants: loss.constants !== "", elements: 6, directions: 2 };

  test.each([2, 3])("gradient is the slope, %d-D", async (rank) => {
    const property = fc.asyncProperty(samples(one, 1, rank), async (sample) => {
      const [x, g] = pair(sample);
      const { maxError, worst } = await gradcheck((y) => loss(y, g, options), [x], check);
      expect(maxError, JSON.stringify(worst)).toBeLessThan(1e-6);
    });
    await fc.assert(property, { numRuns: rank === 2 ? 6 : 2, seed: 11 });
  });

  test.skipIf(!keeps(one, "second order"))("second derivative is the slope of the first", async () => {
    const property = fc.asyncProperty(samples(one), async (sample) => {
      const [x, g] = pair(sample);
      const { maxError, worst } = await gradcheck((y) => loss(y, g, options), [x], { ...check, order: 2 });
      expect(maxError, JSON.stringify(worst)).toBeLessThan(1e-5);
    });
    await fc.assert(property, { numRuns: 3, seed: 12 });
  });

  test.skipIf(!keeps(one, "perfection"))("a perfect prediction costs least, and pulls nowhere", async () => {
    const property = fc.asyncProperty(samples(one), async (sample) => {
      const [x, g] = pair(sample);
      const perfect = g.mul(160).sub(80);
      const best = await value(one, perfect, g);
      // Errors too thin for an erosion may cost nothing; all pixels wrong must.
      expect(await value(one, x, g)).toBeGreaterThanOrEqual(best);
      expect(await value(one, perfect.neg(), g)).toBeGreaterThan(best);
      const slope = await grad((y: Tensor) => loss(y, g, options))(perfect).data();
      expect(Math.max(...slope.map(Math.abs))).toBeLessThan(1e-9);
    });
    await fc.assert(property, { numRuns: 4, seed: 13 });
  });

  test.each(["random", "right", "wrong"])("logits of +-80, %s: finite value and gradient", async (kind) => {
    const shape = [2, 1, one.side + 1, one.side];
    const size = sizeOf(shape);
    const mask = Array.from({ length: size }, (_, i) => Number((i * i) % 7 < 3));
    const up = (i: number) => (kind === "random" ? (i * 13) % 5 < 2 : (mask[i] === 1) === (kind === "right"));
    const logits = mask.map((_, i) => (up(i) ? 80 : -80));
    const { value: v, grad: g } = valueAndGrad((x: Tensor) => loss(x, tensorOf(mask, shape), options))(
      tensorOf(logits, shape),
    );
    await evaluate(v, g);
    expect(Number.isFinite(await v.item())).toBe(true);
    expect((await g.data()).every(Number.isFinite)).toBe(true);
  });

  test.skipIf(!keeps(one, "one class")).each([0, 1])(
    "a mask of nothing but %d: finite, and pulled towards it",
    async (label) => {
      const shape = [1, 1, one.side + 1, one.side + 2];
      const size = sizeOf(shape);
      // Half the image is wrong, so there is something to mend.
      const logits = Array.from({ length: size }, (_, i) => (i < size / 2 ? 1.5 : -1.5) + Math.sin(i) * 0.3);
      const target = tensorOf(new Array<number>(size).fill(label), shape);
      const { value: v, grad: g } = valueAndGrad((x: Tensor) => loss(x, target, options))(
        tensorOf(logits, shape),
      );
      await evaluate(v, g);
      expect(Number.isFinite(await v.item())).toBe(true);
      const slope = Array.from(await g.data());
      expect(slope.every(Number.isFinite)).toBe(true);
      const pull = slope.reduce((a, b) => a + b, 0);
      expect(label === 1 ? -pull : pull).toBeGreaterThan(0);
    },
  );

  test.skipIf(!keeps(one, "mirroring"))("mirroring image and mask together changes nothing", async () => {
    const property = fc.asyncProperty(samples(one), async (sample) => {
      const [x, g] = pair(sample);
      const plain = await value(one, x, g);
      expect(await value(one, x.flip(3), g.flip(3))).toBeCloseTo(plain, 10);
      expect(await value(one, x.permute([0, 1, 3, 2]), g.permute([0, 1, 3, 2]))).toBeCloseTo(plain, 10);
      expect(await value(one, x.flip(0), g.flip(0))).toBeCloseTo(plain, 10);
    });
    await fc.assert(property, { numRuns: 3, seed: 14 });
  });

  test("mean and sum are those of the single values", async () => {
    const property = fc.asyncProperty(samples(one), async (sample) => {
      const [x, g] = pair(sample);
      const single = Array.from(await loss(x, g, { ...options, reduction: "none" }).data());
      const sum = single.reduce((a, b) => a + b, 0);
      expect(await value(one, x, g, { reduction: "sum" })).toBeCloseTo(sum, 9);
      expect(await value(one, x, g)).toBeCloseTo(sum / single.length, 9);
      const images = Array.from(await loss(x, g, { ...options, reduction: "image" }).data());
      expect(images).toHaveLength(x.shape[0]);
      expect(images.reduce((a, b) => a + b, 0) / images.length).toBeCloseTo(sum / single.length, 9);
    });
    await fc.assert(property, { numRuns: 3, seed: 15 });
  });

  test("probabilities give what their logits give", async () => {
    const property = fc.asyncProperty(samples(one), async (sample) => {
      const [x, g] = pair(sample);
      const given = await value(one, x.sigmoid(), g, { input: "probabilities" });
      expect(given).toBeCloseTo(await value(one, x, g), 9);
    });
    await fc.assert(property, { numRuns: 3, seed: 16 });
  });

  test("soft targets are taken", async () => {
    const shape = [1, 1, one.side + 1, one.side + 1];
    const soft = tensorOf(
      Array.from({ length: sizeOf(shape) }, (_, i) => 0.5 + 0.45 * Math.sin(i)),
      shape,
    );
    const x = tensorOf(
      Array.from({ length: sizeOf(shape) }, (_, i) => 2 * Math.cos(i * 1.3) + 0.1),
      shape,
    );
    expect(Number.isFinite(await value(one, x, soft))).toBe(true);
  });

  test("weights of 1 change nothing; a weight of 0 leaves a pixel out", async () => {
    if (!("pixelWeights" in loss.options)) return expectRefusal(one, { pixelWeights: tensor([[[[1]]]]) });
    const [x, g] = pair(fc.sample(samples(one), { numRuns: 1, seed: 17 })[0]);
    const [n, , ...space] = x.shape;
    const ones = tensorOf(new Array<number>(sizeOf([n, 1, ...space])).fill(1), [n, 1, ...space]);
    expect(await value(one, x, g, { pixelWeights: ones })).toBeCloseTo(await value(one, x, g), 10);
    const some = tensorOf(
      Array.from({ length: ones.size }, (_, i) => Number(i % 5 !== 0)),
      ones.shape,
    );
    const slope = await grad((y: Tensor) => loss(y, g, { ...options, pixelWeights: some }))(x).data();
    // A distance or an extreme may still look at the pixel; its own error is not charged.
    if (keeps(one, "locality")) expect(slope.every((s, i) => i % 5 !== 0 || Math.abs(s) === 0)).toBe(true);
  });

  test("ignored pixels count nowhere", async () => {
    if (!("ignoreIndex" in loss.options)) return expectRefusal(one, { ignoreIndex: 255 });
    const [x, g] = pair(fc.sample(samples(one), { numRuns: 1, seed: 18 })[0]);
    const hole = tensorOf(
      Array.from({ length: g.size }, (_, i) => Number(i % 4 === 1)),
      g.shape,
    );
    const marked = hole.where(255, g);
    const slope = await grad((y: Tensor) => loss(y, marked, { ...options, ignoreIndex: 255 }))(x).data();
    if (keeps(one, "locality")) expect(slope.every((s, i) => i % 4 !== 1 || Math.abs(s) === 0)).toBe(true);
    const nothing = tensorOf(new Array<number>(g.size).fill(255), g.shape);
    const { value: v, grad: s } = valueAndGrad((y: Tensor) =>
      loss(y, nothing, { ...options, ignoreIndex: 255 }),
    )(x);
    await evaluate(v, s);
    expect(Number.isFinite(await v.item())).toBe(true);
    expect((await s.data()).every((entry) => Math.abs(entry) === 0)).toBe(true);
  });
});

describe.each(byName(MULTI))("%s on three exclusive classes", (_name, one) => {
  const { loss, options } = one;
  const check = { holdConstants: loss.constants !== "", elements: 4, directions: 2 };

  /** Random logits of three classes, and a class index for each pixel. */
  function scene(sample: Sample): { x: Tensor; labels: Tensor; hot: Tensor } {
    const [n, c, ...space] = sample.shape;
    const each = sizeOf(space);
    const index = Array.from({ length: n * each }, (_, i) =>
      i % each < c ? i % c : (sample.mask[i] + i * i) % c,
    );
    const labels = tensorOf(index, [n, ...space]);
    const hot = tensorOf(
      Array.from({ length: sizeOf(sample.shape) }, (_, i) => {
        const [image, k, pixel] = [Math.floor(i / (c * each)), Math.floor(i / each) % c, i % each];
        return Number(index[image * each + pixel] === k);
      }),
      sample.shape,
    );
    return { x: tensorOf(sample.logits, sample.shape), labels, hot };
  }

  test("gradient is the slope; indices and one-hot targets agree", async () => {
    const property = fc.asyncProperty(samples(one, 3), async (sample) => {
      const { x, labels, hot } = scene(sample);
      const { maxError, worst } = await gradcheck((y) => loss(y, labels, options), [x], check);
      expect(maxError, JSON.stringify(worst)).toBeLessThan(1e-6);
      expect(await value(one, x, hot)).toBeCloseTo(await value(one, x, labels), 12);
    });
    await fc.assert(property, { numRuns: 3, seed: 21 });
  });

  test("class weights of 1 change nothing; other weights do", async () => {
    if (!("classWeights" in loss.options)) return expectRefusal(one, { classWeights: [1, 1, 1] });
    const { x, labels } = scene(fc.sample(samples(one, 3), { numRuns: 1, seed: 22 })[0]);
    const plain = await value(one, x, labels);
    expect(await value(one, x, labels, { classWeights: [1, 1, 1] })).toBeCloseTo(plain, 10);
    expect(await value(one, x, labels, { classWeights: [5, 1, 2] })).not.toBeCloseTo(plain, 6);
  });

  test("the background can be left out", async () => {
    if (!("includeBackground" in loss.options)) return expectRefusal(one, { includeBackground: false });
    const { x, labels } = scene(fc.sample(samples(one, 3), { numRuns: 1, seed: 23 })[0]);
    const { maxError } = await gradcheck(
      (y) => loss(y, labels, { ...options, includeBackground: false }),
      [x],
      check,
    );
    expect(maxError).toBeLessThan(1e-6);
    expect(await value(one, x, labels, { includeBackground: false })).not.toBeCloseTo(
      await value(one, x, labels),
      6,
    );
  });

  test("logits of +-80: finite value and gradient", async () => {
    const sample = fc.sample(samples(one, 3), { numRuns: 1, seed: 24 })[0];
    const { labels } = scene(sample);
    const x = tensorOf(
      sample.logits.map((z) => (z > 0 ? 80 : -80)),
      sample.shape,
    );
    const { value: v, grad: g } = valueAndGrad((y: Tensor) => loss(y, labels, options))(x);
    await evaluate(v, g);
    expect(Number.isFinite(await v.item())).toBe(true);
    expect((await g.data()).every(Number.isFinite)).toBe(true);
  });
});

function expectRefusal({ loss, options, side }: LossCase, refused: object): void {
  const shape = [1, 1, side, side];
  const x = tensorOf(new Array<number>(side * side).fill(0.3), shape);
  const [option] = Object.keys(refused);
  expect(() => loss(x, x, { ...options, ...refused })).toThrow(new RegExp(`option ${option} is not taken`));
}

test("every loss stands in the catalogue, and in the folder of its family", () => {
  const folders = { pixel, region, boundary, structure, compound };
  const strays = Object.entries(folders).flatMap(([folder, exported]) =>
    Object.values(exported)
      .filter((loss) => loss.family !== folder)
      .map((loss) => `${loss.name}: ${loss.family} in ${folder}`),
  );
  expect(strays).toEqual([]);
  const exported = Object.values(folders).flatMap((folder) => Object.values(folder).map(({ name }) => name));
  expect(Object.keys(losses).sort()).toEqual(exported.sort());
});
