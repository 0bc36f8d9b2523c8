import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  defineLoss,
  diceLoss,
  focalLoss,
  gradcheck,
  hausdorffDistanceLoss,
  multiScale,
  mumfordShahLoss,
  OptionError,
  oneHot,
  ramp,
  rampedSum,
  setBackend,
  ssimLoss,
  type Tensor,
  valueAndGrad,
} from "../../../src/index.ts";
import { filled, hardMask, labelsOf, logitsOf, PROBABILITIES, row, softMask } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const [X, G] = [logitsOf([2, 1, 8, 4]), hardMask([2, 1, 8, 4])];

describe("multiScale", () => {
  it("gives numbers worked out by hand", async () => {
    const p = row([0.8, 0.4, 0.2, 0.6]);
    const g = row([1, 1, 0, 1]);
    const cross = (ps: number[], gs: number[]) =>
      ps.reduce((sum, q, i) => sum - gs[i] * Math.log(q) - (1 - gs[i]) * Math.log(1 - q), 0) / ps.length;
    const scales = [
      cross([0.8, 0.4, 0.2, 0.6], [1, 1, 0, 1]),
      cross([0.6, 0.4], [1, 0.5]),
      cross([0.5], [0.75]),
    ];
    const mean = multiScale(binaryCrossEntropyLoss, [1, 2, 4]);
    expect(await mean(p, g, PROBABILITIES).item()).toBeCloseTo((scales[0] + scales[1] + scales[2]) / 3, 14);
    const weighted = multiScale(binaryCrossEntropyLoss, [1, 2, 4], { weights: [2, 0, 1] });
    expect(await weighted(p, g, PROBABILITIES).item()).toBeCloseTo((2 * scales[0] + scales[2]) / 3, 14);
  });

  it("is the loss itself at scale 1, logits and all", async () => {
    const once = multiScale(focalLoss, [1]);
    const options = { gamma: 1.5, ignoreIndex: 255 } as const;
    expect(await once(X, G, options).item()).toBe(await focalLoss(X, G, options).item());
    const far = G.mul(2000).sub(1000);
    expect(await multiScale(binaryCrossEntropyLoss, [1])(far, G).item()).toBe(0);
  });

  it("pools probabilities and shares, not logits and indices", async () => {
    const scaled = multiScale(diceLoss, [2]);
    const pooled = diceLoss(X.sigmoid().avgPool(2), G.avgPool(2), { ...PROBABILITIES, smooth: 0.5 });
    expect(await scaled(X, G, { smooth: 0.5 }).item()).toBeCloseTo(await pooled.item(), 13);
    const [x, labels] = [logitsOf([2, 3, 4, 4]), labelsOf([2, 4, 4], 3)];
    const expected = categoricalCrossEntropyLoss(x.softmax(1).avgPool(2), oneHot(labels, 3).avgPool(2), {
      ...PROBABILITIES,
      classWeights: [1, 2, 3],
      reduction: "image",
    }).mean();
    const classes = multiScale(categoricalCrossEntropyLoss, [2]);
    expect(await classes(x, labels, { classWeights: [1, 2, 3] }).item()).toBeCloseTo(
      await expected.item(),
      13,
    );
    const soft = multiScale(diceLoss, [2])(x, oneHot(labels, 3), { mode: "multilabel" });
    const channels = diceLoss(x.sigmoid().avgPool(2), oneHot(labels, 3).avgPool(2), {
      ...PROBABILITIES,
      mode: "multilabel",
    });
    expect(await soft.item()).toBeCloseTo(await channels.item(), 13);
  });

  it("leaves the background out after the classes have shared a pixel", async () => {
    const [x, labels] = [logitsOf([1, 3, 4, 4]), labelsOf([1, 4, 4], 3)];
    const loss = multiScale(diceLoss, [1, 2]);
    const options = { includeBackground: false } as const;
    const coarse = diceLoss(x.softmax(1).avgPool(2), oneHot(labels, 3).avgPool(2), {
      ...PROBABILITIES,
      ...options,
    });
    const fine = await diceLoss(x, labels, options).item();
    expect(await loss(x, labels, options).item()).toBeCloseTo((fine + (await coarse.item())) / 2, 13);
  });

  it("pools an image among the options", async () => {
    const image = logitsOf([2, 1, 8, 4]);
    const coarse = mumfordShahLoss(X.sigmoid().avgPool(2), G.avgPool(2), {
      ...PROBABILITIES,
      image: image.avgPool(2),
    });
    const value = multiScale(mumfordShahLoss, [2])(X, G, { image });
    expect(await value.item()).toBeCloseTo(await coarse.item(), 13);
  });

  it("takes the mean of what is there in blocks at the end of an axis, in 3-D too", async () => {
    const p = row([0.2, 0.4, 0.9]);
    const cut = multiScale(binaryCrossEntropyLoss, [2])(p, row([0, 1, 1]), PROBABILITIES);
    const expected = binaryCrossEntropyLoss(row([0.3, 0.9]), row([0.5, 1]), PROBABILITIES);
    expect(await cut.item()).toBeCloseTo(await expected.item(), 14);
    const whole = multiScale(binaryCrossEntropyLoss, [8])(p, row([0, 1, 1]), PROBABILITIES);
    const mean = binaryCrossEntropyLoss(row([0.5]), row([2 / 3]), PROBABILITIES);
    expect(await whole.item()).toBeCloseTo(await mean.item(), 13);
    const [x, g] = [logitsOf([1, 1, 3, 5, 4]), hardMask([1, 1, 3, 5, 4])];
    const corner = (y: Tensor) => y.slice([[0], [0], [2, 3], [4, 5], [2, 4]]).mean();
    const maps = multiScale(
      defineLoss("cornerLoss", {}, ({ p: q, g: h }) =>
        q.shape[2] === 2
          ? q
              .sub(h)
              .slice([[0], [0], [1, 2], [2, 3], [1, 2]])
              .sum()
          : q.sum(),
      ),
      [2],
    );
    const gap = (await corner(x.sigmoid()).item()) - (await corner(g).item());
    expect(await maps(x, g).item()).toBeCloseTo(gap, 13);
  });

  it("leaves ignored pixels out of the means, and weighs blocks by what is left", async () => {
    const p = row([0.8, 0.4, 0.2, 0.6, 0.7, 0.7]);
    const g = row([1, 255, 0, 1, 255, 255]);
    const loss = multiScale(binaryCrossEntropyLoss, [2]);
    const expected = binaryCrossEntropyLoss(row([0.8, 0.4, 0.5]), row([1, 0.5, 0]), {
      ...PROBABILITIES,
      pixelWeights: row([0.5, 1, 0]),
    });
    expect(await loss(p, g, { ...PROBABILITIES, ignoreIndex: 255 }).item()).toBeCloseTo(
      await expected.item(),
      13,
    );
    const labels = filled([2, 8, 4], (i) => (i % 5 === 0 ? 255 : i % 3));
    const x = logitsOf([2, 3, 8, 4]);
    const other = valueAndGrad((y: Tensor) =>
      multiScale(diceLoss, [1, 2, 4])(y, labels, { ignoreIndex: 255 }),
    )(x);
    const hidden = (await values(other.grad)).filter(
      (_, i) => ((i % 32) + 32 * Math.floor(i / 96)) % 5 === 0,
    );
    expect(hidden.map(Math.abs)).toEqual(hidden.map(() => 0));
    const weights = multiScale(binaryCrossEntropyLoss, [2])(row([0.8, 0.4]), row([1, 0]), {
      ...PROBABILITIES,
      pixelWeights: row([3, 1]),
    });
    const [q, h] = [(3 * 0.8 + 0.4) / 4, 3 / 4];
    expect(await weights.item()).toBeCloseTo(-h * Math.log(q) - (1 - h) * Math.log(1 - q), 13);
  });

  it("refuses to ignore pixels where the loss cannot weigh them", () => {
    const loss = multiScale(ssimLoss, [1, 2]);
    expect(() => loss(X, G, { ignoreIndex: 255, windowSize: 3 } as never)).toThrow(/cannot honour/);
    const halfway = defineLoss("halfLoss", { shared: ["input", "reduction", "ignoreIndex"] }, ({ p }) => p);
    expect(multiScale(halfway, [1, 2]).options).not.toHaveProperty("ignoreIndex");
  });

  it.each([
    ["2-D", diceLoss, [2, 1, 5, 4]],
    ["3-D", focalLoss, [1, 1, 3, 4, 2]],
    ["with constants", hausdorffDistanceLoss, [1, 1, 6, 6]],
  ] as const)("has the right derivatives: %s", async (_name, inner, shape) => {
    const loss = multiScale<object>(inner, [1, 2]);
    const holdConstants = inner.constants !== "";
    for (const order of holdConstants ? ([1] as const) : ([1, 2] as const)) {
      const target = holdConstants ? hardMask(shape) : softMask(shape);
      const f = (x: Tensor) => loss(x, target);
      const { ok, maxError } = await gradcheck(f, [logitsOf(shape)], { order, holdConstants });
      expect(ok, String(maxError)).toBe(true);
    }
  });

  it("has a gradient at the ends of logits, from scale 1", async () => {
    for (const scale of [80, 1000]) {
      const wrong = G.mul(-2 * scale).add(scale);
      const { value, grad: slope } = valueAndGrad((x: Tensor) =>
        multiScale(binaryCrossEntropyLoss, [1, 2])(x, G),
      )(wrong);
      expect(Number.isFinite(await value.item())).toBe(true);
      const g = await values(G);
      const slopes = await values(slope);
      expect(slopes.every((s, i) => (g[i] === 1 ? s < 0 : s > 0))).toBe(true);
    }
  });

  it("has one meaning for each reduction", async () => {
    const loss = multiScale(binaryCrossEntropyLoss, [1, 2]);
    const alone = (i: number) => loss(X.slice([[i, i + 1]]), G.slice([[i, i + 1]])).item();
    const each = [await alone(0), await alone(1)];
    for (const reduction of ["image", "none"] as const)
      (await values(loss(X, G, { reduction }))).forEach((value, i) => {
        expect(value).toBeCloseTo(each[i], 13);
      });
    expect(await loss(X, G, { reduction: "sum" }).item()).toBeCloseTo(each[0] + each[1], 13);
  });

  it("says what it is, and passes on what the loss takes", async () => {
    const loss = multiScale(focalLoss, [1, 2, 4]);
    expect({ ...loss, name: loss.name }).toMatchObject({
      name: "multiScale(focalLoss, 1, 2, 4)",
      title: "Focal at scales 1, 2, 4",
      family: "compound",
      modes: focalLoss.modes,
    });
    expect(Object.keys(loss.options).sort()).toEqual(Object.keys(focalLoss.options).sort());
    expect(() => loss(X, G, { smooth: 1 } as never)).toThrow(OptionError);
    const ramped = multiScale(rampedSum([[diceLoss, ramp.linear(1, 0)], focalLoss]), [1, 2]);
    const parts = [multiScale(diceLoss, [1, 2]), multiScale<object>(focalLoss, [1, 2])];
    const [dice, focal] = await Promise.all(parts.map((part) => part(X, G).item()));
    expect(await ramped(X, G, { progress: 0.25 }).item()).toBeCloseTo(0.75 * dice + focal, 13);
    expect(multiScale(diceLoss, [1], { name: "mine" }).name).toBe("mine");
  });

  it.each([
    ["no scales", [], undefined, "scales is [], expected whole numbers from 1, each once"],
    ["a scale twice", [2, 2], undefined, "scales is [2, 2]"],
    ["half a pixel", [1, 0.5], undefined, "scales is [1, 0.5]"],
    ["a number", 2, undefined, "scales is 2"],
    ["weights of nothing", [1, 2], [0, 0], "weights is [0, 0], expected numbers from 0, not all 0"],
    ["another number of weights", [1, 2], [1], "weights is [1], expected one weight for each of 2 scales"],
  ])("refuses %s", (_name, scales, weights, message) => {
    expect(() => multiScale(diceLoss, scales as never, { weights })).toThrow(OptionError);
    expect(() => multiScale(diceLoss, scales as never, { weights })).toThrow(message);
  });

  it("refuses losses that take no probabilities, or give no values of images", () => {
    const raw = defineLoss("rawLoss", { shared: ["reduction"] }, ({ p }) => p);
    expect(() => multiScale(raw, [1])).toThrow(
      "loss is rawLoss, without input, expected a loss with the option",
    );
    const whole = defineLoss("wholeLoss", { shared: ["input"] }, ({ p }) => p.sum());
    expect(() => multiScale(whole, [1])).toThrow("loss is wholeLoss, without reduction");
    expect(() => multiScale((() => undefined) as never, [1])).toThrow("loss is a plain function");
  });
});
