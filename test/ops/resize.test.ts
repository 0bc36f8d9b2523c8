import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  gradcheck,
  OptionError,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
  upsample,
} from "../../src/index.ts";
import { values, wave } from "../support/values.ts";

beforeAll(() => setBackend("reference"));

const MODES = ["linear", "bilinear", "trilinear"] as const;

/** The definition along one axis: at (i + 0.5) / factor - 0.5, no farther out than the outermost centres. */
function along(row: readonly number[], factor: number): number[] {
  return Array.from({ length: row.length * factor }, (_, i) => {
    const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), row.length - 1);
    const left = Math.floor(at);
    const right = Math.min(left + 1, row.length - 1);
    return row[left] * (1 - (at - left)) + row[right] * (at - left);
  });
}

const image = (length: number) =>
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: length, maxLength: length });

describe("linear upsampling", () => {
  test("is the definition, at any factor", async () => {
    const rows = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 7 }), async (row, factor) => {
        const y = await values(upsample(tensor(row, [1, 1, row.length]), factor, "linear"));
        const expected = along(row, factor);
        expect(y).toHaveLength(expected.length);
        y.forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i], 11);
        });
      }),
    );
  });

  test("treats one axis after the other: turned images give turned results", async () => {
    const x = wave([1, 2, 3, 4]);
    const turned = x.permute([0, 1, 3, 2]).upsample(3, "bilinear").permute([0, 1, 3, 2]);
    const y = await values(x.upsample(3, "bilinear"));
    (await values(turned)).forEach((value, i) => {
      expect(value).toBeCloseTo(y[i], 12);
    });
  });

  test("leaves constants as they are, keeps the mean, and its copies' gradients sum to factor^axes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        image(3),
        fc.integer({ min: 1, max: 4 }),
        async (rank, sides, factor) => {
          const shape = [1, 1, ...sides.slice(0, rank)];
          const mode = MODES[rank - 1];
          const flat = tensor(new Float64Array(shape.reduce((a, b) => a * b)).fill(2.5), shape);
          for (const value of await values(flat.upsample(factor, mode))) expect(value).toBeCloseTo(2.5, 12);
          // What lies beyond the border is a copy: every element is spread with the same total weight.
          const x = wave(shape);
          expect(await x.upsample(factor, mode).mean().item()).toBeCloseTo(await x.mean().item(), 12);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("has its derivatives", async () => {
    for (const [mode, shape] of [
      ["linear", [2, 1, 3]],
      ["bilinear", [1, 2, 2, 3]],
      ["trilinear", [1, 1, 2, 1, 3]],
    ] as const) {
      for (const factor of [2, 3]) {
        const f = (x: Tensor) => x.upsample(factor, mode).square();
        expect(await gradcheck(f, [wave(shape)], { order: 2, elements: 4 })).toMatchObject({ ok: true });
      }
    }
  });

  test("refuses modes that are unknown or for other images", () => {
    const x = wave([1, 1, 2, 2]);
    const message = 'upsample: mode is "trilinear", expected "nearest" or "bilinear" for [1, 1, 2, 2]';
    expect(() => x.upsample(2, "trilinear")).toThrow(OptionError);
    expect(() => x.upsample(2, "trilinear")).toThrow(message);
    expect(() => x.upsample(2, "cubic" as "nearest")).toThrow('mode is "cubic"');
    expect(() => wave([1, 1, 2, 2, 2, 2]).upsample(2, "trilinear")).toThrow('expected "nearest" for');
    expect(() => x.upsample(1.5, "bilinear")).toThrow(ShapeError);
  });
});
