/** What `fit` takes for a loss, without a cast: `tsc` checks this file. */
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  basnetLoss,
  defineLoss,
  diceLoss,
  type Loss,
  losses,
  ramp,
  rampedSum,
  ssimLoss,
  type Tensor,
  weightedSum,
} from "../../src/index.ts";
import type { Module } from "../../src/nn/index.ts";
import { type Data, type FitLoss, type FitLossOptions, fit as train } from "../../src/train/index.ts";

describe("a loss for fit", () => {
  it("is any loss of the catalogue, of one's own, any sum, and any function", () => {
    const own = defineLoss("own", {}, ({ p, g }) => p.sub(g).abs());
    const withOptions = defineLoss(
      "own",
      { shared: ["input"], options: { power: { default: 2, doc: "exponent" } } },
      ({ p, g }, { power }) => p.sub(g).abs().pow(power),
    );
    const typed = defineLoss<{ power?: number }>(
      "own",
      { options: { power: { default: 2, doc: "exponent" } } },
      ({ p, g }, { power }) => p.sub(g).abs().pow(power),
    );
    const plain = (x: Tensor, g: Tensor) => x.sub(g).square().mean();
    const withIgnore = (x: Tensor, g: Tensor, { ignoreIndex = -1 }: { ignoreIndex?: number } = {}) =>
      x.sub(g).mul(g.notEqual(ignoreIndex)).square().mean();
    const withTold = (x: Tensor, g: Tensor, { progress }: FitLossOptions = {}) =>
      x
        .sub(g)
        .square()
        .mean()
        .mul(progress ?? 1);
    const withOwn = (x: Tensor, g: Tensor, { power = 2 }: { power?: number } = {}) =>
      x.sub(g).abs().pow(power).mean();
    const all: readonly FitLoss[] = [
      diceLoss,
      // Losses that take none of the options that fit may give.
      ssimLoss,
      basnetLoss,
      losses.focalLoss,
      own,
      withOptions,
      typed,
      weightedSum([diceLoss, own]),
      rampedSum([[ssimLoss, ramp.linear(1, 0)]]),
      plain,
      withIgnore,
      withTold,
      withOwn,
      (x, g) => x.sub(g).abs().mean(),
      Object.assign(withTold, { options: { progress: {} } }),
    ];
    expect(all.every((loss) => typeof loss === "function")).toBe(true);
    const general: Loss = diceLoss;
    expectTypeOf(general).toExtend<FitLoss>();
  });

  it("is checked where it is given", () => {
    const calls = (model: Module, data: Data) => [
      () => train(model, data, ssimLoss, { steps: 1 }),
      () => train(model, data, weightedSum([diceLoss]), { steps: 1 }),
      () => train(model, data, (x, g) => x.sub(g).square().mean(), { steps: 1 }),
      // @ts-expect-error a loss gives a tensor
      () => train(model, data, () => 1, { steps: 1 }),
      // @ts-expect-error a loss compares tensors
      () => train(model, data, (x: number) => x, { steps: 1 }),
    ];
    expect(calls).toBeTypeOf("function");
  });
});
