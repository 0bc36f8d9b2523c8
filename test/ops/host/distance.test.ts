import { beforeAll, expect, test } from "vitest";
import { setBackend, Tensor, tensor } from "../../../src/index.ts";
import { distance } from "../../../src/ops/host/distance.ts";
import { slopes, values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const run = (mask: Tensor, spacing: readonly number[], ifNone?: number) =>
  values(new Tensor(distance(mask.node, spacing, ifNone)));

test("each image and channel on its own, over as many last axes as there are spacings", async () => {
  const masks = tensor([
    [
      [
        [0, 1, 1],
        [1, 1, 1],
      ],
      [
        [1, 1, 0],
        [1, 1, 1],
      ],
    ],
  ]);
  const root = Math.SQRT2;
  expect(await run(masks, [1, 1])).toEqual([0, 1, 2, 1, root, Math.sqrt(5), 2, 1, 0, Math.sqrt(5), root, 1]);
  expect(await run(masks, [2])).toEqual([
    0,
    2,
    4,
    Infinity,
    Infinity,
    Infinity,
    4,
    2,
    0,
    Infinity,
    Infinity,
    Infinity,
  ]);
});

test("spacing stretches an axis", async () => {
  expect(
    await run(
      tensor([
        [0, 1],
        [1, 1],
      ]),
      [3, 4],
    ),
  ).toEqual([0, 4, 3, 5]);
});

test("an image without a zero is full of ifNone, and no other image is", async () => {
  const masks = tensor([
    [1, 1],
    [1, 0],
  ]);
  expect(await run(masks, [1], 7)).toEqual([7, 7, 1, 0]);
  expect(await run(masks, [1])).toEqual([Infinity, Infinity, 1, 0]);
});

test("is constant for derivatives", async () => {
  const f = (x: Tensor) => new Tensor(distance(x.greater(0.5).node, [1])).mul(x);
  expect(await slopes(f, tensor([0, 1, 1]))).toEqual([0, 1, 2]);
});

test("spacing is copied", async () => {
  const spacing = [1];
  const result = new Tensor(distance(tensor([0, 1]).node, spacing));
  spacing[0] = 9;
  expect(await values(result)).toEqual([0, 1]);
});
