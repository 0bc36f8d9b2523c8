import { beforeEach, describe, expect, it } from "vitest";
import {
  grad,
  gradcheck,
  jaccardLoss,
  lovaszHingeLoss,
  lovaszSoftmaxLoss,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import {
  expectSame,
  filled,
  finite,
  fraction,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeEach(() => setBackend("reference"));

/** By its definition: each pixel's error times what the Jaccard loss of the set of larger errors grows by. */
function byDefinition(errors: readonly number[], g: readonly number[], weight = g.map(() => 1)): number {
  const order = errors.map((_, i) => i).sort((i, j) => errors[j] - errors[i] || i - j);
  const jaccard = (wrong: readonly number[]) => {
    const total = (f: (i: number) => number) => g.reduce((sum, _, i) => sum + weight[i] * f(i), 0);
    const hit = total((i) => (wrong.includes(i) ? 0 : g[i]));
    const union = total((i) => (wrong.includes(i) ? 1 : g[i]));
    return union === 0 ? 0 : 1 - hit / union;
  };
  return order.reduce(
    (sum, i, k) => sum + errors[i] * (jaccard(order.slice(0, k + 1)) - jaccard(order.slice(0, k))),
    0,
  );
}

describe("lovaszHingeLoss", () => {
  sharedOptionsHold(lovaszHingeLoss, ["independent"], {}, "some");
  sharedOptionsHold(lovaszHingeLoss, ["independent"], { aggregate: "batch" }, "some");

  const hinges = (x: readonly number[], g: readonly number[]) =>
    x.map((value, i) => Math.max(1 - value * (2 * g[i] - 1), 0));

  it.each([
    ["hard", hardMask([1, 1, 4, 5])],
    ["soft", softMask([1, 1, 4, 5])],
    ["empty", filled([1, 1, 4, 5], () => 0)],
    ["full", filled([1, 1, 4, 5], () => 1)],
  ])("is the extension of the Jaccard loss to margin errors, %s mask", async (_name, g) => {
    const x = logitsOf([1, 1, 4, 5]);
    const expected = byDefinition(hinges(await values(x), await values(g)), await values(g));
    expect(await lovaszHingeLoss(x, g).item()).toBeCloseTo(expected, 13);
  });

  it("is twice the Jaccard loss of a prediction by -1 and 1", async () => {
    const [g, wrong] = [hardMask([1, 1, 4, 5]), [2, 3, 7, 11, 13]];
    const hard = (await values(g)).map((share, i) => (wrong.includes(i) ? 1 - share : share));
    const p = tensor([[hard]]).reshape(g.shape);
    const jaccard = await jaccardLoss(p, g, { ...PROBABILITIES, smooth: 0 }).item();
    expect(await lovaszHingeLoss(p.mul(2).sub(1), g).item()).toBeCloseTo(2 * jaccard, 14);
  });

  it("costs the largest error of an empty mask, the mean error of a full one", async () => {
    const x = row([0.5, -0.2, -3]);
    const slope = (g: Tensor) => values(grad((y: Tensor) => lovaszHingeLoss(y, g))(x));
    expect(await lovaszHingeLoss(x, row([0, 0, 0])).item()).toBeCloseTo(1.5, 14);
    expect(await slope(row([0, 0, 0]))).toEqual([1, 0, 0]);
    expect(await lovaszHingeLoss(x, row([1, 1, 1])).item()).toBeCloseTo((0.5 + 1.2 + 4) / 3, 14);
    (await slope(row([1, 1, 1]))).forEach((s) => {
      expect(s).toBeCloseTo(-1 / 3, 14);
    });
  });

  it("has a right gradient though the order is held: nothing is held in the check", async () => {
    for (const g of [hardMask([2, 1, 4, 5]), softMask([2, 1, 4, 5])]) {
      for (const order of [1, 2] as const) {
        const { maxError } = await gradcheck((x) => lovaszHingeLoss(x, g), [logitsOf([2, 1, 4, 5])], {
          order,
        });
        expect(maxError).toBeLessThan(1e-7);
      }
    }
  });

  it("has one value at ties, and a gradient between those of either order", async () => {
    // Errors 1.5, 1.5 and 0.5; the first two change places.
    const [x, g] = [
      [-0.5, 0.5, 0.5],
      [1, 0, 1],
    ];
    const swap = ([a, b, c]: readonly number[]) => [b, a, c];
    const value = byDefinition(hinges(x, g), g);
    expect(await lovaszHingeLoss(row(x), row(g)).item()).toBeCloseTo(value, 14);
    expect(await lovaszHingeLoss(row(swap(x)), row(swap(g))).item()).toBeCloseTo(value, 14);
    const slope = (y: number[], h: number[]) =>
      values(grad((z: Tensor) => lovaszHingeLoss(z, row(h)))(row(y)));
    // The class's pixel first: J = 1/2, 2/3, 1. The other first: J = 1/3, 2/3, 1.
    const [first, second] = [await slope(x, g), swap(await slope(swap(x), swap(g)))];
    for (const [actual, expected] of [
      [first, [-1 / 2, 1 / 6, -1 / 3]],
      [second, [-1 / 3, 1 / 3, -1 / 3]],
    ]) {
      actual.forEach((s, i) => {
        expect(s).toBeCloseTo(expected[i], 14);
      });
    }
  });

  it("counts a pixel of weight 2 twice", async () => {
    const [x, g] = [
      [0.4, -1.1, 0.3, 2, -0.7],
      [1, 0, 0, 1, 1],
    ];
    const twice = [0, 2, 4];
    const weights = x.map((_, i) => (twice.includes(i) ? 2 : 1));
    const weighted = await lovaszHingeLoss(row(x), row(g), { pixelWeights: row(weights) }).item();
    const again = (y: readonly number[]) => row([...y, ...twice.map((i) => y[i])]);
    expect(weighted).toBeCloseTo(await lovaszHingeLoss(again(x), again(g)).item(), 14);
    expect(weighted).toBeCloseTo(byDefinition(hinges(x, g), g, weights), 14);
  });

  it("takes the whole batch for one image where asked, and each channel alone", async () => {
    const [x, g] = [logitsOf([2, 1, 3]), hardMask([2, 1, 3])];
    const batch = lovaszHingeLoss(x, g, { aggregate: "batch", reduction: "none" });
    expect(batch.shape).toEqual([1, 1]);
    const flat = (y: Tensor) => y.reshape([1, 1, 6]);
    expect(await batch.item()).toBeCloseTo(await lovaszHingeLoss(flat(x), flat(g)).item(), 14);
    const [y, h] = [logitsOf([2, 3, 4]), hardMask([2, 3, 4])];
    const each = await values(lovaszHingeLoss(y, h, { mode: "multilabel", reduction: "none" }));
    const [z, m] = [await values(y), await values(h)];
    each.forEach((value, i) => {
      const part = (all: readonly number[]) => all.slice(4 * i, 4 * i + 4);
      expect(value).toBeCloseTo(byDefinition(hinges(part(z), part(m)), part(m)), 13);
    });
    const joined = await values(
      lovaszHingeLoss(y, h, { mode: "multilabel", reduction: "none", aggregate: "batch" }),
    );
    const channel = (all: readonly number[], c: number) =>
      [0, 3].flatMap((i) => all.slice(4 * (i + c), 4 * (i + c) + 4));
    joined.forEach((value, c) => {
      expect(value).toBeCloseTo(byDefinition(hinges(channel(z, c), channel(m, c)), channel(m, c)), 13);
    });
  });

  it("refuses exclusive classes, and says what takes them", () => {
    const x = logitsOf([1, 3, 4]);
    expect(() => lovaszHingeLoss(x, labelsOf([1, 4], 3))).toThrow(/else: lovaszSoftmaxLoss/);
    expect(() => lovaszHingeLoss(x, hardMask([1, 3, 4]), { smooth: 1 } as object)).toThrow(
      /option smooth is not taken/,
    );
  });
});

describe("lovaszSoftmaxLoss", () => {
  sharedOptionsHold(lovaszSoftmaxLoss, ["exclusive"]);
  sharedOptionsHold(lovaszSoftmaxLoss, ["exclusive"], { classes: "all", aggregate: "batch" });

  /** Class 3 is in neither image, class 2 in the second alone. */
  const LABELS = tensor([
    [0, 1, 1, 0, 1],
    [2, 1, 0, 2, 2],
  ]);
  const X = filled([2, 4, 5], (i) => 3 * Math.sin(1.7 * i * i + i));

  async function eachClass(): Promise<number[][]> {
    const [p, labels] = [await values(X.softmax(1)), await values(LABELS)];
    return [0, 1].map((n) =>
      [0, 1, 2, 3].map((c) => {
        const g = labels.slice(5 * n, 5 * n + 5).map((label) => Number(label === c));
        const at = 5 * (4 * n + c);
        const errors = g.map((share, i) => Math.abs(share - p[at + i]));
        return byDefinition(errors, g);
      }),
    );
  }

  it("is the mean over the classes of an image, present or all, weighed or not", async () => {
    const [a, b] = await eachClass();
    const value = (options: object) =>
      values(lovaszSoftmaxLoss(X, LABELS, { reduction: "none", ...options }));
    const expected: readonly (readonly [object, number[]])[] = [
      [{}, [(a[0] + a[1]) / 2, (b[0] + b[1] + b[2]) / 3]],
      [{ classes: "all" }, [a, b].map((costs) => costs.reduce((sum, cost) => sum + cost, 0) / 4)],
      [{ classWeights: [1, 2, 3, 4] }, [(a[0] + 2 * a[1]) / 3, (b[0] + 2 * b[1] + 3 * b[2]) / 6]],
      [{ includeBackground: false }, [a[1], (b[1] + b[2]) / 2]],
    ];
    for (const [options, images] of expected) {
      (await value(options)).forEach((cost, i) => {
        expect(cost).toBeCloseTo(images[i], 13);
      });
    }
  });

  it("is the Jaccard loss of hard predictions, over the classes that are there", async () => {
    const labels = tensor([[0, 1, 1, 2, 2, 2]]);
    const predicted = [0, 1, 2, 2, 2, 1];
    const p = filled([1, 3, 6], (i) => Number(predicted[i % 6] === Math.floor(i / 6)));
    // Indices 1, 1/3 and 1/2.
    const loss = lovaszSoftmaxLoss(p, labels, PROBABILITIES);
    expect(await loss.item()).toBeCloseTo((0 + 2 / 3 + 1 / 2) / 3, 14);
    const jaccard = jaccardLoss(p, labels, { ...PROBABILITIES, smooth: 0 });
    expect(await loss.item()).toBeCloseTo(await jaccard.item(), 14);
  });

  it("has a right gradient though the order is held: nothing is held in the check", async () => {
    for (const target of [LABELS, softMask([2, 4, 5]).softmax(1)]) {
      for (const order of [1, 2] as const) {
        const { maxError } = await gradcheck((x) => lovaszSoftmaxLoss(x, target), [X], { order });
        expect(maxError).toBeLessThan(1e-7);
      }
    }
  });

  it("costs the largest p of a class that is not there, where all count", async () => {
    const p = tensor([
      [
        [0.5, 0.9],
        [0.2, 0.1],
        [0.3, 0],
      ],
    ]);
    const labels = tensor([[0, 0]]);
    const value = (options: object) => lovaszSoftmaxLoss(p, labels, { ...PROBABILITIES, ...options }).item();
    expect(await value({})).toBeCloseTo((0.5 + 0.1) / 2, 14);
    const pull = await finite((y) => lovaszSoftmaxLoss(y, labels), logitsOf([1, 3, 2]));
    expect(pull.map(Math.sign)).toEqual([-1, -1, 1, 1, 1, 1]);
    expect(await value({ classes: "all" })).toBeCloseTo((0.3 + 0.2 + 0.3) / 3, 14);
    expect(await value({ includeBackground: false })).toBe(0);
    const slope = await finite(
      (y) => lovaszSoftmaxLoss(y, labels, { includeBackground: false }),
      logitsOf([1, 3, 2]),
    );
    expect(slope.map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("costs 0 where soft targets are met", async () => {
    const soft = softMask([1, 3, 4]).softmax(1);
    expect(await lovaszSoftmaxLoss(soft, soft, PROBABILITIES).item()).toBe(0);
  });

  it("takes the whole batch for one image where asked", async () => {
    const flat = (x: Tensor) => x.permute([1, 0, 2]).reshape([1, 4, 10]);
    await expectSame(
      (x) => lovaszSoftmaxLoss(x, LABELS, { aggregate: "batch" }),
      (x) => lovaszSoftmaxLoss(flat(x), LABELS.reshape([1, 10])),
      X,
    );
  });

  it("refuses channels that stand alone, and says what takes them", () => {
    const x = logitsOf([1, 1, 4]);
    expect(() => lovaszSoftmaxLoss(x, hardMask([1, 1, 4]))).toThrow(/else: lovaszHingeLoss/);
  });
});

describe("Lovász losses in float32", () => {
  it("keep the digits of a pixel's share among many pixels", async () => {
    const size = 1 << 14;
    const x = filled([1, 1, size], (i) => 4 * fraction(7 * i) - 2);
    const g = filled([1, 1, size], (i) => Number(fraction(3 * i) < 0.3));
    const slope = () => values(grad((y: Tensor) => lovaszHingeLoss(y, g))(x));
    const exact = await slope();
    await setBackend("cpu");
    const single = await slope();
    const largest = Math.max(...exact.map(Math.abs));
    single.forEach((s, i) => {
      expect(Math.abs(s - exact[i])).toBeLessThan(2e-6 * largest);
    });
  });
});
