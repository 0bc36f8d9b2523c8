import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  deepSupervision,
  diceLoss,
  focalLoss,
  gradcheck,
  mumfordShahLoss,
  OptionError,
  oneHot,
  ramp,
  rampedSum,
  SegtapeError,
  ShapeError,
  setBackend,
  ssimLoss,
  type Tensor,
  tensor,
  weightedSum,
} from "../../../src/index.ts";
import { thinned } from "../../../src/losses/combine/levels.ts";
import { filled, hardMask, labelsOf, logitsOf, PROBABILITIES, row, softMask } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const count = (length: number) => filled([1, 1, length], (i) => i);

describe("thinning", () => {
  it.each([
    [8, 4, [1, 3, 5, 7]],
    [8, 2, [2, 6]],
    [9, 3, [1, 4, 7]],
    [7, 1, [3]],
    [5, 3, [0, 2, 4]],
    [9, 2, [2, 6]],
    [10, 4, [1, 3, 6, 8]],
    [6, 6, [0, 1, 2, 3, 4, 5]],
  ])("of %d pixels to %d takes the middle of each block", async (length, to, expected) => {
    expect(await values(thinned(count(length), [to]))).toEqual(expected);
  });

  it("takes each axis by its own factor, on any executor", async () => {
    const x = filled([2, 10, 6], (i) => i);
    const expected = [0, 1].flatMap((n) =>
      [1, 3, 6, 8].flatMap((y) => [1, 4].map((z) => 60 * n + 6 * y + z)),
    );
    for (const id of ["reference", "wasm"] as const) {
      await setBackend(id);
      expect(await values(thinned(x, [4, 2]))).toEqual(expected);
    }
    await setBackend("reference");
  });
});

describe("deepSupervision", () => {
  const sum = (terms: readonly (readonly [number, Tensor])[]) =>
    Promise.all(terms.map(async ([weight, value]) => weight * (await value.item()))).then((all) =>
      all.reduce((a, b) => a + b),
    );
  const sizes = [
    [2, 1, 8, 4],
    [2, 1, 4, 2],
    [2, 1, 2, 1],
  ];
  const outputs = () => sizes.map((shape) => logitsOf(shape));

  it("gives numbers worked out by hand", async () => {
    const p = [row([0.8, 0.5, 0.5, 0.5]), row([0.5, 0.8]), row([0.25])];
    const g = row([1, 0, 1, 1]);
    const levels = [
      -(Math.log(0.8) + 3 * Math.log(0.5)) / 4,
      -(Math.log(0.5) + Math.log(0.8)) / 2,
      -Math.log(0.25),
    ];
    const [a, b, c] = levels;
    const by = (weights?: readonly number[]) =>
      deepSupervision(binaryCrossEntropyLoss, weights)(p, g, PROBABILITIES).item();
    expect(await by()).toBeCloseTo((4 * a + 2 * b + c) / 7, 14);
    expect(await by([1, 1, 2])).toBeCloseTo((a + b + 2 * c) / 4, 14);
    expect(await by([0, 3, 0])).toBeCloseTo(b, 14);
  });

  it("takes class indices, one-hot and soft targets", async () => {
    const x = [
      [2, 3, 6, 4],
      [2, 3, 3, 2],
    ].map((shape) => logitsOf(shape));
    const labels = labelsOf([2, 6, 4], 3);
    const few = labels.slice([
      [0, 2],
      [1, 6, 2],
      [1, 4, 2],
    ]);
    const loss = deepSupervision(categoricalCrossEntropyLoss);
    const terms = [
      [2 / 3, categoricalCrossEntropyLoss(x[0], labels)],
      [1 / 3, categoricalCrossEntropyLoss(x[1], few)],
    ] as const;
    const expected = await sum(terms);
    expect(await loss(x, labels).item()).toBeCloseTo(expected, 13);
    expect(await loss(x, oneHot(labels, 3)).item()).toBeCloseTo(expected, 13);
    const soft = softMask([2, 3, 6, 4]).softmax(1);
    const softTerms = [
      [2 / 3, categoricalCrossEntropyLoss(x[0], soft)],
      [1 / 3, categoricalCrossEntropyLoss(x[1], thinned(soft, [3, 2]))],
    ] as const;
    expect(await loss(x, soft).item()).toBeCloseTo(await sum(softTerms), 13);
  });

  it("takes volumes whose axes shrink differently", async () => {
    const x = [
      [1, 1, 3, 4, 6],
      [1, 1, 3, 2, 2],
    ].map((shape) => logitsOf(shape));
    const g = hardMask([1, 1, 3, 4, 6]);
    const few = g.slice([[0], [0], [0], [1, 4, 2], [1, 6, 3]]);
    const terms = [
      [2 / 3, diceLoss(x[0], g)],
      [1 / 3, diceLoss(x[1], few)],
    ] as const;
    expect(await deepSupervision(diceLoss)(x, g).item()).toBeCloseTo(await sum(terms), 13);
  });

  it("hands options on; pixelWeights are thinned, ignored pixels stay ignored", async () => {
    const g = filled([2, 1, 8, 4], (i) => (i % 3 === 0 ? 255 : i % 2));
    const pixelWeights = filled([2, 1, 8, 4], (i) => i % 4);
    const options = { smooth: 0.5, ignoreIndex: 255, aggregate: "batch" } as const;
    const terms = outputs().map((x, level) => {
      const space = x.shape.slice(2);
      const own = { ...options, pixelWeights: thinned(pixelWeights, space) };
      return [2 ** -level / 1.75, diceLoss(x, thinned(g, space), own)] as const;
    });
    const value = deepSupervision(diceLoss)(outputs(), g, { ...options, pixelWeights });
    expect(await value.item()).toBeCloseTo(await sum(terms), 13);
  });

  it("thins other maps among the options, also those of a part", async () => {
    const g = hardMask(sizes[0]);
    const image = logitsOf([2, 2, 8, 4]);
    const terms = outputs().map((x, level) => {
      const space = x.shape.slice(2);
      const own = { image: thinned(image, space) };
      return [2 ** -level / 1.75, mumfordShahLoss(x, thinned(g, space), own)] as const;
    });
    const expected = await sum(terms);
    expect(await deepSupervision(mumfordShahLoss)(outputs(), g, { image }).item()).toBeCloseTo(expected, 13);
    const part = deepSupervision(weightedSum([mumfordShahLoss]));
    expect(await part(outputs(), g, { mumfordShahLoss: { image } }).item()).toBeCloseTo(expected, 13);
  });

  it("takes losses of all kinds: sums, ramps, plain functions", async () => {
    const g = hardMask(sizes[0]);
    const sums = deepSupervision(weightedSum([diceLoss, [focalLoss, 2]]));
    const [dice, focal] = [deepSupervision(diceLoss), deepSupervision(focalLoss)];
    const expected = (await dice(outputs(), g).item()) + 2 * (await focal(outputs(), g).item());
    expect(await sums(outputs(), g).item()).toBeCloseTo(expected, 13);
    const ramped = deepSupervision(rampedSum([[diceLoss, ramp.linear(1, 0)], focalLoss]));
    const half = (await dice(outputs(), g).item()) / 2 + (await focal(outputs(), g).item());
    expect(await ramped(outputs(), g, { progress: 0.5 }).item()).toBeCloseTo(half, 13);
    const plain = deepSupervision((x: Tensor, y: Tensor) => x.sub(y).square().mean(), [1, 0, 0]);
    expect(await plain(outputs(), g).item()).toBeCloseTo(
      await outputs()[0].sub(g).square().mean().item(),
      13,
    );
    expect(dice.name).toBe("deepSupervision(diceLoss)");
  });

  it("has the right derivatives by every output", async () => {
    const g = softMask(sizes[0]);
    const f = (...x: Tensor[]) => deepSupervision(diceLoss)(x, g);
    for (const order of [1, 2] as const)
      expect(await gradcheck(f, outputs(), { argnums: [0, 1, 2], order })).toMatchObject({ ok: true });
  });

  it("reduces to images, and refuses to add pixels of different sizes", async () => {
    const g = hardMask(sizes[0]);
    const image = await values(deepSupervision(binaryCrossEntropyLoss)(outputs(), g, { reduction: "image" }));
    expect(image).toHaveLength(2);
    const mean = await deepSupervision(binaryCrossEntropyLoss)(outputs(), g).item();
    expect((image[0] + image[1]) / 2).toBeCloseTo(mean, 13);
    const none = { reduction: "none" } as const;
    expect(() => deepSupervision(binaryCrossEntropyLoss)(outputs(), g, none)).toThrow(ShapeError);
    expect(() => deepSupervision(binaryCrossEntropyLoss)(outputs(), g, none)).toThrow(
      'the loss of levels is [2, 1, 8, 4] and [2, 1, 4, 2], expected values that add up: reduction "mean", "sum" or "image"',
    );
    expect(await values(deepSupervision(diceLoss)(outputs(), g, none))).toHaveLength(2);
  });

  it("does not compute a level of weight 0, however small it is", async () => {
    const x = [logitsOf([1, 1, 12, 12]), logitsOf([1, 1, 3, 3])];
    const g = hardMask([1, 1, 12, 12]);
    const options = { windowSize: 5 };
    expect(() => deepSupervision(ssimLoss)([x[1], x[0]], g, options)).toThrow(ShapeError);
    const value = deepSupervision(ssimLoss, [2, 0])(x, g, options);
    expect(await value.item()).toBe(await ssimLoss(x[0], g, options).item());
  });

  it.each([
    [
      "a single tensor",
      () => deepSupervision(diceLoss)(row([1]) as never, row([1])),
      "predictions is no list",
    ],
    ["no prediction", () => deepSupervision(diceLoss)([], row([1])), "predictions is an empty list"],
    ["what is no tensor", () => deepSupervision(diceLoss)([1] as never, row([1])), "prediction 0 is"],
    ["no loss", () => deepSupervision("dice" as never), "loss is dice, expected a loss"],
    [
      "weights below 0",
      () => deepSupervision(diceLoss, [1, -1]),
      "weights is [1, -1], expected numbers from 0",
    ],
    ["weights of nothing", () => deepSupervision(diceLoss, [0, 0]), "weights is [0, 0], expected numbers"],
    ["one weight", () => deepSupervision(diceLoss, 1 as never), "weights is 1, expected numbers from 0"],
    [
      "another number of weights",
      () => deepSupervision(diceLoss, [1, 1])([row([1])], row([1])),
      "weights is [1, 1], expected one weight for each of 1 outputs",
    ],
    [
      "a first prediction that is not of the full size",
      () => deepSupervision(diceLoss)([row([1, 2])], row([1, 0, 0, 1])),
      "prediction 0 is of size [2], expected the size [4] of the target",
    ],
    [
      "a later prediction that is larger",
      () => deepSupervision(diceLoss)([row([1, 2]), row([1, 2, 3])], row([1, 0])),
      "prediction 1 is of size [3], expected at most the size [2] of the target",
    ],
    [
      "weights of pixels of another size",
      () =>
        deepSupervision(diceLoss, [0, 1])([row([1, 2]), row([1])], row([1, 0]), { pixelWeights: row([1]) }),
      "pixelWeights is of size [1], expected the size [2] of the target",
    ],
    [
      "options that the loss does not take",
      () => deepSupervision(ssimLoss)([tensor([[[[1]]]])], tensor([[[[1]]]]), { smooth: 1 } as never),
      "ssimLoss: option smooth is not taken",
    ],
  ])("refuses %s", (_name, call, message) => {
    expect(call).toThrow(SegtapeError);
    expect(call).toThrow(message);
  });

  it("refuses with typed errors", () => {
    expect(() => deepSupervision(diceLoss, [])).toThrow(OptionError);
  });
});
