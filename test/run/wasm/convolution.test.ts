/** Convolutions by kernels of their own, against the reference: every kind of border, block and tail. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Node } from "../../../src/graph/node.ts";
import { add, maximum, mul, sub } from "../../../src/ops/arithmetic.ts";
import { slice } from "../../../src/ops/compose.ts";
import {
  type ConvolutionOptions,
  convInputGradRow,
  convolution,
  convRow,
  convWeightGradRow,
  transposedConvolution,
} from "../../../src/ops/contract.ts";
import { clamp, exp, relu, sigmoid, tanh } from "../../../src/ops/functions.ts";
import { less, where } from "../../../src/ops/logic.ts";
import { record } from "../../../src/ops/make.ts";
import { flip, reshape } from "../../../src/ops/movement.ts";
import { mean } from "../../../src/ops/reduce.ts";
import { seededRandom } from "../../../src/random.ts";
import { runnerOf, setBackend } from "../../../src/run/backends.ts";
import { planOf } from "../../../src/run/evaluate.ts";
import type { BackendId } from "../../../src/run/executor.ts";
import { type Shape, sizeOf } from "../../../src/shape.ts";
import { describeModes, expectAgreement, valuesOn } from "../../support/backends.ts";
import { leaf } from "../../support/ops.ts";

function noise(shape: Shape, seed: number): Node {
  const random = seededRandom(seed);
  return leaf({
    shape,
    data: Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(random.uniform(-1, 1))),
  });
}

/** Leaves NaN wherever the next plan's results and scratch will stand: what is read before it is written shows. */
async function spoil(mode: BackendId): Promise<void> {
  const bad = leaf({ shape: [300_000], data: new Float64Array(300_000).fill(NaN) });
  await valuesOn(mode, [add(bad, 1), mul(bad, 2)]);
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
  ["a stride far beyond the taps", [1, 3, 81, 125], [3, 3, 3, 3], { stride: 40, padding: 3 }],
  ["mostly padding", [1, 4, 2, 3], [4, 4, 3, 3], { padding: 25, dilation: 20 }],
  ["one row, 70,001 columns", [1, 4, 1, 70_001], [4, 4, 1, 3], { padding: [0, 1] }],
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
            space: fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 80 })),
            taps: fc.oneof(
              { weight: 3, arbitrary: fc.constant([3, 3] as [number, number]) },
              fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
            ),
            stride: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 5 })),
            dilation: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 5 })),
            padding: fc.integer({ min: 0, max: 6 }),
          }),
          async ({ n, groups, inputs, outputs, space, taps, stride, dilation, padding }) => {
            fc.pre(space.every((length, i) => length + 2 * padding > (taps[i] - 1) * dilation));
            const nodes = family([n, groups * inputs, ...space], [groups * outputs, inputs, ...taps], {
              stride,
              dilation,
              padding,
              groups,
            });
            await spoil(mode);
            await expectAgreement(mode, nodes, 2e-6);
          },
        ),
        { numRuns: 60 },
      );
    });

    test("whatever follows a convolution, drawn at random", async () => {
      const held = (x: Node) => clamp(x, -1, 1);
      const step = fc.record({
        op: fc.constantFrom(add, mul, maximum, (x: Node, other: Node) => sub(x, mul(other, 0.3))),
        other: fc.nat(),
        // Continuous and bounded: rounding stays small.
        f: fc.constantFrom(
          tanh,
          held,
          (x: Node) => relu(held(x)),
          (x: Node) => where(less(0, x), held(x), 0),
        ),
        swap: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            n: fc.integer({ min: 1, max: 2 }),
            groups: fc.integer({ min: 1, max: 2 }),
            inputs: fc.integer({ min: 1, max: 6 }),
            outputs: fc.integer({ min: 1, max: 6 }),
            space: fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 3, max: 20 })),
            taps: fc.constantFrom(1, 3),
            steps: fc.array(step, { minLength: 1, maxLength: 4 }),
            alsoReturned: fc.boolean(),
          }),
          async ({ n, groups, inputs, outputs, space, taps, steps, alsoReturned }) => {
            const c = groups * outputs;
            const y = convolution(
              "conv2d",
              2,
              noise([n, groups * inputs, ...space], 1),
              noise([c, inputs, taps, taps], 2),
              {
                padding: (taps - 1) / 2,
                groups,
              },
            );
            // Made in the same plan, perhaps after y.
            const made = convolution("conv2d", 2, noise([n, 3, ...space], 3), noise([c, 3, 3, 3], 4), {
              padding: 1,
            });
            const channels = (x: Node) => reshape(x, [1, c, 1, 1]);
            const others = [
              y,
              made,
              relu(made),
              mean(exp(made), [2, 3], true),
              mean(y, [0, 2, 3], true),
              noise([n, c, ...space], 5),
              noise([n, 1, ...space], 6),
              noise([n, c, 1, 1], 7),
              noise([space[1]], 8),
              noise([], 9),
              channels(noise([c], 10)),
              channels(flip(noise([c], 11), 0)),
              channels(slice(noise([2 * c + 1], 12), [[1, c + 1]])),
              channels(slice(noise([3 * c], 13), [[1, 3 * c, 3]])),
            ];
            const last = steps.reduce((x, { op, other, f, swap }) => {
              const beside = others[other % others.length];
              return f(swap ? op(beside, x) : op(x, beside));
            }, y);
            await spoil(mode);
            await expectAgreement(mode, [add(last, 3), ...(alsoReturned ? [y] : [])], 5e-6);
          },
        ),
        { numRuns: 60 },
      );
    });

    test("what is not finite stays within its tile of 2x2 results", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            channels: fc.integer({ min: 3, max: 6 }),
            space: fc.tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 3, max: 70 })),
            padding: fc.integer({ min: 0, max: 2 }),
            stride: fc.integer({ min: 1, max: 2 }),
            place: fc.nat(),
            value: fc.constantFrom(NaN, Infinity),
          }),
          async ({ channels, space, padding, stride, place, value }) => {
            const x = noise([2, channels, ...space], 1);
            const data = Float64Array.from(x.value as Float64Array);
            const at = place % data.length;
            data[at] = value;
            const [row, column] = [Math.floor(at / space[1]) % space[0], at % space[1]];
            const image = Math.floor(at / (data.length / 2));
            const w = noise([channels, channels, 3, 3], 2);
            const of = (input: Node) => convolution("conv2d", 2, input, w, { padding, stride });
            const y = of(leaf({ shape: x.shape, data }));
            const [clean] = await valuesOn("reference", [of(x)]);
            const [actual] = await valuesOn(mode, [y]);
            const [, , height, width] = y.shape;
            actual.forEach((result: number, i: number) => {
              const [oy, ox] = [Math.floor(i / width) % height, i % width];
              const own = Math.floor(i / (channels * height * width)) === image;
              // First row and column that a result reads, and that its tile reads.
              const reads = (o: number, from: number) =>
                from >= o * stride - padding && from < o * stride - padding + 3;
              const near = (o: number, from: number) =>
                from >= 2 * (o >> 1) - padding && from < 2 * (o >> 1) - padding + 4;
              if (own && reads(oy, row) && reads(ox, column)) expect(result).not.toSatisfy(Number.isFinite);
              else if (stride > 1 || !own || !near(oy, row) || !near(ox, column)) {
                expect(Math.abs(result - clean[i])).toBeLessThan(1e-5);
              }
            });
          },
        ),
        { numRuns: 40 },
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

  test("a stride that leads far out of the memory", async () => {
    const [y, , w] = family([1, 3, 1, 5], [3, 3, 1, 1], { stride: [1, 2 ** 20] });
    const runner = await runnerOf("wasm", { threads: 1 });
    const exact = await valuesOn("reference", [y, w]);
    // A new memory, no larger than it must be.
    await runner.release();
    const actual = await runner.compute([y, w]);
    actual.forEach((values, i) => {
      expect([...values]).toEqual([...exact[i]].map((x) => expect.closeTo(x, 6)));
    });
  });

  test("the code of transposed convolutions does not grow with the stride", async () => {
    await setBackend("wasm");
    const lengthOf = async (stride: number) => {
      const [x, w] = [noise([1, 3, 4, 4], 1), noise([3, 2, stride, stride], 2)];
      const y = transposedConvolution("convTranspose2d", 2, x, w, { stride });
      return (await planOf([y])).texts()[0].length;
    };
    expect(await lengthOf(64)).toBeLessThan(1.1 * (await lengthOf(2)));
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
