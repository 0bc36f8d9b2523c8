import { beforeAll, describe, expect, it } from "vitest";
import {
  balancedCrossEntropyLoss,
  binaryCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  defineLoss,
  diceLoss,
  focalLoss,
  gradcheck,
  hausdorffDistanceLoss,
  losses,
  OptionError,
  setBackend,
  ssimLoss,
  type Tensor,
  tensor,
  tverskyLoss,
  weightedSum,
} from "../../../src/index.ts";
import { filled, hardMask, labelsOf, logitsOf, PROBABILITIES, row, softMask } from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const item = (x: Tensor) => x.item();
const [X, G] = [logitsOf([2, 1, 5, 6]), hardMask([2, 1, 5, 6])];

describe("weightedSum", () => {
  it("adds up what its parts say, each with its weight and options", async () => {
    const loss = weightedSum([[diceLoss, 0.5, { smooth: 0 }], [binaryCrossEntropyLoss, 2], focalLoss]);
    const parts = [diceLoss(X, G, { smooth: 0 }), binaryCrossEntropyLoss(X, G), focalLoss(X, G)];
    const [dice, bce, focal] = await Promise.all(parts.map(item));
    expect(await loss(X, G).item()).toBeCloseTo(0.5 * dice + 2 * bce + focal, 13);
  });

  it("gives numbers worked out by hand", async () => {
    const loss = weightedSum([
      [diceLoss, 1, { smooth: 0 }],
      [binaryCrossEntropyLoss, 0.5],
    ]);
    const value = loss(row([0.5, 0.5]), row([1, 0]), PROBABILITIES);
    expect(await value.item()).toBeCloseTo(1 - 1 / 2 + Math.log(2) / 2, 14);
  });

  it.each([
    ["two kinds, 2-D", weightedSum([diceLoss, [binaryCrossEntropyLoss, 0.3]]), [2, 1, 4, 5]],
    ["two kinds, 3-D", weightedSum([diceLoss, [focalLoss, 0.3, { gamma: 1.5 }]]), [1, 1, 3, 2, 4]],
  ] as const)("has the right derivatives: %s", async (_name, loss, shape) => {
    for (const order of [1, 2] as const) {
      const { ok, maxError } = await gradcheck((x) => loss(x, softMask(shape)), [logitsOf(shape)], { order });
      expect(ok, String(maxError)).toBe(true);
    }
  });

  it("passes what derivatives hold constant on", async () => {
    const loss = weightedSum([diceLoss, [hausdorffDistanceLoss, 0.1]]);
    expect(loss.constants).toBe(hausdorffDistanceLoss.constants);
    expect(await gradcheck((x) => loss(x, G), [X], { holdConstants: true })).toMatchObject({ ok: true });
  });

  it("has one meaning for each reduction: values of images, and what becomes of them", async () => {
    const loss = weightedSum([diceLoss, [binaryCrossEntropyLoss, 3]]);
    const alone = async (i: number) => loss(X.slice([[i, i + 1]]), G.slice([[i, i + 1]])).item();
    const each = [await alone(0), await alone(1)];
    for (const reduction of ["none", "image"] as const) {
      const got = await values(loss(X, G, { reduction }));
      expect(got).toHaveLength(2);
      got.forEach((value, i) => {
        expect(value).toBeCloseTo(each[i], 13);
      });
    }
    expect(await loss(X, G, { reduction: "sum" }).item()).toBeCloseTo(each[0] + each[1], 13);
    expect(await loss(X, G).item()).toBeCloseTo((each[0] + each[1]) / 2, 13);
  });

  it("hands shared options to every part", async () => {
    const loss = weightedSum([diceLoss, tverskyLoss, categoricalCrossEntropyLoss]);
    const [x, g] = [logitsOf([2, 3, 3, 4]), labelsOf([2, 3, 4], 3)];
    const options = { classWeights: [0.2, 1, 2], includeBackground: true };
    const expected = [diceLoss, tverskyLoss].map((part) => part(x, g, options));
    // Cross entropy divides by the weights of the pixels of an image, so images are taken one by one.
    const entropies = await values(categoricalCrossEntropyLoss(x, g, { ...options, reduction: "image" }));
    const [dice, tversky] = await Promise.all(expected.map(item));
    const entropy = (entropies[0] + entropies[1]) / 2;
    expect(await loss(x, g, options).item()).toBeCloseTo(dice + tversky + entropy, 13);
    const holed = filled([2, 3, 4], (i) => (i % 5 === 0 ? 255 : i % 3));
    const slope = await gradcheck((y) => loss(y, holed, { ignoreIndex: 255 }), [x]);
    expect(slope.ok).toBe(true);
  });

  it("takes options that all parts honour, and refuses the rest by name", () => {
    const overlaps = weightedSum([diceLoss, tverskyLoss]);
    expect(Object.keys(overlaps.options)).toEqual(
      expect.arrayContaining(["smooth", "aggregate", "ignoreIndex", "diceLoss", "tverskyLoss"]),
    );
    const loss = weightedSum([diceLoss, [ssimLoss, 1, { windowSize: 3 }]]);
    for (const name of ["ignoreIndex", "pixelWeights", "smooth", "aggregate"])
      expect(loss.options).not.toHaveProperty(name);
    expect(() => loss(X, G, { ignoreIndex: 255 })).toThrow(OptionError);
    expect(() => loss(X, G, { ignoreIndex: 255 })).toThrow(
      /^diceLoss \+ ssimLoss: option ignoreIndex .* cannot honour/,
    );
  });

  it("hands `smooth` on to parts that all have it", async () => {
    const loss = weightedSum([diceLoss, [tverskyLoss, 1, { smooth: 0.5 }]]);
    const parts = [diceLoss(X, G, { smooth: 3 }), tverskyLoss(X, G, { smooth: 0.5 })];
    const [dice, tversky] = await Promise.all(parts.map(item));
    expect(await loss(X, G, { smooth: 3 }).item()).toBeCloseTo(dice + tversky, 13);
  });

  it("takes options of a part under its name, above all others", async () => {
    const loss = weightedSum([[diceLoss, 1, { smooth: 1, squared: true }], focalLoss]);
    const parts = [diceLoss(X, G, { smooth: 7, squared: true }), focalLoss(X, G)];
    const [dice, focal] = await Promise.all(parts.map(item));
    expect(await loss(X, G, { diceLoss: { smooth: 7 } }).item()).toBeCloseTo(dice + focal, 13);
    expect(() => loss(X, G, { diceLoss: { reduction: "sum" } })).toThrow(/without reduction/);
    expect(() => loss(X, G, { focalLoss: { smooth: 0 } })).toThrow(/focalLoss: option smooth/);
    const twice = weightedSum([diceLoss, [diceLoss, 1, { squared: true }]]);
    expect(twice.options).not.toHaveProperty("diceLoss");
    expect(() => twice(X, G, { diceLoss: { smooth: 7 } })).toThrow(/no such option/);
  });

  it("does not compute a part of weight 0", async () => {
    const never = defineLoss("neverLoss", {}, () => {
      throw new Error("computed");
    });
    const loss = weightedSum([diceLoss, [never, 0]]);
    expect(await loss(X, G).item()).toBe(await diceLoss(X, G).item());
  });

  it("says what it is", () => {
    const loss = weightedSum([[diceLoss, 0.5], hausdorffDistanceLoss]);
    expect({ ...loss, name: loss.name }).toMatchObject({
      name: "0.5 diceLoss + hausdorffDistanceLoss",
      title: "0.5 Dice + Hausdorff distance",
      family: "compound",
      formula:
        "L = 0.5 [1 - (2 sum p g + s) / (sum p + sum g + s)] + [mean of (p - g)^2 (d_p^alpha + d_g^alpha)]",
      modes: ["binary", "multiclass", "multilabel"],
      source: `${diceLoss.source}; ${hausdorffDistanceLoss.source}`,
    });
    expect(weightedSum([diceLoss], { name: "mine" }).name).toBe("mine");
    expect(weightedSum([[loss, 2], focalLoss]).name).toBe(
      "2 (0.5 diceLoss + hausdorffDistanceLoss) + focalLoss",
    );
    const bare = defineLoss("bareLoss", {}, ({ p }) => p);
    expect(weightedSum([bare]).formula).toBe("L = [bareLoss]");
  });

  it("is a part like any other", async () => {
    const once = weightedSum([[weightedSum([diceLoss, focalLoss]), 0.5], binaryCrossEntropyLoss]);
    const flat = weightedSum([[diceLoss, 0.5], [focalLoss, 0.5], binaryCrossEntropyLoss]);
    expect(await once(X, G).item()).toBeCloseTo(await flat(X, G).item(), 13);
  });

  it("has the modes that its parts have in common", async () => {
    const loss = weightedSum([diceLoss, binaryCrossEntropyLoss]);
    expect(loss.modes).toEqual(["binary", "multilabel"]);
    const [x, g] = [logitsOf([1, 3, 2, 2]), labelsOf([1, 2, 2], 3)];
    expect(() => loss(x, g)).toThrow(
      'mode is "multiclass", expected "binary" or "multilabel" (else: another part than binaryCrossEntropyLoss)',
    );
    expect(await loss(x, softMask([1, 3, 2, 2]), { mode: "multilabel" }).item()).toBeGreaterThan(0);
    expect(() => weightedSum([binaryCrossEntropyLoss, categoricalCrossEntropyLoss])).toThrow(
      "weightedSum: parts is binaryCrossEntropyLoss (binary, multilabel) and categoricalCrossEntropyLoss (multiclass), expected losses with a mode in common",
    );
  });

  it("finds names in the record it is given", async () => {
    const named = weightedSum({ diceLoss: 0.5, binaryCrossEntropyLoss: 2 }, { losses });
    const listed = weightedSum([
      [diceLoss, 0.5],
      [binaryCrossEntropyLoss, 2],
    ]);
    expect(named.name).toBe(listed.name);
    expect(await named(X, G).item()).toBe(await listed(X, G).item());
    const mine = defineLoss("mineLoss", {}, ({ p, g }) => p.sub(g).abs());
    expect(weightedSum({ mine: 1, diceLoss: 2 }, { losses: { mine, diceLoss } }).name).toBe(
      "mineLoss + 2 diceLoss",
    );
    expect(() => weightedSum({ toString: 1 }, { losses: losses as never })).toThrow(
      /^weightedSum: part is toString, expected one of /,
    );
    expect(() => weightedSum({ diceLoss: 1 } as never)).toThrow(
      "weightedSum: options is without losses, expected { losses } beside names",
    );
  });

  it.each([
    ["an empty list", [], "parts is empty, expected one that counts"],
    ["nothing but weights of 0", [[diceLoss, 0]], "parts is of weight 0"],
    ["a plain function", [(x: Tensor) => x], "part 1 is a plain function, expected a loss of the catalogue"],
    [
      "a loss without values of images",
      [defineLoss("wholeLoss", { shared: ["input"] }, ({ p }) => p.sum())],
      "part 1 is wholeLoss, without reduction, expected a loss that gives values of images",
    ],
    ["no loss", [diceLoss, null], "part 2 is null"],
    ["a negative weight", [[diceLoss, -1]], "the weight of diceLoss is -1, expected a number from 0"],
    ["a weight that is no number", [[diceLoss, Number.NaN]], "the weight of diceLoss is NaN"],
    ["a ramp", [[diceLoss, (t: Tensor) => t]], "the weight of diceLoss is a function, expected a number"],
    ["an option of the whole", [[diceLoss, 1, { input: "logits" }]], "without input, which is for the whole"],
    ["an option that the part lacks", [[diceLoss, 1, { gamma: 2 }]], "diceLoss: option gamma is not taken"],
    ["an option out of range", [[diceLoss, 1, { smooth: -1 }]], "diceLoss: smooth is -1"],
    ["no list", "diceLoss", "parts is diceLoss, expected a list"],
  ])("refuses %s", (_name, parts, message) => {
    expect(() => weightedSum(parts as never)).toThrow(OptionError);
    expect(() => weightedSum(parts as never)).toThrow(message);
  });

  it("pulls the right way on one-class images, and is finite at +-80 and +-1000", async () => {
    const loss = weightedSum([diceLoss, balancedCrossEntropyLoss]);
    const sides = [
      [0, 1],
      [1, -1],
    ] as const;
    for (const [label, sign] of sides) {
      const target = filled(X.shape, () => label);
      const x = tensor(await X.data(), X.shape, { requiresGrad: true });
      loss(x, target).backward();
      expect((await values(x.grad as Tensor)).every((slope) => sign * slope > 0)).toBe(true);
    }
    for (const scale of [80, 1000]) {
      const x = G.mul(-2 * scale).add(scale);
      const wrong = tensor(await x.data(), x.shape, { requiresGrad: true });
      const value = loss(wrong, G);
      value.backward();
      expect(Number.isFinite(await value.item())).toBe(true);
      expect((await values(wrong.grad as Tensor)).every(Number.isFinite)).toBe(true);
    }
  });
});
