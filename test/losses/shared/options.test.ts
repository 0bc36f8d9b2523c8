import { describe, expect, test } from "vitest";
import { DTypeError, diceLoss, losses, OptionError, tensor } from "../../../src/index.ts";

const p = tensor([[[[0, 1]]]]);
const g = tensor([[[[0, 1]]]]);
const call = (options: unknown) => () => diceLoss(p, g, options as Parameters<typeof diceLoss>[2]);

describe("an option that no loss has is refused", () => {
  // Names that every object inherits: `in` would take them for known.
  test.each(["constructor", "toString", "hasOwnProperty", "__proto__"])("%s", (name) => {
    expect(call(JSON.parse(`{"${name}": 1}`))).toThrow(OptionError);
    expect(call(JSON.parse(`{"${name}": 1}`))).toThrow("no such option");
  });
});

test.each([null, 1, true, "logits", [[1, 2]], Object])("options must be an object, not %j", (options) => {
  expect(call(options)).toThrow(OptionError);
});

test("options made without a prototype are options like others", () => {
  const bare = Object.assign(Object.create(null), { smooth: 2 });
  expect(call(bare)).not.toThrow();
  expect(call(Object.assign(Object.create(null), { smooth: bare }))).toThrow(OptionError);
});

test.each(["255", Number.NaN, Infinity, true, null])("ignoreIndex: %j is refused", (ignoreIndex) => {
  expect(call({ ignoreIndex })).toThrow(OptionError);
});

test.each([1, "1", null, [[1]]])("pixelWeights: %j is refused", (pixelWeights) => {
  expect(call({ pixelWeights })).toThrow(DTypeError);
});

test("the catalogue holds losses and nothing that objects inherit", () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    expect(losses[name]).toBeUndefined();
    expect(name in losses).toBe(false);
  }
  expect(Object.isFrozen(losses)).toBe(true);
});
