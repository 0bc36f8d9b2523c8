/** What `defineLoss` holds a user's formula to. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  defineLoss,
  OptionError,
  ones,
  ShapeError,
  setBackend,
  type Tensor,
  zeros,
} from "../../../src/index.ts";

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

describe("types of options", () => {
  const [x, g] = [ones([1, 1, 2]), zeros([1, 1, 2])];

  test("come from the defaults", async () => {
    const scaled = defineLoss(
      "scaled",
      {
        options: {
          factor: { default: 2, min: 0, doc: "times" },
          half: { default: false, doc: "halved" },
        },
      },
      // Without their types these two lines would not compile.
      ({ p }, { factor, half }) => p.mul(0).add(factor * (half ? 0.5 : 1)),
    );
    expect(await scaled(x, g).item()).toBe(2);
    expect(await scaled(x, g, { factor: 6, half: true, reduction: "sum" }).item()).toBe(6);
    // @ts-expect-error a number is expected
    expect(() => scaled(x, g, { factor: "a" })).toThrow(OptionError);
    // @ts-expect-error there is no such option
    expect(() => scaled(x, g, { other: 1 })).toThrow(OptionError);
  });

  test("or from a type", async () => {
    const scaled = defineLoss<{ factor?: 1 | 2 }>(
      "scaled",
      { options: { factor: { default: 2, doc: "times" } } },
      ({ p }, { factor }) => p.mul(0).add(factor),
    );
    expect(await scaled(x, g, { factor: 1 }).item()).toBe(1);
    // @ts-expect-error 3 is none of them
    expect(await scaled(x, g, { factor: 3 }).item()).toBe(3);
  });

  test("a body is needed", () => {
    // @ts-expect-error there is none
    expect(() => defineLoss("empty", {})).toThrow(
      "defineLoss: body is undefined, expected a function of pixels",
    );
  });
});
