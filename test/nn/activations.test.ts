import { beforeAll, describe, expect, test } from "vitest";
import { ones, ShapeError, setBackend, tensor } from "../../src/index.ts";
import { initialize, prelu } from "../../src/nn/index.ts";
import { values } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

describe("prelu", () => {
  test("has one slope for all channels, or one each", async () => {
    const x = tensor([[[-4], [2], [-8]]]);
    expect(await values(prelu().apply(initialize(prelu()), x))).toEqual([-1, 2, -2]);
    expect(await values(prelu(3).apply({ weight: tensor([0.5, 0.5, 1]) }, x))).toEqual([-2, 2, -8]);
  });

  test("refuses other channels, a single one too, which would be repeated", () => {
    const layer = prelu(3);
    for (const channels of [1, 2, 6]) {
      expect(() => layer.apply(initialize(layer), ones([2, channels, 4]))).toThrow(ShapeError);
    }
  });
});
