import fc from "fast-check";
import { expect, test } from "vitest";
import { aligned, type Lifetime, layOut } from "../../../src/run/wasm/plan/layout.ts";

const lifetimes = fc.array(
  fc.record({ size: fc.integer({ min: 1, max: 5000 }), from: fc.nat(12), length: fc.nat(6) }),
  { minLength: 1, maxLength: 25 },
);

const made = (drawn: readonly { size: number; from: number; length: number }[]): Lifetime[] =>
  drawn.map(({ size, from, length }) => ({
    buffer: { shape: [size] },
    bytes: 4 * size,
    from,
    to: from + length,
  }));

test("what is alive at the same time never overlaps, and everything lies inside", () => {
  fc.assert(
    fc.property(lifetimes, (drawn) => {
      const all = made(drawn);
      const { offsets, bytes } = layOut(all);
      const places = all.map((one) => ({ ...one, at: offsets.get(one.buffer) as number }));
      for (const [i, a] of places.entries()) {
        expect(a.at % 64).toBe(0);
        expect(a.at + a.bytes).toBeLessThanOrEqual(bytes);
        for (const b of places.slice(i + 1)) {
          const together = a.from <= b.to && b.from <= a.to;
          const apart = a.at + a.bytes <= b.at || b.at + b.bytes <= a.at;
          expect(!together || apart).toBe(true);
        }
      }
    }),
  );
});

test("places are used again", () => {
  const chain = Array.from({ length: 20 }, (_, i) => ({ size: 1000, from: i, length: 1 }));
  expect(layOut(made(chain)).bytes).toBeLessThan(3 * aligned(5000));
});

test("a buffer may take the place of the one whose last reading makes it", () => {
  const [x, y] = [{ shape: [1000] }, { shape: [1000] }];
  const { offsets } = layOut([
    { buffer: x, bytes: 4000, from: 0, to: 3 },
    { buffer: y, bytes: 4000, from: 3, to: 5, replaces: x },
  ]);
  expect(offsets.get(y)).toBe(offsets.get(x));
});

test("one that is still read is not replaced", () => {
  const [x, y] = [{ shape: [1000] }, { shape: [1000] }];
  const { offsets } = layOut([
    { buffer: x, bytes: 4000, from: 0, to: 4 },
    { buffer: y, bytes: 4000, from: 3, to: 5, replaces: x },
  ]);
  expect(offsets.get(y)).not.toBe(offsets.get(x));
});
