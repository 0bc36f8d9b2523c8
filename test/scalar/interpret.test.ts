import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Expression, expressionCost, PRIMITIVE_COST, s } from "../../src/scalar/expression.ts";
import { interpret } from "../../src/scalar/interpret.ts";

const [a, b, c] = [0, 1, 2].map(s.argument);
const run = (e: Expression, x = 0, y = 0, z = 0) => interpret(e)(x, y, z);
const numbers = fc.double({ min: -1e3, max: 1e3 });

test("every primitive means what Math says", () => {
  const unary = ["abs", "exp", "log", "log1p", "expm1", "sqrt", "tanh", "floor"] as const;
  fc.assert(
    fc.property(numbers, numbers, (x, y) => {
      for (const name of unary) expect(run(s[name](a), x)).toBe(Math[name](x));
      expect(run(s.neg(a), x)).toBe(-x);
      expect(run(s.add(a, b), x, y)).toBe(x + y);
      expect(run(s.sub(a, b), x, y)).toBe(x - y);
      expect(run(s.mul(a, b), x, y)).toBe(x * y);
      expect(run(s.div(a, b), x, y)).toBe(x / y);
      expect(run(s.min(a, b), x, y)).toBe(Math.min(x, y));
      expect(run(s.max(a, b), x, y)).toBe(Math.max(x, y));
      expect(run(s.less(a, b), x, y)).toBe(Number(x < y));
      expect(run(s.equal(a, b), x, y)).toBe(Number(x === y));
    }),
  );
});

describe("corners", () => {
  test("pow follows C: 1 to any power, NaN included, is 1", () => {
    expect(run(s.pow(a, b), 1, Number.NaN)).toBe(1);
    expect(run(s.pow(a, b), 1, Infinity)).toBe(1);
    expect(run(s.pow(a, b), 0, 0)).toBe(1);
    expect(run(s.pow(a, b), -2, 3)).toBe(-8);
    expect(run(s.pow(a, b), -2, 0.5)).toBeNaN();
  });

  test("comparisons with NaN are false", () => {
    expect(run(s.less(a, b), Number.NaN, 1)).toBe(0);
    expect(run(s.equal(a, b), Number.NaN, Number.NaN)).toBe(0);
    expect(run(s.equal(a, b), 0, -0)).toBe(1);
  });

  test("select lets nothing of the other branch through, and takes any number but 0 for true", () => {
    const choice = s.select(a, b, c);
    expect([run(choice, -3, 1, Number.NaN), run(choice, 0, Infinity, 2), run(choice, -0, 1, 2)]).toEqual([
      1, 2, 2,
    ]);
  });

  test("numbers stand for constants, and the third argument is one", () => {
    expect(run(s.add(s.mul(c, 2), s.constant(1)), 9, 9, 5)).toBe(11);
  });
});

test("the price of an expression is that of its primitives", () => {
  expect(expressionCost(s.add(s.exp(a), s.div(1, b)))).toBe(
    PRIMITIVE_COST.add + PRIMITIVE_COST.exp + PRIMITIVE_COST.div,
  );
  expect(expressionCost(s.select(s.less(a, 0), b, s.sqrt(c)))).toBe(
    PRIMITIVE_COST.select + PRIMITIVE_COST.less + PRIMITIVE_COST.sqrt,
  );
  for (const cost of Object.values(PRIMITIVE_COST)) expect(cost).toBeGreaterThan(0);
});
