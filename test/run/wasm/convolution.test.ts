/** Convolutions by kernels of their own, against the reference: every kind of border, block and tail. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Node } from "../../../src/graph/node.ts";
import { add, mul } from "../../../src/ops/arithmetic.ts";
import {
  type ConvolutionOptions,
  convInputGradRow,
  convolution,
  convRow,
  convWeightGradRow,
} from "../../../src/ops/contract.ts";
import { exp, relu, sigmoid, tanh } from "../../../src/ops/functions.ts";
import { less, where } from "../../../src/ops/logic.ts";
import { record } from "../../../src/ops/make.ts";
import { reshape } from "../../../src/ops/movement.ts";
import { seededRandom } from "../../../src/random.ts";
import { setBackend } from "../../../src/run/backends.ts";
import { planOf } from "../../../src/run/evaluate.ts";
import { type Shape, sizeOf } from "../../../src/shape.ts";
import { describeModes, expectAgreement } from "../../support/backends.ts";
import { leaf } from "../../support/ops.ts";

function noise(shape: Shape, seed: number): Node {
  const random = seededRandom(seed);
  return leaf({
    shape,
    data: Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(random.uniform(-1, 1))),
  });
}

/** A convolution and both of its adjoints. */
function family(image: Shape, kernel: Shape, options: ConvolutionOptions): Node[] {
  const [x, w] = [noise(image, 1), noise(kernel, 2)];
  const y = convolution(`conv${image.length - 2}d`, image.length - 2, x, w, options);
  const inner = y.inputs[0];
  const g = noise(inner.shape, 3);
  const { attributes } = inner;
  const [xg, wg] = inner.inputs;
  return [
    record(convRow, [xg, wg], inner.shape, attributes as never),
    record(convInputGradRow, [g, wg], xg.shape, attributes as never),
    record(convWeightGradRow, [xg, g], wg.shape, attributes as never),
  ];
}

type Case = readonly [title: string, image: Shape, kernel: Shape, options?: ConvolutionOptions];

const CASES: readonly Case[] = [
  ["3x3, whole tiles", [2, 8, 16, 16], [8, 8, 3, 3], { padding: 1 }],
  ["3x3, odd sizes and channels", [2, 5, 13, 19], [7, 5, 3, 3], { padding: 1 }],
  ["3x3, no padding", [1, 6, 11, 21], [4, 6, 3, 3], {}],
  ["3x3, padding of 2", [1, 4, 6, 9], [5, 4, 3, 3], { padding: 2 }],
  ["3x3, wide: several strips in a row", [1, 4, 6, 170], [4, 4, 3, 3], { padding: 1 }],
  ["3x3, a wide one that does not divide", [1, 4, 5, 149], [5, 4, 3, 3], { padding: 1 }],
  ["3x3, narrow", [2, 6, 9, 5], [5, 6, 3, 3], { padding: 1 }],
  ["3x3, one pixel", [2, 4, 1, 1], [4, 4, 3, 3], { padding: 1 }],
  ["3x3 in groups", [2, 12, 10, 10], [15, 4, 3, 3], { padding: 1, groups: 3 }],
  ["3x3, many channels", [1, 67, 9, 16], [34, 67, 3, 3], { padding: 1 }],
  ["one input", [2, 1, 20, 23], [16, 1, 3, 3], { padding: 1 }],
  ["1x1 to one output", [2, 16, 12, 12], [1, 16, 1, 1], {}],
  ["1x1 to two outputs", [2, 3, 7, 9], [2, 3, 1, 1], {}],
  ["5x3", [1, 3, 12, 11], [6, 3, 5, 3], { padding: [2, 1] }],
  ["stride 2", [2, 5, 15, 18], [6, 5, 3, 3], { padding: 1, stride: 2 }],
  [
    "stride 3 by 1, dilated",
    [1, 4, 20, 17],
    [5, 4, 3, 2],
    { padding: [1, 0], stride: [3, 1], dilation: [2, 3] },
  ],
  ["more padding than taps", [1, 2, 4, 5], [3, 2, 1, 1], { padding: 2 }],
  ["3-D", [2, 3, 5, 6, 7], [4, 3, 3, 3, 3], { padding: 1 }],
  [
    "3-D, stride 2 and groups",
    [1, 4, 6, 7, 9],
    [6, 2, 2, 3, 3],
    { padding: [0, 1, 1], stride: 2, groups: 2 },
  ],
  ["stride beyond the taps", [1, 3, 14, 13], [5, 3, 2, 1], { stride: 3, padding: 1 }],
  ["4x4, stride 2", [2, 5, 12, 16], [6, 5, 4, 4], { stride: 2, padding: 1 }],
  ["stride 2 and 3, dilated", [1, 2, 21, 25], [3, 2, 3, 3], { stride: [2, 3], dilation: [3, 2], padding: 4 }],
  ["depthwise", [1, 6, 9, 9], [6, 1, 3, 3], { padding: 1, groups: 6 }],
];

const bias = noise([6], 7);
const beside = noise([2, 6, 9, 13], 8);
const TAILS: readonly (readonly [title: string, follow: (y: Node) => Node])[] = [
  ["a bias", (y) => add(y, reshape(bias, [1, 6, 1, 1]))],
  ["bias and relu", (y) => relu(add(y, reshape(bias, [1, 6, 1, 1])))],
  ["a mask of the same shape", (y) => where(less(0, beside), y, 0)],
  ["a function", (y) => tanh(mul(y, reshape(exp(bias), [1, 6, 1, 1])))],
  ["itself twice", (y) => mul(y, sigmoid(y))],
  ["another shape", (y) => reshape(relu(reshape(y, [12, 117])), [2, 6, 9, 13])],
  ["a row, which the kernel has not", (y) => add(y, noise([13], 9))],
];

await describeModes(
  "convolutions",
  (mode) => {
    for (const [title, image, kernel, options = {}] of CASES) {
      test(title, () => expectAgreement(mode, family(image, kernel, options), 2e-6));
    }

    test.each(TAILS)("with %s applied before results are stored", async (_title, follow) => {
      for (const [image, kernel] of [
        [
          [2, 4, 9, 13],
          [6, 4, 3, 3],
        ],
        [
          [2, 2, 9, 13],
          [6, 2, 3, 3],
        ],
      ] as const) {
        const y = convolution("conv2d", 2, noise(image, 1), noise(kernel, 2), { padding: 1 });
        await expectAgreement(mode, [follow(y)], 2e-6);
      }
    });

    test("drawn at random", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            n: fc.integer({ min: 1, max: 2 }),
            groups: fc.integer({ min: 1, max: 2 }),
            inputs: fc.integer({ min: 1, max: 9 }),
            outputs: fc.integer({ min: 1, max: 9 }),
            space: fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 })),
            taps: fc.oneof(
              { weight: 3, arbitrary: fc.constant([3, 3] as [number, number]) },
              fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
            ),
            stride: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 3 })),
            dilation: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 2 })),
            padding: fc.integer({ min: 0, max: 3 }),
          }),
          async ({ n, groups, inputs, outputs, space, taps, stride, dilation, padding }) => {
            fc.pre(space.every((length, i) => length + 2 * padding > (taps[i] - 1) * dilation));
            const nodes = family([n, groups * inputs, ...space], [groups * outputs, inputs, ...taps], {
              stride,
              dilation,
              padding,
              groups,
            });
            await expectAgreement(mode, nodes, 2e-6);
          },
        ),
        { numRuns: 60 },
      );
    });
  },
  ["wasm"],
);

describe("kernels of convolution", () => {
  test("Winograd for 3x3, taps for the rest, phases where strides leave gaps", async () => {
    await setBackend("wasm");
    const stagesOf = async (nodes: readonly Node[]) => (await planOf(nodes)).stages.join("\n");
    const [y, x, w] = family([2, 8, 16, 16], [8, 8, 3, 3], { padding: 1 });
    expect(await stagesOf([y])).toMatch(/F\(2x2, 3x3\)/);
    expect(await stagesOf([x])).toMatch(/F\(2x2, 3x3\)/);
    expect(await stagesOf([w])).toMatch(/F\(3x3, 2x2\)/);
    const [narrow] = family([2, 8, 16, 4], [8, 8, 3, 3], { padding: 1 });
    expect(await stagesOf([narrow])).toMatch(/outputs x/);
    const [strided, gaps] = family([2, 8, 16, 16], [8, 8, 3, 3], { padding: 1, stride: 2 });
    expect(await stagesOf([strided])).toMatch(/at once/);
    expect(await stagesOf([gaps])).toMatch(/4 phases/);
  });

  test("a bias and an activation cost no pass of their own; what others read is stored as it is", async () => {
    await setBackend("wasm");
    const y = convolution("conv2d", 2, noise([2, 8, 16, 16], 1), noise([8, 8, 3, 3], 2), { padding: 1 });
    const activated = relu(add(y, reshape(noise([8], 3), [1, 8, 1, 1])));
    const { stages } = await planOf([activated]);
    expect(stages).toHaveLength(2);
    expect(stages[1]).toMatch(/conv .* \+ relu/);
    expect((await planOf([activated, y])).stages).toHaveLength(3);
  });
});
