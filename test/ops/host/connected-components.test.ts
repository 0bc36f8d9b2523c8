import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../../../src/errors.ts";
import { type Connectivity, connectedComponents } from "../../../src/ops/host/connected-components.ts";

const coordinates = (flat: number, shape: readonly number[]): number[] => {
  let rest = flat;
  return shape
    .slice()
    .reverse()
    .map((length) => {
      const at = rest % length;
      rest = Math.floor(rest / length);
      return at;
    })
    .reverse();
};

/** The definition: elements are flooded from the first one that has no number yet. */
function flood(mask: readonly number[], shape: readonly number[], connectivity: Connectivity): number[] {
  const places = mask.map((_, flat) => coordinates(flat, shape));
  const touch = (i: number, j: number) => {
    const apart = places[i].map((at, axis) => Math.abs(at - places[j][axis]));
    const steps = apart.reduce((sum, n) => sum + n, 0);
    return connectivity === "faces" ? steps === 1 : Math.max(0, ...apart) === 1;
  };
  const labels = mask.map(() => 0);
  let count = 0;
  mask.forEach((inside, start) => {
    if (inside === 0 || labels[start] !== 0) return;
    labels[start] = ++count;
    const reached = [start];
    for (const i of reached) {
      mask.forEach((value, j) => {
        if (value === 0 || labels[j] !== 0 || !touch(i, j)) return;
        labels[j] = count;
        reached.push(j);
      });
    }
  });
  return labels;
}

const problem = (rank: number, longest: number) =>
  fc
    .record({
      shape: fc.array(fc.integer({ min: 1, max: longest }), { minLength: rank, maxLength: rank }),
      connectivity: fc.constantFrom<Connectivity>("faces", "full"),
      density: fc.constantFrom(0, 0.2, 0.4, 0.6, 0.9, 1),
    })
    .chain(({ shape, connectivity, density }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const element = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
      return fc.record({
        shape: fc.constant(shape),
        connectivity: fc.constant(connectivity),
        mask: fc.array(
          element.map((u) => (u < density ? 1 : 0)),
          { minLength: size, maxLength: size },
        ),
      });
    });

describe("equals a flood fill", () => {
  test.each([
    [1, 30],
    [2, 12],
    [3, 6],
    [4, 4],
  ])("%d-D", (rank, longest) => {
    fc.assert(
      fc.property(problem(rank, longest), ({ mask, shape, connectivity }) => {
        const { labels, count } = connectedComponents(mask, shape, connectivity);
        const expected = flood(mask, shape, connectivity);
        expect([...labels]).toEqual(expected);
        expect(count).toBe(Math.max(0, ...expected));
      }),
      { numRuns: 150 },
    );
  });
});

test("corners touch where connectivity is full, and only there", () => {
  const steps = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  expect([...connectedComponents(steps, [3, 3], "faces").labels]).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 3]);
  expect([...connectedComponents(steps, [3, 3], "full").labels]).toEqual(steps);
  // The two far corners of a cube of 2 x 2 x 2.
  const cube = [1, 0, 0, 0, 0, 0, 0, 1];
  expect(connectedComponents(cube, [2, 2, 2], "faces").count).toBe(2);
  expect(connectedComponents(cube, [2, 2, 2], "full").count).toBe(1);
});

test("a spiral, a checkerboard by its corners and a comb are one component, numbered where a scan meets it first", () => {
  const picture = ["1111111", "0000001", "0111101", "0100101", "0101101", "0100001", "0111111"];
  const spiral = [...picture.join("")].map(Number);
  expect([...connectedComponents(spiral, [7, 7], "faces").labels]).toEqual(spiral);
  const n = 101;
  const board = Uint8Array.from({ length: n * n }, (_, i) => 1 - (i % 2));
  const teeth = Uint8Array.from({ length: n * n }, (_, i) => ((i % n) % 2 === 0 || i >= n * (n - 1) ? 1 : 0));
  expect(connectedComponents(teeth, [n, n], "faces").count).toBe(1);
  expect(connectedComponents(board, [n, n], "full").count).toBe(1);
  expect(connectedComponents(board, [n, n], "faces").count).toBe((n * n + 1) / 2);
});

test("any non-zero value is inside, and the mask is left alone", () => {
  const mask = Float64Array.of(-0.5, 0, Number.NaN, 7, -0, 1);
  const before = mask.slice();
  expect([...connectedComponents(mask, [6], "faces").labels]).toEqual([1, 0, 2, 2, 0, 3]);
  expect(mask).toEqual(before);
});

test("a single element has no neighbour", () => {
  expect(connectedComponents([1], [], "full")).toEqual({ labels: Int32Array.of(1), count: 1 });
  expect(connectedComponents([0], [], "faces")).toEqual({ labels: Int32Array.of(0), count: 0 });
});

test("a million pixels are no work: a walk over pairs of them would not end", () => {
  const n = 1024;
  const comb = Uint8Array.from({ length: n * n }, (_, i) => ((i % n) % 2 === 0 || i >= n * (n - 1) ? 1 : 0));
  expect(connectedComponents(comb, [n, n], "full").count).toBe(1);
  const dots = comb.map((_, i) => Number((i % n) % 2 === 0 && Math.floor(i / n) % 2 === 0));
  expect(connectedComponents(dots, [n, n], "full").count).toBe((n / 2) ** 2);
});

test("refuses shapes and words that do not fit, by name", () => {
  expect(() => connectedComponents([0, 1, 1], [2, 2], "full")).toThrow(ShapeError);
  expect(() => connectedComponents([0, 1, 1], [2, 2], "full")).toThrow(
    "connectedComponents: mask has 3 elements, expected 4 for shape [2, 2]",
  );
  expect(() => connectedComponents([], [0], "full")).toThrow(ShapeError);
  const word = "edges" as Connectivity;
  expect(() => connectedComponents([1], [1], word)).toThrow(OptionError);
  expect(() => connectedComponents([1], [1], word)).toThrow('"faces" or "full"');
});
