import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grad, matthewsCorrelationLoss, setBackend, type Tensor } from "../../../src/index.ts";
import { matthewsCorrelation } from "../../../src/metrics/index.ts";
import {
  filled,
  finite,
  hardMask,
  logitsOf,
  PROBABILITIES,
  row,
  sharedOptionsHold,
  softMask,
} from "../../support/losses.ts";
import { values } from "../../support/values.ts";

beforeEach(() => setBackend("reference"));

/** TP = 1.1, FP = 0.6, FN = 0.9, TN = 1.4. */
const P = row([0.7, 0.2, 0.4, 0.4]);
const G = row([1, 0, 1, 0]);

describe("matthewsCorrelationLoss", () => {
  sharedOptionsHold(matthewsCorrelationLoss, ["independent", "exclusive"]);
  sharedOptionsHold(matthewsCorrelationLoss, ["independent", "exclusive"], { smooth: 0.01 });

  const correlation = (tp: number, tn: number, fp: number, fn: number) =>
    (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));

  it("is one minus the correlation, with s more right pixels of either class", async () => {
    const plain = matthewsCorrelationLoss(P, G, { ...PROBABILITIES, smooth: 0 });
    expect(await plain.item()).toBeCloseTo(1 - correlation(1.1, 1.4, 0.6, 0.9), 14);
    const loss = matthewsCorrelationLoss(P, G, PROBABILITIES);
    expect(await loss.item()).toBeCloseTo(1 - correlation(2.1, 2.4, 0.6, 0.9), 14);
  });

  it("is one minus Pearson's correlation for hard predictions, and the metric", async () => {
    const [p, g] = [
      [1, 1, 0, 1, 0, 0, 0, 1, 0],
      [1, 0, 0, 1, 0, 1, 0, 0, 0],
    ];
    const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
    const covariance = mean(p.map((v, i) => v * g[i])) - mean(p) * mean(g);
    const spread = (x: readonly number[]) => Math.sqrt(mean(x) * (1 - mean(x)));
    const loss = await matthewsCorrelationLoss(row(p), row(g), { ...PROBABILITIES, smooth: 0 }).item();
    expect(loss).toBeCloseTo(1 - covariance / (spread(p) * spread(g)), 14);
    expect(loss).toBeCloseTo(1 - matthewsCorrelation(p, g).mean, 14);
  });

  it("lets foreground and background change places", async () => {
    const [x, soft] = [logitsOf([2, 1, 3, 4]), softMask([2, 1, 3, 4])];
    const swapped = matthewsCorrelationLoss(x.neg(), soft.neg().add(1));
    expect(await swapped.item()).toBeCloseTo(await matthewsCorrelationLoss(x, soft).item(), 14);
  });

  it("runs from 0 for what is right to 2 for what is wrong", async () => {
    const all = { ...PROBABILITIES, smooth: 0 };
    expect(await matthewsCorrelationLoss(G, G, all).item()).toBe(0);
    expect(await matthewsCorrelationLoss(G.neg().add(1), G, all).item()).toBeCloseTo(2, 14);
    expect(await matthewsCorrelationLoss(row([0.5, 0.5, 0.5, 0.5]), G, all).item()).toBeCloseTo(1, 14);
  });

  it("has a policy for masks of one class", async () => {
    const [p, empty] = [row([0.9, 0.2, 0.1, 0]), row([0, 0, 0, 0])];
    const expected = 1 - Math.sqrt(((1 / 2.2) * 3.8) / 5);
    expect(await matthewsCorrelationLoss(p, empty, PROBABILITIES).item()).toBeCloseTo(expected, 14);
    expect(await matthewsCorrelationLoss(p.neg().add(1), empty.add(1), PROBABILITIES).item()).toBeCloseTo(
      expected,
      14,
    );
    expect(await matthewsCorrelationLoss(empty, empty, PROBABILITIES).item()).toBe(0);
  });

  it("without smoothing costs 1 where a class is missing, 0 where nothing is wrong, and stays finite", async () => {
    const [p, empty, full] = [row([0.9, 0.2, 0.1, 0]), row([0, 0, 0, 0]), row([1, 1, 1, 1])];
    const loss = (x: Tensor, g: Tensor) => matthewsCorrelationLoss(x, g, { ...PROBABILITIES, smooth: 0 });
    for (const mask of [empty, full]) {
      expect(await loss(p, mask).item()).toBe(1);
      expect(await loss(mask, mask).item()).toBe(0);
      for (const x of [p, empty, full]) await finite((y) => loss(y, mask), x);
    }
    for (const x of [empty, full]) {
      expect(await loss(x, G).item()).toBe(1);
      await finite((y) => loss(y, G), x);
    }
  });

  it("refuses smoothing terms apart", () => {
    expect(() => matthewsCorrelationLoss(P, G, { smoothNumerator: 1 } as object)).toThrow(
      /option smoothNumerator is not taken/,
    );
  });
});

describe("matthewsCorrelationLoss in float32", () => {
  beforeEach(() => setBackend("cpu"));
  afterEach(() => setBackend("reference"));

  it.each([1e-8, 1, 1e10])("takes images of any size: every pixel counts %d times", async (weight) => {
    const [x, g] = [logitsOf([1, 1, 4, 5]), hardMask([1, 1, 4, 5])];
    const pixelWeights = filled([1, 1, 4, 5], () => weight);
    const loss = (y: Tensor, times: Tensor) =>
      matthewsCorrelationLoss(y, g, { smooth: 0, pixelWeights: times });
    const one = filled([1, 1, 4, 5], () => 1);
    expect(await loss(x, pixelWeights).item()).toBeCloseTo(await loss(x, one).item(), 5);
    const [slope, plain] = [
      await values(grad((y: Tensor) => loss(y, pixelWeights))(x)),
      await values(grad((y: Tensor) => loss(y, one))(x)),
    ];
    slope.forEach((s, i) => {
      expect(s).toBeCloseTo(plain[i], 5);
    });
  });
});
