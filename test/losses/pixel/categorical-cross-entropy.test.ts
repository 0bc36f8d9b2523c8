import { beforeAll, describe, expect, it } from "vitest";
import { categoricalCrossEntropyLoss, grad, OptionError, setBackend, tensor } from "../../../src/index.ts";
import { labelsOf, logitsOf, sharedOptionsHold, softMask } from "../../support/losses.ts";

beforeAll(() => setBackend("reference"));

/** Two pixels, of classes 2 and 0. */
const P = tensor([
  [
    [0.2, 0.7],
    [0.3, 0.1],
    [0.5, 0.2],
  ],
]);
const G = tensor([[2, 0]]);
const probabilities = { input: "probabilities" } as const;

describe("categoricalCrossEntropyLoss", () => {
  sharedOptionsHold(categoricalCrossEntropyLoss, ["exclusive"]);
  sharedOptionsHold(categoricalCrossEntropyLoss, ["exclusive"], { labelSmoothing: 0.05 });

  it("is the mean of -log p of the label", async () => {
    const loss = categoricalCrossEntropyLoss(P, G, probabilities);
    expect(await loss.item()).toBeCloseTo(-(Math.log(0.5) + Math.log(0.7)) / 2, 14);
  });

  it("smooths labels, with class weights on every term and the labels' weights below", async () => {
    const w = [2, 3, 0.5];
    const nll = [
      [0.2, 0.3, 0.5],
      [0.7, 0.1, 0.2],
    ].map((pixel) => pixel.map((p, c) => -w[c] * Math.log(p)));
    const all = nll.flat().reduce((a, b) => a + b);
    const expected = (0.9 * (nll[0][2] + nll[1][0]) + (0.1 / 3) * all) / (w[2] + w[0]);
    const options = { ...probabilities, labelSmoothing: 0.1, classWeights: w };
    expect(await categoricalCrossEntropyLoss(P, G, options).item()).toBeCloseTo(expected, 14);
  });

  it("takes the mean over foreground pixels without the background", async () => {
    const loss = categoricalCrossEntropyLoss(P, G, { ...probabilities, includeBackground: false });
    expect(await loss.item()).toBeCloseTo(-Math.log(0.5), 14);
  });

  it("reduces to pixels, a sum or a mean", async () => {
    const [x, g] = [logitsOf([2, 3, 2, 2]), labelsOf([2, 2, 2], 3)];
    const each = categoricalCrossEntropyLoss(x, g, { reduction: "none" });
    expect(each.shape).toEqual([2, 2, 2]);
    const sum = await each.sum().item();
    expect(await categoricalCrossEntropyLoss(x, g, { reduction: "sum" }).item()).toBeCloseTo(sum, 13);
    expect(await categoricalCrossEntropyLoss(x, g).item()).toBeCloseTo(sum / 8, 13);
  });

  it("has the gradient (p - g) / N", async () => {
    const x = logitsOf([1, 3, 2]);
    const g = softMask([1, 3, 2]).softmax(1);
    const slope = tensor(await x.softmax(1).sub(g).div(2).data(), x.shape);
    const error = grad((y: typeof x) => categoricalCrossEntropyLoss(y, g))(x).sub(slope);
    expect(await error.abs().max().item()).toBeLessThan(1e-15);
  });

  it("refuses independent channels", () => {
    const x = logitsOf([1, 1, 2, 2]);
    expect(() => categoricalCrossEntropyLoss(x, x.sigmoid())).toThrow(
      /mode is "binary", expected "multiclass"/,
    );
    const y = logitsOf([1, 2, 2, 2]);
    expect(() => categoricalCrossEntropyLoss(y, y.sigmoid(), { mode: "multilabel" })).toThrow(OptionError);
  });
});
