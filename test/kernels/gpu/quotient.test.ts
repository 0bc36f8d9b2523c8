/** Quotients of indices stay exact where products are as inexact as shaders may make them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SHADER, WEBASSEMBLY } from "../../../kernels/gpu/dialect.ts";
import { quotientText } from "../../../kernels/gpu/quotient.ts";

/** The quotient as a shader computes it whose product is off by a share. */
function quotient(x: number, by: number, most: number, off: number): number {
  const lines: string[] = [];
  const name = quotientText("x", by, most, SHADER, (text) => {
    lines.push(`const v${lines.length} = ${text};`);
    return `v${lines.length - 1}`;
  });
  const exact = lines.join(" ");
  const text = exact.replace(/\* (\d*\.[\de-]+|\d+(\.\d+)?e-\d+)/g, `* $1 * ${1 + off}`);
  expect(text).not.toBe(exact);
  return new Function("x", `${text} return ${name};`)(x);
}

/** A product of two float32 numbers, one of them rounded itself. */
const OFF = 2 ** -23;

describe("floor(x / by)", () => {
  test("is exact next to whole quotients, whatever last places the product loses", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5_000_000 }),
        fc.nat(2 ** 24),
        fc.integer({ min: -1, max: 1 }),
        fc.constantFrom(-OFF, 0, OFF),
        fc.boolean(),
        (by, about, beside, off, negative) => {
          const whole = Math.floor(about / by) * by * (negative ? -1 : 1);
          const x = Math.min(2 ** 24 - 1, Math.max(1 - 2 ** 24, whole + beside));
          for (const most of [Math.abs(x), 2 ** 24])
            expect(quotient(x, by, most, off)).toBe(Math.floor(x / by));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("would not be by division alone", () => {
    expect(Math.floor((110 / 110) * (1 - OFF))).toBe(0);
    expect(quotient(110, 110, 659, -OFF)).toBe(1);
  });

  test("stays a division where that is exact", () => {
    expect(quotientText("x", 7, 100, WEBASSEMBLY, (text) => text)).toBe("Math.floor(x / 7)");
  });
});
