import { beforeAll, describe, expect, it } from "vitest";
import {
  diceLoss,
  generalizedWassersteinDiceLoss,
  OptionError,
  setBackend,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import {
  expectSame,
  filled,
  finite,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const M = [
  [0, 1, 1],
  [1, 0, 0.4],
  [1, 0.4, 0],
];
const LABELS = tensor([
  [0, 0, 1, 2, 2, 2],
  [1, 2, 2, 0, 0, 0],
]);
const X = filled([2, 3, 6], (i) => 3 * Math.sin(1.7 * i * i + i));

/** The definition, pixel by pixel. */
function byDefinition(
  p: readonly number[],
  labels: readonly number[],
  matrix: readonly (readonly number[])[],
  weights: readonly number[],
  { weighErrors = false, smooth = 0 } = {},
): number {
  const size = labels.length;
  let [right, wrong] = [0, 0];
  labels.forEach((l, i) => {
    const distance = matrix[l].reduce((sum, d, k) => sum + d * p[k * size + i], 0);
    right += weights[l] * (1 - distance);
    wrong += (weighErrors ? weights[l] : 1) * distance;
  });
  return 1 - (2 * right + smooth) / (2 * right + wrong + smooth);
}

describe("generalizedWassersteinDiceLoss", () => {
  const EXCLUSIVE = ["exclusive"] as const;
  sharedOptionsHold(generalizedWassersteinDiceLoss, EXCLUSIVE);
  sharedOptionsHold(generalizedWassersteinDiceLoss, EXCLUSIVE, { weighting: "volume", smooth: 0.3 });

  async function images(): Promise<{ p: number[]; labels: number[] }[]> {
    const [p, labels] = [await values(X.softmax(1)), await values(LABELS)];
    return [0, 1].map((n) => ({ p: p.slice(18 * n, 18 * n + 18), labels: labels.slice(6 * n, 6 * n + 6) }));
  }

  const each = (options: object) =>
    values(generalizedWassersteinDiceLoss(X, LABELS, { reduction: "none", ...options }));

  it("is Dice of overlaps and errors by distance, the background's overlap left out", async () => {
    const all = await images();
    (await each({ distances: M, smooth: 0.7 })).forEach((loss, n) => {
      const { p, labels } = all[n];
      expect(loss).toBeCloseTo(byDefinition(p, labels, M, [0, 1, 1], { smooth: 0.7 }), 14);
    });
  });

  it("weighs overlap and error by the inverse volume where asked, as shares of the largest", async () => {
    const all = await images();
    const weights = [
      [1 / 2, 1, 1 / 3],
      [1 / 3, 1, 1 / 2],
    ];
    (await each({ distances: M, weighting: "volume", smooth: 0.7 })).forEach((loss, n) => {
      const { p, labels } = all[n];
      const expected = byDefinition(p, labels, M, weights[n], { weighErrors: true, smooth: 0.7 });
      expect(loss).toBeCloseTo(expected, 14);
    });
  });

  it("takes distances as shares of the largest, and all alike by default", async () => {
    const scaled = M.map((line) => line.map((d) => 5 * d));
    await expectSame(
      (x) => generalizedWassersteinDiceLoss(x, LABELS, { distances: scaled }),
      (x) => generalizedWassersteinDiceLoss(x, LABELS, { distances: M }),
      X,
    );
    const alike = M.map((line) => line.map((d) => Math.ceil(d)));
    await expectSame(
      (x) => generalizedWassersteinDiceLoss(x, LABELS),
      (x) => generalizedWassersteinDiceLoss(x, LABELS, { distances: alike }),
      X,
    );
  });

  it("is Dice of the foreground for two classes", async () => {
    const [x, labels] = [logitsOf([2, 2, 3, 3]), labelsOf([2, 3, 3], 2)];
    await expectSame(
      (y) => generalizedWassersteinDiceLoss(y, labels),
      (y) => diceLoss(y, labels, { includeBackground: false }),
      x,
    );
  });

  it("costs less, the nearer the class that was taken", async () => {
    const labels = tensor([[1, 1, 1, 0]]);
    const taken = (wrong: number) =>
      filled([1, 3, 4], (i) => Number(Math.floor(i / 4) === [1, 1, wrong, 0][i % 4]));
    const loss = (p: Tensor) =>
      generalizedWassersteinDiceLoss(p, labels, { ...PROBABILITIES, distances: M, smooth: 0 }).item();
    expect(await loss(taken(1))).toBe(0);
    expect(await loss(taken(2))).toBeCloseTo(0.4 / (2 * 2.6 + 0.4), 14);
    expect(await loss(taken(0))).toBeCloseTo(1 / (2 * 2 + 1), 14);
  });

  it("sums over the batch before the ratio where asked", async () => {
    const [a, b] = await images();
    const joined = {
      p: [0, 1, 2].flatMap((k) => [...a.p.slice(6 * k, 6 * k + 6), ...b.p.slice(6 * k, 6 * k + 6)]),
      labels: [...a.labels, ...b.labels],
    };
    const [loss, ...more] = await each({ distances: M, aggregate: "batch", smooth: 0 });
    expect(more).toEqual([]);
    expect(loss).toBeCloseTo(byDefinition(joined.p, joined.labels, M, [0, 1, 1]), 14);
  });

  it("multiplies the weights by those of the classes, scaled to a mean of 1", async () => {
    const all = await images();
    (await each({ distances: M, smooth: 0, classWeights: [1, 2, 3] })).forEach((loss, n) => {
      const { p, labels } = all[n];
      expect(loss).toBeCloseTo(byDefinition(p, labels, M, [0, 1, 1.5]), 14);
    });
  });

  it("mixes the distances from the classes of a soft target", async () => {
    const soft = softMask([1, 3, 2]).softmax(1);
    const [p, g] = [await values(X.slice([[0, 1], [0], [0, 2]]).softmax(1)), await values(soft)];
    const distance = [0, 1].map((i) =>
      [0, 1, 2].map((l) => [0, 1, 2].reduce((sum, k) => sum + M[l][k] * p[2 * k + i], 0)),
    );
    const total = (f: (d: number, l: number) => number) =>
      distance.flatMap((row, i) => row.map((d, l) => g[2 * l + i] * f(d, l))).reduce((a, b) => a + b, 0);
    const right = total((d, l) => (l === 0 ? 0 : 1 - d));
    const expected = 1 - (2 * right + 1) / (2 * right + total((d) => d) + 1);
    const loss = generalizedWassersteinDiceLoss(X.slice([[0, 1], [0], [0, 2]]), soft, { distances: M });
    expect(await loss.item()).toBeCloseTo(expected, 14);
  });

  it("costs 1 - s / (E + s) of nothing but background, without a gradient where s is 0", async () => {
    const p = filled([1, 3, 2], () => 1 / 3);
    const nothing = tensor([[0, 0]]);
    const loss = generalizedWassersteinDiceLoss(p, nothing, PROBABILITIES);
    expect(await loss.item()).toBeCloseTo(1 - 1 / (4 / 3 + 1), 14);
    const slope = await finite(
      (x) => generalizedWassersteinDiceLoss(x, nothing, { smooth: 0 }),
      logitsOf([1, 3, 2]),
    );
    expect(slope.map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each([
    ["not square", [[0, 1]]],
    [
      "not symmetric",
      [
        [0, 1, 1],
        [0.5, 0, 1],
        [1, 1, 0],
      ],
    ],
    [
      "a diagonal above 0",
      [
        [0, 1, 1],
        [1, 0.1, 1],
        [1, 1, 0],
      ],
    ],
    [
      "a negative distance",
      [
        [0, -1, 1],
        [-1, 0, 1],
        [1, 1, 0],
      ],
    ],
    [
      "NaN",
      [
        [0, Number.NaN, 1],
        [Number.NaN, 0, 1],
        [1, 1, 0],
      ],
    ],
    [
      "nothing but zeros",
      [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    ],
    ["a word", "near"],
  ])("refuses distances with %s", (_name, distances) => {
    const call = () => generalizedWassersteinDiceLoss(X, LABELS, { distances: distances as never });
    expect(call).toThrow(OptionError);
    expect(call).toThrow(/distances is .*, expected "equal" or a symmetric matrix/);
  });

  it("refuses a matrix of other classes, other modes, and leaving the background out", () => {
    const distances = [
      [0, 1],
      [1, 0],
    ];
    expect(() => generalizedWassersteinDiceLoss(X, LABELS, { distances })).toThrow(
      "generalizedWassersteinDiceLoss: distances is a matrix of 2 classes, expected one of 3 (the prediction's channels)",
    );
    const x = logitsOf([1, 1, 3]);
    expect(() => generalizedWassersteinDiceLoss(x, x.sigmoid())).toThrow(/else: generalizedDiceLoss/);
    expect(() => generalizedWassersteinDiceLoss(X, LABELS, { includeBackground: false } as object)).toThrow(
      /option includeBackground is not taken/,
    );
  });
});
