/** What `defineLoss` holds a user's formula to. */
import { beforeAll, describe, expect, test } from "vitest";
import { defineLoss, ones, ShapeError, setBackend, type Tensor, zeros } from "../../../src/index.ts";

beforeAll(() => setBackend("reference"));

const SHAPE = [2, 3, 4, 5];
const lossOf = (shape: readonly number[]) => defineLoss("made", {}, ({ p }) => zeros(shape).mul(p.mean()));
const call = (shape: readonly number[]): Tensor => lossOf(shape)(zeros(SHAPE), ones([2, 4, 5]));

describe("a body's result", () => {
  test.each([[SHAPE], [[2, 1, 4, 5]], [[2, 3]], [[1, 3]], [[2, 1]], [[2]], [[1]], [[]]])(
    "%j is taken",
    async (shape) => {
      expect(await call(shape).item()).toBe(0);
    },
  );

  test.each([[[2, 7, 4, 5]], [[3, 3, 4, 5]], [[2, 3, 5, 4]], [[2, 3, 4]], [[2, 5]], [[5]]])(
    "%j is refused",
    (shape) => {
      expect(() => call(shape)).toThrow(ShapeError);
      expect(() => call(shape)).toThrow(/made: the body returned/);
    },
  );
});
