/** Scalar expressions as float64 closures: the meaning that every executor is held to. */
import type { BinaryPrimitive, Expression, UnaryPrimitive } from "./expression.ts";

/** An elementwise function; arguments beyond the op's arity are ignored. */
export type ScalarFunction = (a: number, b: number, c: number) => number;

const UNARY: Readonly<Record<UnaryPrimitive, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  expm1: Math.expm1,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  floor: Math.floor,
};

const BINARY: Readonly<Record<BinaryPrimitive, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  min: Math.min,
  max: Math.max,
  // IEEE 754 and C agree that 1^NaN = 1; JavaScript does not, and the executors follow C.
  pow: (x, y) => (x === 1 ? 1 : x ** y),
  less: (x, y) => (x < y ? 1 : 0),
  equal: (x, y) => (x === y ? 1 : 0),
};

/** Compiles an expression to a closure, without `eval`, so that it runs under any content policy. */
export function interpret(e: Expression): ScalarFunction {
  switch (e.kind) {
    case "argument": {
      if (e.index === 0) return (a) => a;
      if (e.index === 1) return (_a, b) => b;
      return (_a, _b, c) => c;
    }
    case "constant": {
      const value = e.value;
      return () => value;
    }
    case "unary": {
      const f = UNARY[e.op];
      const x = interpret(e.x);
      return (a, b, c) => f(x(a, b, c));
    }
    case "binary": {
      const f = BINARY[e.op];
      const x = interpret(e.x);
      const y = interpret(e.y);
      return (a, b, c) => f(x(a, b, c), y(a, b, c));
    }
    case "select": {
      const condition = interpret(e.condition);
      const x = interpret(e.x);
      const y = interpret(e.y);
      return (a, b, c) => (condition(a, b, c) !== 0 ? x(a, b, c) : y(a, b, c));
    }
  }
}
