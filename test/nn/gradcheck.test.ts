/** Gradients of every layer by input and variables against central differences, at shapes that fast-check draws. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradcheck, type Tensor, tensor } from "../../src/index.ts";
import * as nn from "../../src/nn/index.ts";
import { seededRandom } from "../../src/random.ts";
import { sizeOf } from "../../src/shape.ts";
import { apart } from "../support/ops.ts";
import { noiseOf } from "./support/noise.ts";

interface Drawn {
  readonly module: nn.Module;
  readonly shape: readonly number[];
}

const count = (min: number, max: number) => fc.integer({ min, max });
const space = (rank: number, min: number, max: number) =>
  fc.array(count(min, max), { minLength: rank, maxLength: rank });

/** A grouped convolution with an input that has room for it. */
const convolution = (rank: 2 | 3): fc.Arbitrary<Drawn> =>
  fc
    .record({
      n: count(1, 2),
      groups: count(1, 2),
      share: count(1, 2),
      outputs: count(1, 2),
      taps: space(rank, 1, 3),
      stride: space(rank, 1, 2),
      padding: space(rank, 0, 1),
      dilation: space(rank, 1, 2),
      room: space(rank, 0, 2),
      bias: fc.boolean(),
    })
    .map(({ n, groups, share, outputs, taps, room, ...options }) => {
      const make = rank === 2 ? nn.conv2d : nn.conv3d;
      const module = make(groups * share, groups * outputs, taps, { ...options, groups });
      return {
        module,
        shape: [n, groups * share, ...taps.map((k, i) => (k - 1) * options.dilation[i] + 1 + room[i])],
      };
    });

const transposedConvolution = (rank: 2 | 3): fc.Arbitrary<Drawn> =>
  fc
    .record({
      n: count(1, 2),
      groups: count(1, 2),
      share: count(1, 2),
      outputs: count(1, 2),
      taps: space(rank, 2, 3),
      stride: space(rank, 1, 3),
      dilation: space(rank, 1, 2),
      extra: space(rank, 0, 2),
      padding: space(rank, 0, 1),
      size: space(rank, 2, 3),
      bias: fc.boolean(),
    })
    .map(({ n, groups, share, outputs, taps, extra, size, ...options }) => {
      const make = rank === 2 ? nn.convTranspose2d : nn.convTranspose3d;
      const outputPadding = extra.map((e, i) =>
        Math.min(e, Math.max(options.stride[i], options.dilation[i]) - 1),
      );
      const module = make(groups * share, groups * outputs, taps, { ...options, groups, outputPadding });
      return { module, shape: [n, groups * share, ...size] };
    });

const image = (channels: number, min = 2, max = 4) =>
  fc
    .record({ n: count(1, 2), rank: count(1, 3), sides: space(3, min, max) })
    .map(({ n, rank, sides }) => [n, channels, ...sides.slice(0, rank)]);

const of = (module: nn.Module, channels = 2, min = 2, max = 4): fc.Arbitrary<Drawn> =>
  image(channels, min, max).map((shape) => ({ module, shape }));

const linear = (factor: number): fc.Arbitrary<Drawn> =>
  image(1, 1, 3).map((shape) => ({
    module: nn.upsample(factor, (["linear", "bilinear", "trilinear"] as const)[shape.length - 3]),
    shape,
  }));

const CASES: Readonly<Record<string, fc.Arbitrary<Drawn>>> = {
  conv2d: convolution(2),
  conv3d: convolution(3),
  convTranspose2d: transposedConvolution(2),
  convTranspose3d: transposedConvolution(3),
  batchNorm: of(nn.batchNorm(2)),
  groupNorm: of(nn.groupNorm(2, 4), 4),
  instanceNorm: of(nn.instanceNorm(2)),
  dropout: of(nn.dropout(0.4)),
  "dropout of channels": of(nn.dropout(0.4, { unit: "channels" })),
  ...Object.fromEntries(Object.entries(nn.activations).map(([name, make]) => [name, of(make())])),
  maxPool: of(nn.maxPool(2)),
  "maxPool, overlapping": of(nn.maxPool(2, { stride: 1, padding: 1 })),
  avgPool: of(nn.avgPool(2, { stride: 1, padding: 1 })),
  upsample: of(nn.upsample(2), 1, 1, 3),
  "linear upsample by 2": linear(2),
  "linear upsample by 3": linear(3),
  concat: of(nn.concat([nn.identity(), nn.silu()])),
};

/** Any order of magnitude but for values no two of which are close, and none near the kinks at 0. */
const point = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    apart(seededRandom(seed), sizeOf(shape)).map((value) => value + 0.02 * Math.sign(value)),
    [...shape],
  );

async function errorOf({ module, shape }: Drawn, seed: number, training: boolean): Promise<number> {
  const { variables } = module;
  const fixed = nn.initialize(module, { seed });
  const names = Object.keys(variables).filter((name) => variables[name].trainable);
  const f = (...args: Tensor[]) => {
    const given = Object.fromEntries(names.map((name, i) => [name, args[i + 1]]));
    return module.apply({ ...fixed, ...given }, args[0], { training, noise: noiseOf(seed) });
  };
  const args = [point(shape, seed), ...names.map((name, i) => point(variables[name].shape, seed + i + 1))];
  return (await gradcheck(f, args, { elements: 6, directions: 2 })).maxError;
}

describe("gradients by central differences", () => {
  test.each(Object.entries(CASES))("%s", async (_, drawn) => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.nat(10_000), fc.boolean(), async (one, seed, training) => {
        expect(await errorOf(one, seed, training)).toBeLessThan(1e-6);
      }),
      { numRuns: 12 },
    );
  });
});
