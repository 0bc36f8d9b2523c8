import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type ConvolutionOptions,
  gradcheck,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import { expectClose, values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

describe("matmul", () => {
  test("two matrices", async () => {
    const product = tensor([
      [1, 2],
      [3, 4],
    ]).matmul(
      tensor([
        [5, 6],
        [7, 8],
      ]),
    );
    expect(await values(product)).toEqual([19, 22, 43, 50]);
  });

  test("leading axes broadcast, batch after batch", async () => {
    const [x, y] = [wave([2, 1, 3, 4]), wave([5, 4, 2], 1)];
    const product = x.matmul(y);
    expect(product.shape).toEqual([2, 5, 3, 2]);
    const parts: number[] = [];
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 5; j++) {
        const left = x.slice([[i, i + 1]]).reshape([3, 4]);
        parts.push(...(await values(left.matmul(y.slice([[j, j + 1]]).reshape([4, 2])))));
      }
    }
    expectClose(await values(product), parts);
    const { ok } = await gradcheck((a, b) => a.matmul(b).square(), [wave([2, 1, 2, 3]), wave([2, 3, 2], 1)], {
      order: 2,
    });
    expect(ok).toBe(true);
  });

  test("refuses inner lengths that differ, vectors, and batches that do not broadcast", () => {
    expect(() => wave([2, 3]).matmul(wave([2, 3]))).toThrow(
      "matmul: shapes are [2, 3] and [2, 3], expected [..., m, k]",
    );
    expect(() => wave([3]).matmul(wave([3, 2]))).toThrow(ShapeError);
    expect(() => wave([2, 2, 3]).matmul(wave([5, 3, 2]))).toThrow(
      "matmul: shapes [2] and [5] do not broadcast",
    );
  });
});

type Settings = Required<Omit<ConvolutionOptions, "padding">> & { padding: number | readonly number[] };

/** The definition, loop by loop, over any number of spatial axes. */
async function naive(
  x: Tensor,
  w: Tensor,
  { stride, padding, dilation, groups }: Settings,
): Promise<number[]> {
  const rank = x.rank - 2;
  const each = (value: number | readonly number[]) =>
    typeof value === "number" ? Array<number>(rank).fill(value) : value;
  const [strides, paddings, dilations] = [each(stride), each(padding), each(dilation)];
  const [image, kernel] = [await x.ndarray(), await w.ndarray()];
  const [n, channels, ...space] = x.shape;
  const [outputs, share, ...taps] = w.shape;
  const size = space.map((length, i) =>
    Math.floor((length + 2 * paddings[i] - (taps[i] - 1) * dilations[i] - 1) / strides[i] + 1),
  );
  const positions = (shape: readonly number[]): number[][] =>
    shape.reduce<number[][]>(
      (heads, length) => heads.flatMap((head) => Array.from({ length }, (_, i) => [...head, i])),
      [[]],
    );
  const result: number[] = [];
  for (const [image0, output, ...place] of positions([n, outputs, ...size])) {
    const first = Math.floor(output / (outputs / groups)) * share;
    let total = 0;
    for (const [input, ...tap] of positions([share, ...taps])) {
      const at = place.map((o, i) => o * strides[i] + tap[i] * dilations[i] - paddings[i]);
      if (at.some((p, i) => p < 0 || p >= space[i])) continue;
      total += image.get(image0, first + input, ...at) * kernel.get(output, input, ...tap);
    }
    result.push(total);
  }
  expect(channels).toBe(share * groups);
  return result;
}

const plain = { stride: 1, padding: 0, dilation: 1, groups: 1 };

describe("conv2d and conv3d against the definition", () => {
  const cases: [readonly number[], readonly number[], Settings][] = [
    [[2, 3, 5, 6], [4, 3, 3, 2], plain],
    [[1, 2, 6, 7], [3, 2, 3, 3], { ...plain, stride: 2, padding: 1 }],
    [[1, 2, 7, 8], [2, 2, 3, 3], { ...plain, dilation: 2, padding: 2 }],
    [[2, 4, 5, 5], [6, 2, 3, 3], { ...plain, groups: 2, padding: 1 }],
    [[1, 3, 4, 4], [3, 1, 3, 3], { ...plain, groups: 3, stride: 3, padding: 2, dilation: 2 }],
    [[1, 2, 6, 9], [2, 2, 2, 3], { ...plain, stride: [1, 2], padding: [1, 0], dilation: [2, 3] }],
    [[1, 1, 1, 1], [1, 1, 1, 1], plain],
    [[1, 2, 4, 5, 4], [3, 2, 2, 3, 2], plain],
    [
      [2, 2, 3, 4, 5],
      [2, 1, 2, 3, 3],
      { ...plain, groups: 2, stride: [1, 2, 2], padding: 1, dilation: [2, 1, 1] },
    ],
  ];
  test.each(cases)("%j by %j with %j", async (xShape, wShape, settings) => {
    const [x, w] = [wave(xShape), wave(wShape, 1)];
    const name = xShape.length === 4 ? "conv2d" : "conv3d";
    const expected = await naive(x, w, settings);
    const result = await values(x[name](w, settings));
    expect(result).toHaveLength(expected.length);
    result.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 12);
    });
    // The squares need the rules of the adjoints as well; single elements are tried on the rows.
    const options = { elements: 1, directions: 1, order: 2 } as const;
    expect(await gradcheck((a, b) => a[name](b, settings).square(), [x, w], options)).toMatchObject({
      ok: true,
    });
  });

  test('"same" keeps the size of odd kernels', () => {
    expect(wave([1, 1, 5, 7]).conv2d(wave([1, 1, 3, 5]), { padding: "same" }).shape).toEqual([1, 1, 5, 7]);
    expect(wave([1, 1, 5, 7]).conv2d(wave([1, 1, 3, 3]), { padding: "same", dilation: 2 }).shape).toEqual([
      1, 1, 5, 7,
    ]);
  });

  test("options given as arrays are copied", async () => {
    const stride = [2, 2];
    const result = wave([1, 1, 4, 4]).conv2d(wave([1, 1, 2, 2]), { stride });
    stride[0] = 1;
    expect(await values(result)).toHaveLength(4);
  });

  const image = wave([1, 4, 5, 5]);
  test.each<[string, () => Tensor, string]>([
    ["image of another rank", () => wave([4, 5, 5]).conv2d(wave([1, 4, 3, 3])), "conv2d: input is [4, 5, 5]"],
    ["kernel of another rank", () => image.conv2d(wave([1, 4, 3])), "conv2d: weight is [1, 4, 3]"],
    ["channels that differ", () => image.conv2d(wave([1, 3, 3, 3])), "conv2d: weight is [1, 3, 3, 3]"],
    ["groups that do not divide", () => image.conv2d(wave([3, 2, 3, 3]), { groups: 2 }), "groups = 2"],
    [
      "no room",
      () => image.conv2d(wave([1, 4, 6, 3])),
      "conv2d: input is [1, 4, 5, 5], expected room for taps [6, 3]",
    ],
    [
      "stride 0",
      () => image.conv2d(wave([1, 4, 3, 3]), { stride: 0 }),
      "conv2d: stride is 0, expected positive integers",
    ],
    ["a stride too few", () => image.conv2d(wave([1, 4, 3, 3]), { stride: [1] }), "conv2d: stride is 1"],
    ["negative padding", () => image.conv2d(wave([1, 4, 3, 3]), { padding: -1 }), "conv2d: padding is -1"],
    ["dilation 1.5", () => image.conv2d(wave([1, 4, 3, 3]), { dilation: 1.5 }), "conv2d: dilation is 1.5"],
    ["same, even", () => image.conv2d(wave([1, 4, 2, 2]), { padding: "same" }), 'conv2d: padding is "same"'],
    [
      "same, strided",
      () => image.conv2d(wave([1, 4, 3, 3]), { padding: "same", stride: 2 }),
      'padding is "same"',
    ],
    ["conv3d of an image", () => image.conv3d(wave([1, 4, 3, 3])), "conv3d: input is [1, 4, 5, 5]"],
  ])("refuses %s", (_, call, message) => {
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(message);
  });
});

describe("convTranspose2d and convTranspose3d", () => {
  const each = (rank: number, min: number, max: number) =>
    fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  const drawn = fc.constantFrom(2, 3).chain((rank) =>
    fc.record({
      groups: fc.integer({ min: 1, max: 2 }),
      share: fc.integer({ min: 1, max: 2 }),
      outputs: fc.integer({ min: 1, max: 2 }),
      size: each(rank, 1, 4),
      taps: each(rank, 1, 3),
      stride: each(rank, 1, 3),
      dilation: each(rank, 1, 2),
    }),
  );

  test("are the adjoint of the convolution: <conv x, y> = <x, convTranspose y>", async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ groups, share, outputs, size, taps, stride, dilation }) => {
        const [conv, back] =
          size.length === 2
            ? (["conv2d", "convTranspose2d"] as const)
            : (["conv3d", "convTranspose3d"] as const);
        const large = size.map((n, i) => n + (taps[i] - 1) * dilation[i]);
        const x = wave([2, groups * share, ...large]);
        const w = wave([groups * outputs, share, ...taps], 1);
        const options = { stride, dilation, groups };
        const y = x[conv](w, options);
        // What the stride left out behind.
        const outputPadding = large.map((n, i) => (n - (taps[i] - 1) * dilation[i] - 1) % stride[i]);
        const weights = wave(y.shape, 2);
        const risen = weights[back](w, { ...options, outputPadding });
        expect(risen.shape).toEqual(x.shape);
        const [left, right] = [y.mul(weights).sum(), x.mul(risen).sum()];
        expect(await left.item()).toBeCloseTo(await right.item(), 9);
      }),
      { numRuns: 40 },
    );
  });

  const image = wave([1, 4, 3, 3]);
  test.each<[string, () => Tensor, string]>([
    [
      "channels",
      () => image.convTranspose2d(wave([3, 2, 2, 2])),
      "convTranspose2d: weight is [3, 2, 2, 2], expected [4",
    ],
    ["groups", () => image.convTranspose2d(wave([4, 2, 2, 2]), { groups: 3 }), "divisible by groups = 3"],
    [
      "an image of another rank",
      () => image.convTranspose3d(wave([4, 2, 2, 2, 2])),
      "convTranspose3d: input is",
    ],
    [
      "a kernel of another rank",
      () => image.convTranspose2d(wave([4, 2, 2])),
      "expected [in, out, ...2 taps]",
    ],
    [
      "stride 0",
      () => image.convTranspose2d(wave([4, 2, 2, 2]), { stride: 0 }),
      "convTranspose2d: stride is 0",
    ],
    [
      "an output padding of a stride",
      () => image.convTranspose2d(wave([4, 2, 2, 2]), { stride: 2, outputPadding: 2 }),
      "convTranspose2d: outputPadding is 2, expected less than the stride or dilation",
    ],
    [
      "padding that leaves nothing",
      () => image.convTranspose2d(wave([4, 2, 1, 1]), { padding: 2 }),
      "convTranspose2d: padding is 2, expected less than what [1, 4, 3, 3] becomes",
    ],
    [
      '"same"',
      () => image.convTranspose2d(wave([4, 2, 3, 3]), { padding: "same" as unknown as number }),
      "convTranspose2d: padding is same, expected integers from 0",
    ],
  ])("refuses %s", (_, call, message) => {
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(message);
  });
});
