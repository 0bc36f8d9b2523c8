import { beforeAll, describe, expect, test } from "vitest";
import { OptionError, ShapeError, setBackend, type Tensor, tensor } from "../../src/index.ts";
import {
  batchNorm,
  concat,
  conv2d,
  countParameters,
  describe as describeModule,
  identity,
  initialize,
  maxPool,
  relu,
  scoped,
  sequential,
} from "../../src/nn/index.ts";
import { values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

const x = wave([2, 1, 4, 4]);

describe("sequential, scoped, concat", () => {
  test("name variables by their parts, however deep", () => {
    const network = sequential({
      stem: conv2d(1, 2, 3),
      body: sequential([conv2d(2, 2, 3), relu(), conv2d(2, 2, 1, { bias: false })]),
    });
    expect(Object.keys(scoped("net", network).variables)).toEqual([
      "net.stem.weight",
      "net.stem.bias",
      "net.body.0.weight",
      "net.body.0.bias",
      "net.body.2.weight",
    ]);
  });

  test("apply the parts in order, each with its own variables", async () => {
    const [first, second] = [conv2d(1, 2, 3), conv2d(2, 1, 1)];
    const network = sequential({ first, act: relu(), second });
    const variables = initialize(network, { seed: 3 });
    const of = (name: string) => ({
      weight: variables[`${name}.weight`],
      bias: variables[`${name}.bias`],
    });
    const byHand = second.apply(of("second"), first.apply(of("first"), x).relu());
    expect(await values(network.apply(variables, x))).toEqual(await values(byHand));
  });

  test("concat joins channels in order", async () => {
    const both = concat({ plain: identity(), twice: conv2d(1, 1, 1, { bias: false }) });
    const image = tensor([[[[1, 2]]]]);
    expect(await values(both.apply({ "twice.weight": tensor([[[[2]]]]) }, image))).toEqual([1, 2, 2, 4]);
    expect(() => concat([identity(), maxPool(2)]).apply({}, x)).toThrow(ShapeError);
  });

  test("hand updates up under the whole name, and earlier ones down", async () => {
    const norm = batchNorm(1, { momentum: 0.5, affine: false });
    const network = sequential({ a: scoped("b", norm), again: scoped("b", norm) });
    const updates: Record<string, Tensor> = {};
    const variables = initialize(network);
    const image = tensor([3, 5], [1, 1, 2]);
    network.apply(variables, image, { training: true, updates });
    expect(Object.keys(updates)).toEqual([
      "a.b.runningMean",
      "a.b.runningVariance",
      "again.b.runningMean",
      "again.b.runningVariance",
    ]);
    expect(await values(updates["a.b.runningMean"])).toEqual([2]);
    network.apply(variables, image, { training: true, updates });
    expect(await values(updates["a.b.runningMean"])).toEqual([3]);
  });

  test("refuse variables that are missing or of another shape, by their whole name", () => {
    const network = sequential({ conv: conv2d(1, 2, 3) });
    const variables = initialize(network);
    expect(() => network.apply({}, x)).toThrow(OptionError);
    expect(() => network.apply({}, x)).toThrow(
      "variable conv.weight is undefined, expected a tensor [2, 1, 3, 3]",
    );
    expect(() => network.apply({ ...variables, "conv.bias": wave([3]) }, x)).toThrow(
      "variable conv.bias is [3], expected [2]",
    );
  });

  test("refuse no parts, no name, and names that come twice", () => {
    expect(() => sequential([])).toThrow("sequential: parts is none, expected at least one module");
    expect(() => concat({})).toThrow(OptionError);
    expect(() => scoped("", relu())).toThrow('scoped: name is "", expected a name');
    const twice = { a: scoped("b", conv2d(1, 1, 1)), "a.b": conv2d(1, 1, 1) };
    expect(() => sequential(twice)).toThrow("variable a.b.weight is there twice");
  });
});

describe("describe and countParameters", () => {
  const network = sequential({ conv: conv2d(3, 64, 3), norm: batchNorm(64) });

  test("count what is trained, or all", () => {
    expect(countParameters(network)).toBe(64 * 27 + 64 + 2 * 64);
    expect(countParameters(network, { all: true })).toBe(64 * 27 + 64 + 4 * 64);
    expect(countParameters(relu())).toBe(0);
  });

  test("list every variable", () => {
    expect(describeModule(network)).toBe(
      [
        "conv.weight           [64, 3, 3, 3]  1,728",
        "conv.bias             [64]              64",
        "norm.weight           [64]              64",
        "norm.bias             [64]              64",
        "norm.runningMean      [64]              64  not trained",
        "norm.runningVariance  [64]              64  not trained",
        "1,920 parameters",
      ].join("\n"),
    );
    expect(describeModule(relu())).toBe("0 parameters");
  });
});
