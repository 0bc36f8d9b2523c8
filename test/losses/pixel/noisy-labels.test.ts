/** Losses that do not trust each label: bootstrapped, generalized and symmetric cross entropy. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  bootstrappedCrossEntropyLoss,
  categoricalCrossEntropyLoss,
  generalizedCrossEntropyLoss,
  grad,
  OptionError,
  polyCrossEntropyLoss,
  setBackend,
  stopGradient,
  symmetricCrossEntropyLoss,
  type Tensor,
  tensor,
} from "../../../src/index.ts";
import {
  expectSame,
  finite,
  hardMask,
  labelsOf,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const { log, exp } = Math;
const P = [
  [0.2, 0.7],
  [0.3, 0.1],
  [0.5, 0.2],
];
const THREE_CLASSES = tensor([P]);
const LABELS = tensor([[2, 1]]);
const SHARES = [
  [0.2, 0],
  [0.2, 0.4],
  [0.6, 0.6],
];

describe("bootstrappedCrossEntropyLoss", () => {
  sharedOptionsHold(bootstrappedCrossEntropyLoss, ["independent", "exclusive"]);
  sharedOptionsHold(bootstrappedCrossEntropyLoss, ["independent", "exclusive"], { kind: "hard" });

  it("mixes labels with the prediction, on one channel", async () => {
    const [p, g] = [
      [0.7, 0.2, 0.4],
      [1, 0, 0.5],
    ];
    const loss = bootstrappedCrossEntropyLoss(row(p), row(g), { ...PROBABILITIES, beta: 0.6 });
    const cost = (p: number, t: number) => -t * log(p) - (1 - t) * log(1 - p);
    const mixed = p.map((x, i) => cost(x, 0.6 * g[i] + 0.4 * x));
    expect(await loss.item()).toBeCloseTo((mixed[0] + mixed[1] + mixed[2]) / 3, 14);
    const hard = bootstrappedCrossEntropyLoss(row(p), row(g), { ...PROBABILITIES, kind: "hard" });
    const believed = p.map((x, i) => cost(x, 0.8 * g[i] + 0.2 * Number(x > 0.5)));
    expect(await hard.item()).toBeCloseTo((believed[0] + believed[1] + believed[2]) / 3, 14);
  });

  it("mixes labels with the prediction, over exclusive classes", async () => {
    const soft = bootstrappedCrossEntropyLoss(THREE_CLASSES, LABELS, PROBABILITIES);
    const entropy = (pixel: number) => -P.reduce((sum, p) => sum + p[pixel] * log(p[pixel]), 0);
    const expected = -0.95 * (log(0.5) + log(0.1)) + 0.05 * (entropy(0) + entropy(1));
    expect(await soft.item()).toBeCloseTo(expected / 2, 14);
    const hard = bootstrappedCrossEntropyLoss(THREE_CLASSES, LABELS, { ...PROBABILITIES, kind: "hard" });
    // The second pixel is believed to be of class 0.
    expect(await hard.item()).toBeCloseTo(-(log(0.5) + 0.8 * log(0.1) + 0.2 * log(0.7)) / 2, 14);
  });

  it("weighs and leaves out pixels by their label, whatever they are believed to be", async () => {
    const options = { ...PROBABILITIES, kind: "hard" } as const;
    const costs = [-log(0.5), -0.8 * log(0.1) - 0.2 * log(0.7)];
    const weighed = bootstrappedCrossEntropyLoss(THREE_CLASSES, LABELS, {
      ...options,
      classWeights: [7, 1, 3],
    });
    expect(await weighed.item()).toBeCloseTo((3 * costs[0] + costs[1]) / 4, 14);
    const left = { ...options, includeBackground: false };
    const without = bootstrappedCrossEntropyLoss(THREE_CLASSES, tensor([[0, 1]]), left);
    expect(await without.item()).toBeCloseTo(costs[1], 14);
  });

  it("lets equally probable classes share a hard belief", async () => {
    const options = { ...PROBABILITIES, kind: "hard", beta: 0 } as const;
    expect(await bootstrappedCrossEntropyLoss(row([0.5]), row([1]), options).item()).toBeCloseTo(log(2), 14);
    const tied = tensor([[[0.4], [0.4], [0.2]]]);
    const loss = bootstrappedCrossEntropyLoss(tied, tensor([[2]]), options);
    expect(await loss.item()).toBeCloseTo(-log(0.4), 14);
    const slope = await values(
      grad((p: Tensor) => bootstrappedCrossEntropyLoss(p, tensor([[2]]), options))(tied),
    );
    expect(slope[0]).toBeCloseTo(-0.5 / 0.4, 14);
    expect(slope[1]).toBeCloseTo(-0.5 / 0.4, 14);
  });

  it("is cross entropy with beta 1; a stopped belief leaves beta times its gradient", async () => {
    const [x, g] = [logitsOf([2, 1, 3, 3]), softMask([2, 1, 3, 3])];
    for (const kind of ["soft", "hard"] as const) {
      await expectSame(
        (y) => bootstrappedCrossEntropyLoss(y, g, { kind, beta: 1 }),
        (y) => binaryCrossEntropyLoss(y, g),
        x,
      );
      await expectSame(
        (y) => bootstrappedCrossEntropyLoss(y, labelsOf([2, 2, 2], 3), { kind, beta: 1 }),
        (y) => categoricalCrossEntropyLoss(y, labelsOf([2, 2, 2], 3)),
        logitsOf([2, 3, 2, 2]),
      );
    }
    const stopped = (y: Tensor) => {
      const mixed = g.mul(0.6).add(stopGradient(y.sigmoid()).mul(0.4));
      return mixed.mul(y.logSigmoid()).add(mixed.neg().add(1).mul(y.neg().logSigmoid())).mean().neg();
    };
    expect(await bootstrappedCrossEntropyLoss(x, g, { beta: 0.6 }).item()).toBeCloseTo(
      await stopped(x).item(),
      12,
    );
    const [left, right] = [
      await values(grad(stopped)(x)),
      await values(grad((y: Tensor) => binaryCrossEntropyLoss(y, g))(x)),
    ];
    left.forEach((slope, i) => {
      expect(slope).toBeCloseTo(0.6 * right[i], 12);
    });
  });

  it("refuses other kinds, and shares that are none", () => {
    const call = (options: object) => () => bootstrappedCrossEntropyLoss(row([0]), row([1]), options);
    expect(call({ kind: "stiff" })).toThrow(OptionError);
    expect(call({ beta: 1.2 })).toThrow(OptionError);
    expect(call({ beta: "0.5" })).toThrow(OptionError);
  });
});

describe("generalizedCrossEntropyLoss", () => {
  sharedOptionsHold(generalizedCrossEntropyLoss, ["independent", "exclusive"]);
  sharedOptionsHold(generalizedCrossEntropyLoss, ["independent", "exclusive"], { q: 1 });

  it("is the missing power of the true label's probability, over q", async () => {
    const loss = generalizedCrossEntropyLoss(row([0.7, 0.2, 0.4]), row([1, 0, 0.25]), PROBABILITIES);
    const cost = (p: number) => (1 - p ** 0.7) / 0.7;
    const expected = cost(0.7) + cost(0.8) + 0.25 * cost(0.4) + 0.75 * cost(0.6);
    expect(await loss.item()).toBeCloseTo(expected / 3, 14);
    const classes = generalizedCrossEntropyLoss(THREE_CLASSES, tensor([SHARES]), PROBABILITIES);
    const mixed = SHARES.flatMap((shares, c) => shares.map((g, i) => g * cost(P[c][i])));
    expect(await classes.item()).toBeCloseTo(mixed.reduce((a, b) => a + b) / 2, 14);
  });

  it("is half the absolute error at q 1, and near cross entropy at a small q", async () => {
    const labels = labelsOf([2, 2, 2], 3);
    await expectSame(
      (y) => generalizedCrossEntropyLoss(y, labels, { q: 1 }),
      (y) => {
        const [p, one] = [y.softmax(1), labels.reshape([2, 1, 2, 2])];
        const hot = [0, 1, 2].map((c) => one.equal(c));
        const error = p.sub(hot[0].concat(hot.slice(1), 1)).abs();
        return error.sum(1).mean().div(2);
      },
      logitsOf([2, 3, 2, 2]),
    );
    const [x, g] = [logitsOf([2, 1, 3, 3]), hardMask([2, 1, 3, 3])];
    // The difference is q/2 times the mean of squared cross entropies, of less than 10.
    const near = await generalizedCrossEntropyLoss(x, g, { q: 1e-7 }).item();
    expect(near).toBeCloseTo(await binaryCrossEntropyLoss(x, g).item(), 6);
  });

  it("lets go of pixels that contradict their label, and no pixel costs more than 1 / q", async () => {
    const call = (x: Tensor) => generalizedCrossEntropyLoss(x, row([1, 1]));
    expect(await call(row([-1000, -80])).item()).toBeCloseTo(1 / 0.7, 14);
    // Cross entropy's slope, times p^q.
    const slope = await finite(call, row([-10, 0]));
    const p = 1 / (1 + exp(10));
    expect(slope[0]).toBeCloseTo((-(p ** 0.7) * (1 - p)) / 2, 14);
    expect(slope[1]).toBeCloseTo(-(0.5 ** 1.7) / 2, 14);
  });

  it("refuses powers outside 0 .. 1", () => {
    for (const q of [0, 1.01]) {
      expect(() => generalizedCrossEntropyLoss(row([0]), row([1]), { q })).toThrow(OptionError);
    }
  });
});

describe("symmetricCrossEntropyLoss", () => {
  sharedOptionsHold(symmetricCrossEntropyLoss, ["independent", "exclusive"]);
  sharedOptionsHold(symmetricCrossEntropyLoss, ["independent", "exclusive"], {
    crossEntropyWeight: 2,
    reverseWeight: 0.3,
    logZero: -9.21,
  });

  it("adds the reverse, with log 0 held at A", async () => {
    const options = { ...PROBABILITIES, crossEntropyWeight: 0.5, reverseWeight: 2, logZero: -3 };
    const loss = symmetricCrossEntropyLoss(row([0.7, 0.4]), row([1, 0.25]), options);
    const first = -0.5 * log(0.7) + 2 * 3 * 0.3;
    const second = -0.5 * (0.25 * log(0.4) + 0.75 * log(0.6)) - 2 * (0.4 * log(0.25) + 0.6 * log(0.75));
    expect(await loss.item()).toBeCloseTo((first + second) / 2, 14);
  });

  it("runs over all classes of a pixel, which weighs as its label does", async () => {
    const shares = tensor([SHARES]);
    const cost = (pixel: number) =>
      SHARES.reduce((sum, g, c) => {
        const forward = g[pixel] === 0 ? 0 : -0.1 * g[pixel] * log(P[c][pixel]);
        return sum + forward - P[c][pixel] * Math.max(log(g[pixel]), -4);
      }, 0);
    const loss = symmetricCrossEntropyLoss(THREE_CLASSES, shares, PROBABILITIES);
    expect(await loss.item()).toBeCloseTo((cost(0) + cost(1)) / 2, 13);
    const weights = [5, 1, 3];
    const mass = (pixel: number) => SHARES.reduce((sum, g, c) => sum + weights[c] * g[pixel], 0);
    const weighed = symmetricCrossEntropyLoss(THREE_CLASSES, shares, {
      ...PROBABILITIES,
      classWeights: weights,
    });
    const expected = (mass(0) * cost(0) + mass(1) * cost(1)) / (mass(0) + mass(1));
    expect(await weighed.item()).toBeCloseTo(expected, 13);
    const without = symmetricCrossEntropyLoss(THREE_CLASSES, shares, {
      ...PROBABILITIES,
      includeBackground: false,
    });
    expect(await without.item()).toBeCloseTo((0.8 * cost(0) + cost(1)) / 1.8, 13);
  });

  it("is Poly-1 cross entropy for hard targets", async () => {
    for (const [x, g] of [
      [logitsOf([2, 1, 3, 3]), hardMask([2, 1, 3, 3])],
      [logitsOf([2, 3, 2, 2]), labelsOf([2, 2, 2], 3)],
    ]) {
      await expectSame(
        (y) => symmetricCrossEntropyLoss(y, g, { crossEntropyWeight: 0.5, reverseWeight: 0.25 }),
        (y) => polyCrossEntropyLoss(y, g, { epsilon: 2 }).mul(0.5),
        x,
      );
    }
  });

  it("refuses a positive logarithm of 0, and negative weights", () => {
    const call = (options: object) => () => symmetricCrossEntropyLoss(row([0]), row([1]), options);
    expect(call({ logZero: 1 })).toThrow(OptionError);
    expect(call({ reverseWeight: -1 })).toThrow(OptionError);
    expect(call({ crossEntropyWeight: -1 })).toThrow(OptionError);
  });
});
