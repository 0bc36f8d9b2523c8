/** Parts put side by side, enlarged, thinned out and turned: reads that are masked, repeated or spread along a row. */
import fc from "fast-check";
import { test } from "vitest";
import type { Node } from "../../../src/graph/node.ts";
import { add, mul, sub } from "../../../src/ops/arithmetic.ts";
import { concat, maxPool, pad, slice } from "../../../src/ops/compose.ts";
import { relu } from "../../../src/ops/functions.ts";
import { flip, permute } from "../../../src/ops/movement.ts";
import { max, mean, sum } from "../../../src/ops/reduce.ts";
import { upsample } from "../../../src/ops/resize.ts";
import { seededRandom } from "../../../src/random.ts";
import { type Shape, sizeOf } from "../../../src/shape.ts";
import { describeModes, expectAgreement } from "../../support/backends.ts";
import { leaf } from "../../support/ops.ts";

/** Of one sign: a sum of both could come out near 0, and no relative tolerance would hold for it. */
function noise(shape: Shape, seed: number): Node {
  const random = seededRandom(seed);
  return leaf({
    shape,
    data: Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(random.uniform(0.25, 1))),
  });
}

const everySecond = (x: Node, axis: number) =>
  x.shape[axis] < 2
    ? x
    : slice(
        x,
        x.shape.map((n, i) => (i === axis ? [1, n, 2] : [0, n])),
      );

/** What follows the parts; several nodes are computed in one plan. */
const FOLLOWED: Readonly<Record<string, (x: Node) => Node[]>> = {
  nothing: (x) => [x],
  "sums of all and of channels": (x) => [sum(x), sum(x, [0, 2, 3])],
  "sums along rows": (x) => [sum(x, [3]), mul(x, 2)],
  "sums along columns": (x) => [sum(mul(x, x), [2])],
  "axes exchanged": (x) => [permute(x, [0, 1, 3, 2])],
  "rows turned": (x) => [flip(x, 3), add(x, flip(x, 3))],
  "every second column": (x) => [everySecond(x, 3)],
  "every second row": (x) => [everySecond(x, 2), mean(everySecond(x, 2))],
  "largest of blocks": (x) =>
    Math.min(x.shape[2], x.shape[3]) < 2 ? [x] : [maxPool(x, 2), sum(maxPool(x, 2))],
  "joined again": (x) => [
    concat([x, relu(sub(x, 0.5)), mul(x, 2)], 1),
    max(concat([x, relu(sub(x, 0.5))], 3), [0, 1]),
  ],
  "in a frame": (x) => [
    pad(x, [
      [0, 0],
      [0, 1],
      [2, 1],
      [3, 6],
    ]),
    sum(
      pad(
        x,
        [
          [0, 0],
          [1, 0],
          [0, 2],
          [5, 0],
        ],
        1,
      ),
      [1, 3],
    ),
  ],
};

await describeModes(
  "regions",
  (mode) => {
    test.each(Object.keys(FOLLOWED))("parts side by side, enlarged, then %s", async (name) => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            parts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
            space: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 21 })),
            factor: fc.integer({ min: 1, max: 4 }),
            axis: fc.integer({ min: 0, max: 3 }),
            moved: fc.integer({ min: 0, max: 5 }),
          }),
          async ({ parts, space, factor, axis, moved }) => {
            const shape = [2, 2, ...space];
            const x = concat(
              parts.map((length, i) =>
                upsample(
                  noise(
                    shape.map((n, other) => (other === axis ? length : n)),
                    i + 1,
                  ),
                  factor,
                ),
              ),
              axis,
            );
            // Vectors then begin in the middle of what is repeated.
            const shifted = pad(x, [
              [0, 0],
              [0, 0],
              [0, 0],
              [moved, 0],
            ]);
            await expectAgreement(mode, FOLLOWED[name](shifted), 2e-6);
          },
        ),
        { numRuns: 15 },
      );
    });
  },
  ["wasm"],
);
