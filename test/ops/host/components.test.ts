import { beforeAll, expect, test } from "vitest";
import { setBackend, Tensor, tensor } from "../../../src/index.ts";
import { components } from "../../../src/ops/host/components.ts";
import type { Connectivity } from "../../../src/ops/host/connected-components.ts";
import { slopes, values } from "../../support/values.ts";

beforeAll(() => setBackend("reference"));

const run = (mask: Tensor, axes: number, connectivity: Connectivity) =>
  values(new Tensor(components(mask.node, axes, connectivity)));

test("each image and channel on its own, over as many last axes as are asked for", async () => {
  const masks = tensor([
    [
      [
        [1, 0, 1],
        [0, 1, 0],
      ],
      [
        [0, 1, 0],
        [0, 1, 1],
      ],
    ],
  ]);
  expect(await run(masks, 2, "faces")).toEqual([1, 0, 2, 0, 3, 0, 0, 1, 0, 0, 1, 1]);
  expect(await run(masks, 2, "full")).toEqual([1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1]);
  expect(await run(masks, 1, "full")).toEqual([1, 0, 2, 0, 1, 0, 0, 1, 0, 0, 1, 1]);
  // Along the channels the second pixel of the first row goes on.
  expect(await run(masks, 3, "faces")).toEqual([1, 0, 2, 0, 3, 0, 0, 3, 0, 0, 3, 3]);
  expect(await run(masks, 0, "faces")).toEqual([1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1]);
});

test("is constant for derivatives", async () => {
  const f = (x: Tensor) => new Tensor(components(x.greater(0.5).node, 1, "faces")).mul(x);
  expect(await slopes(f, tensor([1, 0, 2]))).toEqual([1, 0, 2]);
});
