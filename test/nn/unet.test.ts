import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  binaryCrossEntropyLoss,
  evaluate,
  gradcheck,
  OptionError,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "../../src/index.ts";
import { countParameters, initialize, type UNetOptions, unet } from "../../src/nn/index.ts";
import { describeModes, relativeError } from "../support/backends.ts";
import { values, wave } from "../support/values.ts";
import { noiseOf } from "./support/noise.ts";

beforeAll(() => setBackend("reference"));

describe("parts", () => {
  test("the usual one has 117 985 parameters, in these variables", () => {
    const network = unet();
    expect(countParameters(network)).toBe(117_985);
    expect(
      Object.entries(network.variables).map(([name, { shape }]) => `${name} ${shape.join("x")}`),
    ).toEqual([
      "encoder.0.conv1.weight 16x1x3x3",
      "encoder.0.conv1.bias 16",
      "encoder.0.conv2.weight 16x16x3x3",
      "encoder.0.conv2.bias 16",
      "encoder.1.conv1.weight 32x16x3x3",
      "encoder.1.conv1.bias 32",
      "encoder.1.conv2.weight 32x32x3x3",
      "encoder.1.conv2.bias 32",
      "bottom.conv1.weight 64x32x3x3",
      "bottom.conv1.bias 64",
      "bottom.conv2.weight 64x64x3x3",
      "bottom.conv2.bias 64",
      "decoder.1.conv1.weight 32x96x3x3",
      "decoder.1.conv1.bias 32",
      "decoder.1.conv2.weight 32x32x3x3",
      "decoder.1.conv2.bias 32",
      "decoder.0.conv1.weight 16x48x3x3",
      "decoder.0.conv1.bias 16",
      "decoder.0.conv2.weight 16x16x3x3",
      "decoder.0.conv2.bias 16",
      "head.weight 1x16x1x1",
      "head.bias 1",
    ]);
  });

  test("a normalisation takes the place of the bias", () => {
    const names = (options: UNetOptions) =>
      Object.keys(unet({ depth: 1, baseChannels: 8, ...options }).variables);
    expect(names({ normalization: "group" })).toEqual([
      "bottom.conv1.weight",
      "bottom.norm1.weight",
      "bottom.norm1.bias",
      "bottom.conv2.weight",
      "bottom.norm2.weight",
      "bottom.norm2.bias",
      "head.weight",
      "head.bias",
    ]);
    expect(names({ normalization: "instance" })).toEqual(names({ normalization: "group" }));
    expect(names({ normalization: "batch" })).toContain("bottom.norm2.runningVariance");
  });

  test("options come back with their defaults, as plain data that make the same network", () => {
    const network = unet({ baseChannels: [3, 5], dropout: 0.1 });
    expect(network.options).toMatchObject({ depth: 2, baseChannels: [3, 5], dropout: 0.1, classes: 1 });
    const again = unet(JSON.parse(JSON.stringify(network.options)) as UNetOptions);
    expect(JSON.stringify(again.variables)).toBe(JSON.stringify(network.variables));
    expect(again.options).toEqual(network.options);
  });
});

const drawn = fc.record({
  dimensions: fc.constantFrom(2 as const, 3 as const),
  channels: fc.integer({ min: 1, max: 2 }),
  classes: fc.integer({ min: 1, max: 3 }),
  depth: fc.integer({ min: 1, max: 3 }),
  baseChannels: fc.constantFrom(2, 4),
  convolutionsPerLevel: fc.integer({ min: 1, max: 2 }),
  kernelSize: fc.constantFrom(1, 3),
  normalization: fc.constantFrom("none" as const, "batch" as const, "group" as const, "instance" as const),
  activation: fc.constantFrom("relu" as const, "leakyRelu" as const, "prelu" as const, "silu" as const),
  upsampling: fc.constantFrom("nearest" as const, "bilinear" as const, "transposed" as const),
  dropout: fc.constantFrom(0, 0.2),
  deepSupervision: fc.boolean(),
});

/** `groups` only where there is group normalisation. */
const optionsOf = (given: UNetOptions): UNetOptions =>
  given.normalization === "group" ? { ...given, groups: 2 } : given;

test("any options: logits of the input's size, full size first, then halved level by level", () => {
  fc.assert(
    fc.property(
      drawn,
      fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 3, maxLength: 3 }),
      (given, times) => {
        const options = optionsOf(given);
        const network = unet(options);
        expect(network.divisor).toBe(2 ** (given.depth - 1));
        // Twice the least: a single pixel at the lowest level has no variance.
        const space = times.slice(0, given.dimensions).map((n) => 2 * n * network.divisor);
        const x = zeros([2, given.channels, ...space]);
        const variables = initialize(network);
        const context = { training: true, noise: noiseOf(1), updates: {} };
        const outputs = network.outputs(variables, x, context);
        expect(outputs.map(({ shape }) => shape)).toEqual(
          Array.from({ length: given.deepSupervision ? Math.max(1, given.depth - 1) : 1 }, (_, level) => [
            2,
            given.classes,
            ...space.map((length) => length / 2 ** level),
          ]),
        );
        expect(network.apply(variables, x).shape).toEqual(outputs[0].shape);
      },
    ),
    { numRuns: 60 },
  );
});

test("a network in 3-D: gradients by every variable, with deep supervision", async () => {
  const network = unet({
    dimensions: 3,
    depth: 3,
    baseChannels: [1, 2, 2],
    convolutionsPerLevel: 1,
    activation: "silu",
    normalization: "instance",
    upsampling: "transposed",
    deepSupervision: true,
  });
  const names = Object.keys(network.variables);
  const variables = initialize(network, { seed: 1 });
  const f = (x: Tensor, ...given: Tensor[]) => {
    const all = Object.fromEntries(names.map((name, i) => [name, given[i]]));
    return network
      .outputs(all, x)
      .map((output) => output.square().mean())
      .reduce((total, part) => total.add(part));
  };
  const args = [wave([1, 1, 8, 4, 8]), ...names.map((name) => variables[name])];
  const result = await gradcheck(f, args, { elements: 2, directions: 1, tolerance: 1e-5 });
  expect(result).toMatchObject({ ok: true });
});

test("apply gives the first of the outputs", async () => {
  const network = unet({ depth: 3, baseChannels: 2, deepSupervision: true, classes: 2 });
  const variables = initialize(network, { seed: 2 });
  const x = wave([1, 1, 8, 4]);
  const [full, half, ...more] = network.outputs(variables, x);
  expect(await values(network.apply(variables, x))).toEqual(await values(full));
  expect(half.shape).toEqual([1, 2, 4, 2]);
  expect(more).toEqual([]);
});

test("every variable counts: each changes the output, and each has a gradient that is not 0", async () => {
  const network = unet({ depth: 2, baseChannels: 4, normalization: "batch", upsampling: "transposed" });
  const names = Object.keys(network.variables).filter((name) => network.variables[name].trainable);
  const variables = initialize(network, { seed: 1 });
  const f = (...given: Tensor[]) => {
    const all = { ...variables, ...Object.fromEntries(names.map((name, i) => [name, given[i]])) };
    return network
      .apply(all, wave([2, 1, 8, 8]), { training: true })
      .mul(wave([2, 1, 8, 8], 1))
      .sum();
  };
  const points = names.map((name) => variables[name]);
  const { grad } = valueAndGrad(f, { argnums: names.map((_, i) => i) })(...points);
  for (const [i, name] of names.entries()) {
    const largest = Math.max(...(await values(grad[i])).map(Math.abs));
    expect(largest, name).toBeGreaterThan(1e-6);
  }
});

test("signals keep their size through a deep network, forward and backward", async () => {
  const network = unet({ depth: 4, baseChannels: 8 });
  const variables = initialize(network, { seed: 3 });
  const { value, grad } = valueAndGrad((x: Tensor) => network.apply(variables, x).square().mean())(
    wave([1, 1, 16, 16]),
  );
  await evaluate(value, grad);
  expect(await value.item()).toBeGreaterThan(0.05);
  expect(await value.item()).toBeLessThan(50);
  expect(Math.max(...(await values(grad)).map(Math.abs))).toBeGreaterThan(1e-4);
});

describe("refused", () => {
  test.each<[string, UNetOptions, string]>([
    ["four axes", { dimensions: 4 as 3 }, "unet: dimensions is 4, expected 2 or 3"],
    ["no classes", { classes: 0 }, "unet: classes is 0, expected a whole number from 1"],
    ["no levels", { depth: 0 }, "unet: depth is 0"],
    ["half a convolution", { convolutionsPerLevel: 0.5 }, "unet: convolutionsPerLevel is 0.5"],
    ["even kernels", { kernelSize: 4 }, "unet: kernelSize is 4, expected an odd number from 1"],
    [
      "layer norm",
      { normalization: "layer" as "none" },
      'unet: normalization is "layer", expected "none", "batch"',
    ],
    ["an activation", { activation: "sine" as "relu" }, 'unet: activation is "sine", expected "relu"'],
    ["cubic", { upsampling: "cubic" as "nearest" }, 'unet: upsampling is "cubic"'],
    ["groups", { groups: 4 }, 'unet: groups is 4, expected nothing with normalization "none"'],
    [
      "groups",
      { normalization: "group", baseChannels: 12 },
      "groupNorm: groups is 8, expected a divisor of 12",
    ],
    ["all dropped", { dropout: 1 }, "unet: dropout is 1"],
    ["half supervision", { deepSupervision: 1 as unknown as boolean }, "unet: deepSupervision is 1"],
    [
      "channels of a level",
      { depth: 3, baseChannels: [4, 8] },
      "baseChannels is [4,8], expected one number for each of 3",
    ],
    ["channels of 0", { baseChannels: 0 }, "unet: baseChannels is 0"],
    ["an option", { levels: 3 } as UNetOptions, "unet: option is levels"],
  ])("%s", (_, options, message) => {
    expect(() => unet(options)).toThrow(OptionError);
    expect(() => unet(options)).toThrow(message);
  });

  test("sizes that cannot be halved, with those that can", () => {
    const network = unet({ depth: 3, baseChannels: 1 });
    const variables = initialize(network);
    const apply = (shape: readonly number[]) => () => network.apply(variables, zeros(shape));
    expect(apply([1, 1, 30, 32])).toThrow(ShapeError);
    expect(apply([1, 1, 30, 32])).toThrow(
      "unet: spatial size is [30, 32], expected multiples of 4, as [28, 32] or [32, 32]",
    );
    expect(apply([1, 1, 3, 4])).toThrow("expected multiples of 4, as [4, 4]");
    expect(apply([1, 2, 4, 4])).toThrow("unet: input is [1, 2, 4, 4], expected [n, 1, h, w]");
    expect(apply([1, 1, 4, 4, 4])).toThrow("expected [n, 1, h, w]");
  });
});

await describeModes(
  "the usual U-Net",
  (mode) => {
    test("loss and gradients agree with the reference", async () => {
      const network = unet();
      const variables = initialize(network, { seed: 4 });
      const names = Object.keys(variables);
      const target = tensor(
        Float32Array.from({ length: 256 }, (_, i) => Number((i % 16) + i / 16 > 15)),
        [1, 1, 16, 16],
      );
      const f = (...given: Tensor[]) => {
        const all = Object.fromEntries(names.map((name, i) => [name, given[i]]));
        return binaryCrossEntropyLoss(network.apply(all, wave([1, 1, 16, 16])), target);
      };
      const run = async (executor: typeof mode) => {
        await setBackend(executor);
        const points = await Promise.all(
          names.map(async (name) => tensor(await variables[name].data(), variables[name].shape)),
        );
        const { value, grad } = valueAndGrad(f, { argnums: names.map((_, i) => i) })(...points);
        await evaluate(value, ...grad);
        return [await values(value), ...(await Promise.all(grad.map(values)))];
      };
      const exact = await run("reference");
      const actual = await run(mode);
      expect(relativeError(actual[0], exact[0])).toBeLessThan(1e-5);
      expect(relativeError(actual.slice(1).flat(), exact.slice(1).flat())).toBeLessThan(1e-5);
    });
  },
  ["wasm"],
);
