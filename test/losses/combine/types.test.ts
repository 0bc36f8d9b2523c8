/** What compiles, without a cast, and what does not: `tsc` checks this file. */
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  binaryCrossEntropyLoss,
  defineLoss,
  diceLoss,
  type Loss,
  losses,
  OptionError,
  ramp,
  rampedSum,
  type SumOptions,
  ssimLoss,
  type Tensor,
  weightedSum,
} from "../../../src/index.ts";

const own = defineLoss(
  "ownLoss",
  { options: { power: { default: 2, min: 1, doc: "exponent of the error" } } },
  ({ p, g }, { power }) => p.sub(g).abs().pow(power),
);
const fromCatalogue: Loss = losses.focalLoss;

describe("parts of a sum", () => {
  it("are losses of all kinds, with options of their own kind", () => {
    const sum = weightedSum([
      [diceLoss, 0.5, { smooth: 0, squared: true }],
      [ssimLoss, 1, { windowSize: 3 }],
      [own, 2, { power: 3 }],
      [fromCatalogue, 1, { gamma: 1 }],
      binaryCrossEntropyLoss,
    ]);
    expectTypeOf(sum).toEqualTypeOf<Loss<SumOptions>>();
    const general: Loss = sum;
    const again = weightedSum([sum, [sum, 2, { includeBackground: true }], general]);
    expectTypeOf(again).toEqualTypeOf<Loss<SumOptions>>();
    const listed = weightedSum([diceLoss, own].map((loss) => [loss, 0.5] as const));
    expectTypeOf(listed).toEqualTypeOf<Loss<SumOptions>>();
    const named = weightedSum({ diceLoss: 1, own: 2 }, { losses: { diceLoss, own } });
    expectTypeOf(named).toEqualTypeOf<Loss<SumOptions>>();
    const ramped = rampedSum([
      [diceLoss, ramp.linear(1, 0), { smooth: 0 }],
      [own, (t) => t.square(), { power: 3 }],
      [fromCatalogue, 0.5],
    ]);
    expectTypeOf(ramped).toEqualTypeOf<Loss<SumOptions>>();
    expectTypeOf<Loss<SumOptions>>().parameter(2).toExtend<object | undefined>();
  });

  it("are refused where they are not", () => {
    // @ts-expect-error gamma is no option of diceLoss
    expect(() => weightedSum([[diceLoss, 1, { gamma: 1 }]])).toThrow(OptionError);
    // @ts-expect-error reduction is for the whole sum
    expect(() => weightedSum([[diceLoss, 1, { reduction: "sum" }]])).toThrow(OptionError);
    // @ts-expect-error a weight is a number
    expect(() => weightedSum([[diceLoss, "1"]])).toThrow(OptionError);
    // @ts-expect-error weights that change are for rampedSum
    expect(() => weightedSum([[diceLoss, ramp.linear(1, 0)]])).toThrow(OptionError);
    // @ts-expect-error a plain function is no loss
    expect(() => weightedSum([(p: Tensor, g: Tensor) => p.sub(g)])).toThrow(OptionError);
    // @ts-expect-error a name that the record does not have
    expect(() => weightedSum({ diceLoss: 1, other: 1 }, { losses: { diceLoss } })).toThrow(OptionError);
    // @ts-expect-error names without a record
    expect(() => weightedSum({ diceLoss: 1 })).toThrow(OptionError);
  });
});
