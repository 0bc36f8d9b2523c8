/** What a newcomer gets wrong first: each is refused at the call, by a typed error that names what was called. */
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import * as api from "../src/index.ts";
import { evaluate, gradcheck, planReport, SegtapeError, tensor } from "../src/index.ts";

// Types would say so too; these are for those who write JavaScript.
// biome-ignore lint/suspicious/noExplicitAny: the arguments are wrong on purpose
const { zeros, grad, valueAndGrad, concat, stack } = api as any;
// biome-ignore lint/suspicious/noExplicitAny: the arguments are wrong on purpose
const x = tensor([1, 2]) as any;
// biome-ignore lint/suspicious/noExplicitAny: the arguments are wrong on purpose
const make = tensor as any;

const REFUSED: readonly (readonly [what: string, call: () => unknown, message: string])[] = [
  ["a number as shape", () => zeros(3), "full: shape is 3, expected an array of positive integers"],
  ["a number as shape", () => make([1, 2], 2), "tensor: shape is 2, expected an array of positive integers"],
  ["a word as shape", () => make([1, 2], "2"), 'tensor: shape is "2", expected an array'],
  ["an option misspelt", () => make([1], [1], { requireGrad: true }), "option is requireGrad"],
  ["an array as operand", () => x.add([1, 2]), "add: y is an array, expected a tensor or a number"],
  ["a word as operand", () => x.pow("2"), "pow: y is string, expected a tensor or a number"],
  ["nothing as operand", () => x.mul(), "mul: y is undefined, expected a tensor or a number"],
  ["null as operand", () => x.greater(null), "greater: y is null, expected a tensor or a number"],
  ["a word as branch", () => x.where("a", 1), "where: x is string, expected a tensor or a number"],
  ["a word as axis", () => x.sum("a"), 'sum: axes is "a", expected an axis, or an array of axes'],
  ["an axis too far", () => x.softmax(9), "softmax: axis is 9, expected an integer in -1 .. 0"],
  ["an axis too far", () => x.logSoftmax(9), "logSoftmax: axis is 9, expected an integer in -1 .. 0"],
  ["a number to join", () => concat([x, 2]), "concat: part 1 is number, expected a tensor"],
  ["a number to stack", () => stack([1]), "stack: part 0 is number, expected a tensor"],
  ["a number to join", () => x.concat(2), "concat: part 0 is number, expected a tensor"],
  ["a number as factor", () => x.matmul(2), "matmul: y is number, expected a tensor"],
  ["a number as weight", () => x.conv2d(2), "conv2d: weight is number, expected a tensor"],
  ["a number as index", () => x.gather(0, 0), "gather: index is number, expected a tensor"],
  ["no function", () => grad(3), "grad: f is number, expected a function"],
  ["an option misspelt", () => grad((y: unknown) => y, { argnum: 1 }), "grad: option is argnum"],
  ["a number as argument", () => grad((y: unknown) => y)(3), "grad: argument 0 is number, expected a tensor"],
  ["no scalar", () => grad((y: unknown) => y)(x), "grad: the function returned shape [2]"],
  ["no scalar", () => valueAndGrad((y: unknown) => y)(x), "valueAndGrad: the function returned shape [2]"],
];

describe("refused at the call:", () => {
  test.each(REFUSED)("%s: %s", (_what, call, message) => {
    expect(call).toThrow(SegtapeError);
    expect(call).toThrow(message);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: the arguments are wrong on purpose
const AWAITED: readonly (readonly [what: string, call: () => Promise<any>, message: string])[] = [
  ["no tensor to run", () => evaluate(3 as never), "evaluate: tensor 0 is number, expected a tensor"],
  ["no tensor to plan", () => planReport(null as never), "planReport: tensor 0 is null, expected a tensor"],
  [
    "no array of arguments",
    () => gradcheck((y) => y.sum(), x),
    "gradcheck: args is object, expected an array",
  ],
  ["a third order", () => gradcheck((y) => y.sum(), [x], { order: 3 as 1 }), "order is 3, expected 1 or 2"],
  [
    "no step",
    () => gradcheck((y) => y.sum(), [x], { eps: 0 }),
    "gradcheck: eps is 0, expected a number above 0",
  ],
  [
    "no such argument",
    () => gradcheck((y) => y.sum(), [x], { argnums: 1 }),
    "argnums is 1, expected positions below 1",
  ],
];

describe("refused when awaited:", () => {
  test.each(AWAITED)("%s", async (_what, call, message) => {
    await expect(call()).rejects.toThrow(SegtapeError);
    await expect(call()).rejects.toThrow(message);
  });
});

test("a tensor says its shape where it is printed", () => {
  expect(`${x.reshape([1, 2])}`).toBe("Tensor [1, 2]");
  expect(inspect({ x })).toBe("{ x: Tensor [2] }");
});
