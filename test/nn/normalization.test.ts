import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { ShapeError, setBackend, type Tensor, tensor } from "../../src/index.ts";
import { batchNorm, groupNorm, initialize, instanceNorm, type Module } from "../../src/nn/index.ts";
import { expectClose, values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

const plain = (module: Module, x: Tensor, training = true) =>
  module.apply(initialize(module), x, { training });

/** Mean and variance over some axes. */
async function statistics(x: Tensor, axes: readonly number[]) {
  return { mean: await values(x.mean(axes)), variance: await values(x.variance(axes)) };
}

const shape = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  groups: fc.integer({ min: 1, max: 3 }),
  share: fc.integer({ min: 1, max: 3 }),
  space: fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 1, maxLength: 3 }),
});

describe("laws", () => {
  test("each part that is normalised has mean 0 and variance 1", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.double({ min: -5, max: 5, noNaN: true }), async (drawn, shift) => {
        const { n, groups, share, space } = drawn;
        const channels = groups * share;
        const x = wave([n, channels, ...space], shift).add(shift);
        const options = { epsilon: 0 };
        const axes = space.map((_, i) => i + 2);
        const parts: [Tensor, readonly number[]][] = [
          [plain(batchNorm(channels, options), x), [0, ...axes]],
          [plain(instanceNorm(channels, options), x), axes],
          [
            plain(groupNorm(groups, channels, options), x).reshape([n, groups, share, ...space]),
            [2, ...axes.map((axis) => axis + 1)],
          ],
        ];
        for (const [y, folded] of parts) {
          const { mean, variance } = await statistics(y, folded);
          for (const value of mean) expect(value).toBeCloseTo(0, 9);
          for (const value of variance) expect(value).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("neither scale nor shift of the input shows", async () => {
    await fc.assert(
      fc.asyncProperty(
        shape,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: -10, max: 10, noNaN: true }),
        async ({ n, groups, share, space }, scale, shift) => {
          const channels = groups * share;
          const x = wave([n, channels, ...space]);
          for (const module of [
            batchNorm(channels, { epsilon: 0 }),
            instanceNorm(channels, { epsilon: 0 }),
            groupNorm(groups, channels, { epsilon: 0 }),
          ]) {
            const [y, moved] = [plain(module, x), plain(module, x.mul(scale).add(shift))];
            expectClose(await values(moved.add(10)), await values(y.add(10)), 1e-9);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  test("instance norm is group norm of single channels, and batch norm of a single image", async () => {
    const x = wave([1, 3, 4, 5]);
    const y = await values(plain(instanceNorm(3), x));
    expectClose(y, await values(plain(groupNorm(3, 3), x)), 1e-12);
    expectClose(y, await values(plain(batchNorm(3), x)), 1e-12);
  });

  test("group and instance norm do not mix images, and are the same out of training", async () => {
    const x = wave([2, 4, 3, 3]);
    for (const module of [groupNorm(2, 4), instanceNorm(4)]) {
      const both = await values(plain(module, x));
      expect(await values(plain(module, x.slice([[1, 2]])))).toEqual(both.slice(36));
      expect(await values(plain(module, x, false))).toEqual(both);
    }
  });
});

describe("running statistics of batch norm", () => {
  test("move by the momentum, the variance to the unbiased estimate", async () => {
    const module = batchNorm(1, { momentum: 0.25 });
    const updates: Record<string, Tensor> = {};
    module.apply(initialize(module), tensor([1, 2, 3, 6], [2, 1, 2]), { training: true, updates });
    expect(Object.keys(updates)).toEqual(["runningMean", "runningVariance"]);
    expectClose(await values(updates.runningMean), [0.75 * 0 + 0.25 * 3]);
    // Squared distances 4 + 1 + 0 + 9, over 4 - 1.
    expectClose(await values(updates.runningVariance), [0.75 * 1 + (0.25 * 14) / 3]);
    expect(updates.runningMean.shape).toEqual([1]);
  });

  test("come to the data's own after many steps, and then normalise alike", async () => {
    const module = batchNorm(2);
    const x = wave([4, 2, 3, 3])
      .mul(tensor([2, 5], [1, 2, 1, 1]))
      .add(3);
    let variables = initialize(module);
    for (let step = 0; step < 200; step++) {
      const updates: Record<string, Tensor> = {};
      module.apply(variables, x, { training: true, updates });
      const entries = Object.entries(updates).map(async ([name, value]) => [
        name,
        tensor(await value.data()),
      ]);
      variables = { ...variables, ...Object.fromEntries(await Promise.all(entries)) };
    }
    expectClose(await values(variables.runningMean), await values(x.mean([0, 2, 3])), 1e-8);
    const trained = await values(module.apply(variables, x, { training: true }));
    const rested = await values(module.apply(variables, x));
    // 36 values: the unbiased variance is larger by 36 / 35.
    expectClose(
      rested,
      trained.map((value) => value * Math.sqrt(35 / 36)),
      1e-4,
    );
  });

  test("stay where they are out of training, and are nowhere asked for without updates", () => {
    const module = batchNorm(2);
    const updates: Record<string, Tensor> = {};
    module.apply(initialize(module), wave([2, 2, 3]), { updates });
    expect(updates).toEqual({});
    expect(module.apply(initialize(module), wave([2, 2, 3]), { training: true }).shape).toEqual([2, 2, 3]);
  });

  test("of a layer applied twice move twice", async () => {
    const module = batchNorm(1, { momentum: 0.5 });
    const updates: Record<string, Tensor> = {};
    for (const value of [4, 8]) {
      const x = tensor([value - 1, value + 1], [1, 1, 2]);
      module.apply(initialize(module), x, { training: true, updates });
    }
    expect(await values(updates.runningMean)).toEqual([0.5 * (0.5 * 4) + 0.5 * 8]);
  });
});

describe("refused", () => {
  test.each<[string, () => unknown, string]>([
    ["no channels", () => batchNorm(0), "batchNorm: channels is 0, expected a whole number from 1"],
    ["epsilon", () => instanceNorm(2, { epsilon: -1 }), "instanceNorm: epsilon is -1"],
    ["momentum", () => batchNorm(2, { momentum: 1.5 }), "batchNorm: momentum is 1.5"],
    ["groups", () => groupNorm(3, 4), "groupNorm: groups is 3, expected a divisor of 4 channels"],
    ["an option", () => batchNorm(2, { eps: 1 } as object), "batchNorm: option is eps"],
    ["an option", () => groupNorm(2, 2, { momentum: 1 } as object), "groupNorm: option is momentum"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });

  test.each<[string, Module, readonly number[]]>([
    ["other channels", batchNorm(3), [1, 2, 4]],
    ["no space", groupNorm(1, 2), [1, 2]],
    ["one value a channel", batchNorm(2), [1, 2, 1]],
    ["one value a channel of an image", instanceNorm(2), [4, 2, 1, 1]],
    ["one value a group", groupNorm(2, 2), [4, 2, 1, 1]],
  ])("%s", (_, module, given) => {
    expect(() => plain(module, wave(given))).toThrow(ShapeError);
  });
});
